-- Which pairs are rare is known by statistics, which an index of large tables would long not have. Of empty tables there should be
-- none: without them, Postgres takes a table for ten pages at least, and so uses its indexes while it grows. Where a vacuum is in the
-- way that Postgres does not end for this, searches do without until the next one.
DO $$
BEGIN
    IF EXISTS (SELECT FROM links) THEN
        ANALYZE links;
    END IF;
    IF EXISTS (SELECT FROM all_assets) THEN
        ANALYZE all_assets;
    END IF;
EXCEPTION WHEN lock_not_available THEN
    RAISE NOTICE 'tables are not analyzed now';
END $$;
