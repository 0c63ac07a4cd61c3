-- Who put an asset into the bin, as long as it is there.
ALTER TABLE all_assets ADD COLUMN deleted_by uuid REFERENCES users ON DELETE SET NULL;
CREATE OR REPLACE VIEW assets AS SELECT * FROM all_assets WHERE deleted_at IS NULL;

-- Also an older version of the program, which does not know the column, restores assets.
CREATE FUNCTION asset_restored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.deleted_by := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER assets_restored BEFORE UPDATE OF deleted_at ON all_assets
    FOR EACH ROW WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION asset_restored();
