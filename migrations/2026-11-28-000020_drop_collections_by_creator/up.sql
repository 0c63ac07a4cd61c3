-- In its place there is collections_made.
DROP INDEX CONCURRENTLY collections_by_creator;
