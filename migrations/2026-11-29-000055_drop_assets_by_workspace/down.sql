CREATE INDEX CONCURRENTLY assets_by_workspace ON all_assets (workspace_id, id);
