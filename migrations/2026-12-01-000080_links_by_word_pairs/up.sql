-- Pairs of words first: where one of them is rare, the index leads to it at once, however frequent all trigrams are.
CREATE INDEX CONCURRENTLY links_by_word_pairs ON links USING gin (word_pairs(lower(name)), name gin_trgm_ops)
    WITH (gin_pending_list_limit = 64);
