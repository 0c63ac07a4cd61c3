DROP TRIGGER users_switched ON users;
DROP TRIGGER links_creator ON links;
DROP FUNCTION creator_switched;
DROP FUNCTION link_creator;
ALTER TABLE links DROP COLUMN creator_disabled;
ALTER TABLE users DROP COLUMN disabled_at, DROP COLUMN deleted_at;
