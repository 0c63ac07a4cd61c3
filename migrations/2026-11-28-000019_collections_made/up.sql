-- The collections of a creator, newest first.
CREATE INDEX CONCURRENTLY collections_made ON collections (created_by, id);
