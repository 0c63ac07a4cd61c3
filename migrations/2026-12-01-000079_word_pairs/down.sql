DROP FUNCTION word_pairs;
