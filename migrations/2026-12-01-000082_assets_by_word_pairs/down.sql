DROP INDEX CONCURRENTLY assets_by_word_pairs;
