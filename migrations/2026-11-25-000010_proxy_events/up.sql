-- Tells who waits for proxies what has changed: the id of an asset, of a collection, or of a link. An empty payload is
-- for statements that touch many: anything may have changed. It is cheap where nobody listens, and looks at no more of
-- a statement's rows than it may name.
CREATE FUNCTION announce_changed(changed uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    things uuid[];
BEGIN
    -- An asset has a dozen proxies at most, so that so many rows are of more than a hundred.
    IF cardinality(changed) <= 2000 THEN
        things := ARRAY(SELECT DISTINCT unnest(changed));
        IF cardinality(things) <= 100 THEN
            PERFORM pg_notify('proxies', thing::text) FROM unnest(things) AS thing;
            RETURN;
        END IF;
    END IF;
    PERFORM pg_notify('proxies', '');
END
$$;

CREATE FUNCTION announce_proxies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_changed(ARRAY(SELECT asset_id FROM changed LIMIT 2001));
    RETURN NULL;
END
$$;
CREATE TRIGGER proxies_inserted AFTER INSERT ON proxies
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_proxies();
CREATE TRIGGER proxies_updated AFTER UPDATE ON proxies
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_proxies();
CREATE TRIGGER proxies_deleted AFTER DELETE ON proxies
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_proxies();

-- Which proxies a collection's links need changes with its members.
CREATE FUNCTION announce_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_changed(ARRAY(SELECT collection_id FROM changed LIMIT 2001));
    RETURN NULL;
END
$$;
CREATE TRIGGER members_added AFTER INSERT ON collection_assets
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_members();
CREATE TRIGGER members_removed AFTER DELETE ON collection_assets
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_members();

-- Nobody waits for a link that is gone; and one that is to show a watermark needs other proxies. Rows of links change
-- with each view, which is why the condition comes first.
CREATE FUNCTION announce_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_changed(ARRAY(SELECT id FROM changed LIMIT 2001));
    RETURN NULL;
END
$$;
CREATE TRIGGER links_deleted AFTER DELETE ON links
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION announce_links();

CREATE FUNCTION announce_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_changed(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER links_watermarked AFTER UPDATE ON links
    FOR EACH ROW WHEN (OLD.watermark IS DISTINCT FROM NEW.watermark) EXECUTE FUNCTION announce_link();
