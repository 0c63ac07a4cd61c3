-- The links that are disabled, or whose creator is.
CREATE INDEX CONCURRENTLY links_switched_off ON links (workspace_id, id) WHERE disabled_at IS NOT NULL OR creator_disabled;
