DROP TRIGGER links_gone ON links;
DROP FUNCTION announce_deleted_links();
ALTER TABLE links DROP COLUMN watched_until;
