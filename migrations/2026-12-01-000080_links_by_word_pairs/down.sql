DROP INDEX CONCURRENTLY links_by_word_pairs;
