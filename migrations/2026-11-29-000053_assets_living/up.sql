-- The assets that are not in the bin, newest last.
CREATE INDEX CONCURRENTLY assets_living ON all_assets (workspace_id, id) WHERE deleted_at IS NULL;
