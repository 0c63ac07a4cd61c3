-- For the job that empties the bin.
CREATE INDEX CONCURRENTLY assets_by_deletion ON all_assets (deleted_at, id) WHERE deleted_at IS NOT NULL;
