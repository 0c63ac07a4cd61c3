-- A person who is invited has no password yet. Null: they have chosen one.
ALTER TABLE users ADD COLUMN invited_at timestamptz;
-- Links by which a person chooses their password, once. The token is derived from the server's key with the id.
CREATE TABLE password_links (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_links_by_user ON password_links (user_id);
