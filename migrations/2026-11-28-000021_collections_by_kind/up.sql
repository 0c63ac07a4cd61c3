CREATE INDEX CONCURRENTLY collections_by_kind ON collections (workspace_id, kind, id);
