DROP TRIGGER links_gone ON links;
DROP FUNCTION announce_deleted_links();
