-- What is wrong with an original whose pictures were made nevertheless, as a sentence for people.
ALTER TABLE assets ADD COLUMN warning text;
