CREATE INDEX CONCURRENTLY collections_by_text ON collections USING gin (name gin_trgm_ops)
    WITH (gin_pending_list_limit = 64);
