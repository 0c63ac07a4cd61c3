CREATE INDEX CONCURRENTLY links_disabled ON links (workspace_id, id) WHERE disabled_at IS NOT NULL;
