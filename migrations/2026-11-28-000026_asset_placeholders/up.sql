-- A blurred picture of some 30 bytes (a ThumbHash), which pages show until the picture itself is loaded.
ALTER TABLE assets ADD COLUMN placeholder bytea;
