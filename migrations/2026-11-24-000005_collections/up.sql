CREATE TABLE collections (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('MANUAL', 'AUTOMATIC')),
    -- Shown only to who made it, to administrators, and to those whom a rule on it lets read it.
    hidden boolean NOT NULL,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX collections_by_workspace ON collections (workspace_id, id);
CREATE INDEX collections_by_creator ON collections (created_by);

CREATE TABLE collection_assets (
    collection_id uuid NOT NULL REFERENCES collections ON DELETE CASCADE,
    asset_id uuid NOT NULL REFERENCES assets ON DELETE CASCADE,
    -- The order in which members were added, from 1.
    position bigint NOT NULL,
    PRIMARY KEY (collection_id, asset_id),
    UNIQUE (collection_id, position)
);
CREATE INDEX collection_assets_by_asset ON collection_assets (asset_id);

-- A link leads to one asset or to one collection.
ALTER TABLE links
    ALTER COLUMN asset_id DROP NOT NULL,
    ADD COLUMN collection_id uuid REFERENCES collections ON DELETE CASCADE,
    ADD CONSTRAINT links_have_one_target CHECK (num_nonnulls(asset_id, collection_id) = 1),
    ADD CONSTRAINT download_links_lead_to_an_asset CHECK (kind = 'PUBLIC' OR asset_id IS NOT NULL);
CREATE INDEX links_by_collection ON links (collection_id, id);
