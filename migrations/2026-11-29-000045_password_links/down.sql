DROP TABLE password_links;
ALTER TABLE users DROP COLUMN invited_at;
