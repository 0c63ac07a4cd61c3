DROP VIEW assets;
ALTER TABLE all_assets DROP COLUMN captured_at;
CREATE VIEW assets AS SELECT * FROM all_assets WHERE deleted_at IS NULL;
