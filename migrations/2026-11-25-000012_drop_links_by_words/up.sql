-- In its place there is links_by_text.
DROP INDEX CONCURRENTLY links_by_words;
