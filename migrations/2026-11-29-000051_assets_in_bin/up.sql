-- The listing of the bin.
CREATE INDEX CONCURRENTLY assets_in_bin ON all_assets (workspace_id, id) WHERE deleted_at IS NOT NULL;
