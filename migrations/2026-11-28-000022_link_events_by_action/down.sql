DROP INDEX CONCURRENTLY link_events_by_action;
