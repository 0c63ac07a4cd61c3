DROP INDEX CONCURRENTLY collections_open;
