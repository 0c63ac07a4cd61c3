CREATE INDEX CONCURRENTLY assets_living_by_kind ON all_assets (workspace_id, kind, id) WHERE deleted_at IS NULL;
