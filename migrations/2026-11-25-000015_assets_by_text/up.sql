-- A search reads the list of what is not in the index yet from end to end; it is kept short.
CREATE INDEX CONCURRENTLY assets_by_text ON assets USING gin (title gin_trgm_ops, file_name gin_trgm_ops)
    WITH (gin_pending_list_limit = 64);
