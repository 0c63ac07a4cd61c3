ALTER TABLE assets DROP COLUMN alt_text, DROP COLUMN description;
