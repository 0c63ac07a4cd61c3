ALTER TABLE assets DROP COLUMN placeholder;
