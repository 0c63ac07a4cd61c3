CREATE INDEX CONCURRENTLY assets_by_kind ON all_assets (workspace_id, kind, id);
