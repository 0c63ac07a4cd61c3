-- What went before needs no way back of its own.
SELECT 1;
