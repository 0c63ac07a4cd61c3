CREATE INDEX CONCURRENTLY links_by_text ON links USING gin ((string_to_array(lower(name), ' ')), name gin_trgm_ops)
    WITH (gin_pending_list_limit = 64);
