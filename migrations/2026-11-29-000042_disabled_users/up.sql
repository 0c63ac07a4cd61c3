-- A disabled user cannot sign in. Of a deleted one, only a row without personal data is left, to which events and assets
-- refer.
ALTER TABLE users ADD COLUMN disabled_at timestamptz, ADD COLUMN deleted_at timestamptz;

-- The links of a disabled creator are dead. Triggers keep the column, so that every statement about links, with its index,
-- knows it without the table of users.
ALTER TABLE links ADD COLUMN creator_disabled boolean NOT NULL DEFAULT false;
CREATE FUNCTION link_creator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The lock makes this wait for a transaction that is disabling the creator.
    SELECT disabled_at IS NOT NULL INTO NEW.creator_disabled FROM users WHERE id = NEW.created_by FOR SHARE;
    RETURN NEW;
END
$$;
CREATE TRIGGER links_creator BEFORE INSERT OR UPDATE OF created_by ON links
    FOR EACH ROW EXECUTE FUNCTION link_creator();
CREATE FUNCTION creator_switched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In the order in which links are locked everywhere.
    PERFORM 1 FROM links WHERE created_by = NEW.id ORDER BY id FOR NO KEY UPDATE;
    UPDATE links SET creator_disabled = NEW.disabled_at IS NOT NULL WHERE created_by = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_switched AFTER UPDATE OF disabled_at ON users
    FOR EACH ROW WHEN ((OLD.disabled_at IS NULL) <> (NEW.disabled_at IS NULL)) EXECUTE FUNCTION creator_switched();
