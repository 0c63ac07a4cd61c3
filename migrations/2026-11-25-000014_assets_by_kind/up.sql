CREATE INDEX CONCURRENTLY assets_by_kind ON assets (workspace_id, kind, id);
