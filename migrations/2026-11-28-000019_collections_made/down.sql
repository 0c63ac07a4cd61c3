DROP INDEX CONCURRENTLY collections_made;
