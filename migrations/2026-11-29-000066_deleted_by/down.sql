DROP TRIGGER assets_restored ON all_assets;
DROP FUNCTION asset_restored;
DROP VIEW assets;
ALTER TABLE all_assets DROP COLUMN deleted_by;
CREATE VIEW assets AS SELECT * FROM all_assets WHERE deleted_at IS NULL;
