ALTER TABLE assets DROP COLUMN warning;
