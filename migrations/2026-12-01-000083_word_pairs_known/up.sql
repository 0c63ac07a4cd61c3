-- Which pairs are rare is known by statistics, which an index of large tables would long not have. Of empty tables there should be
-- none: Postgres would take them for empty until they are large.
DO $$
BEGIN
    IF EXISTS (SELECT FROM links) THEN
        ANALYZE links;
    END IF;
    IF EXISTS (SELECT FROM all_assets) THEN
        ANALYZE all_assets;
    END IF;
END $$;
