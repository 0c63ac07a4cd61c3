-- Trigrams are in assets_by_text. One column, because there are no statistics of file names that have no spaces.
CREATE INDEX CONCURRENTLY assets_by_word_pairs ON all_assets USING gin (word_pairs(lower(title || ' ' || file_name)))
    WITH (gin_pending_list_limit = 64);
