-- In its place there is links_by_word_pairs, whose trigrams serve the version before, too.
DROP INDEX CONCURRENTLY links_by_text;
