-- Until when somebody may wait for views and downloads of a link. Only then are these announced: transactions that announce
-- something commit one after the other. It is a column of the link, so that whoever counts sees its newest value.
ALTER TABLE links ADD COLUMN watched_until timestamptz;

-- Tells who waits for views and downloads of a link that it is gone. The views and downloads themselves are announced by
-- the statement that counts them. An empty payload is for statements that delete many: any link may be gone.
CREATE FUNCTION announce_deleted_links() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone uuid[] := ARRAY(SELECT id FROM deleted LIMIT 101);
BEGIN
    IF cardinality(gone) <= 100 THEN
        PERFORM pg_notify('link_activity', id::text) FROM unnest(gone) AS id;
    ELSE
        PERFORM pg_notify('link_activity', '');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER links_gone AFTER DELETE ON links
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION announce_deleted_links();
