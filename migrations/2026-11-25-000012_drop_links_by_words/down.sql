CREATE INDEX CONCURRENTLY links_by_words ON links USING gin (name gin_trgm_ops) WITH (gin_pending_list_limit = 64);
