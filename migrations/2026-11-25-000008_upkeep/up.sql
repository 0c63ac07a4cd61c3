-- Whether a collection that a bulk share made goes when the last link to it has expired.
ALTER TABLE workspaces ADD COLUMN delete_automatic_collections boolean NOT NULL DEFAULT false;

-- When each periodic job was last due, so that it fires once however many workers run.
CREATE TABLE periodic_jobs (
    name text PRIMARY KEY,
    fired_at timestamptz NOT NULL
);

-- Which installation this is, so that nobody tidies up the storage of another one.
CREATE TABLE installation (
    id uuid PRIMARY KEY
);
INSERT INTO installation VALUES (gen_random_uuid());
