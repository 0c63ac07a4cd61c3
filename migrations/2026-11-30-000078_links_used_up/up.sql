-- The links whose downloads are used up, and that are dead for no other reason, by their end. What counts them has all that it
-- asks for in the index, so that no link is read.
CREATE INDEX CONCURRENTLY links_used_up
    ON links (workspace_id, (coalesce(expires_at, 'infinity'::timestamptz))) INCLUDE (id, expires_at)
    WHERE download_count >= max_downloads AND disabled_at IS NULL AND NOT creator_disabled;
