-- The page of the bin, which begins with what was deleted last.
CREATE INDEX CONCURRENTLY bin_by_deletion ON all_assets (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
