CREATE INDEX CONCURRENTLY link_events_by_action ON link_events (workspace_id, action, id);
