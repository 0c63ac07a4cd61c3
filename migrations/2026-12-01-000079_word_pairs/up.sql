-- The pairs of words that follow each other in a text, as the last three letters of one and the first three of the next:
-- 'press kit 77' has 'ess kit' and 'kit 77'. `schema/src/search.rs` says why.
CREATE FUNCTION word_pairs(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    word text[] := string_to_array(words, ' ');
    pairs text[] := '{}';
BEGIN
    FOR place IN 2 .. cardinality(word) LOOP
        pairs := pairs || (right(word[place - 1], 3) || ' ' || left(word[place], 3));
    END LOOP;
    RETURN pairs;
END $$;
