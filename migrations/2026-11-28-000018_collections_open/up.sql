-- The collections that everybody in a workspace sees: a listing does not read the hidden ones of others, of which there are
-- many, because each bulk share makes one.
CREATE INDEX CONCURRENTLY collections_open ON collections (workspace_id, id) WHERE NOT hidden;
