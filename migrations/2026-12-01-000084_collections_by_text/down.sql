DROP INDEX CONCURRENTLY collections_by_text;
