CREATE INDEX CONCURRENTLY collections_by_creator ON collections (created_by);
