-- The CRC-32 of each file, from 0 to 4294967295, and what was examined of an asset and its files when they were stored
-- (schema::assets::INGEST_VERSION). A job fills in what is there already.
ALTER TABLE assets
    ADD COLUMN crc32 bigint,
    ADD COLUMN ingest_version integer NOT NULL DEFAULT 0;
ALTER TABLE attachments ADD COLUMN crc32 bigint;
ALTER TABLE proxies ADD COLUMN crc32 bigint;

-- Versions that do not know of CRC-32 may still run for a while. What they store must neither keep the CRC-32 of another
-- file nor stay without one: the asset gets another version, below all that are in use, so that a job examines it, and so
-- that a job that is just examining it does so once more.
CREATE FUNCTION examine_again(asset uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE assets SET ingest_version = least(ingest_version, 0) - 1 WHERE id = asset
$$;

CREATE FUNCTION attachment_without_crc32() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM examine_again(NEW.asset_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER attachments_without_crc32 AFTER INSERT ON attachments
    FOR EACH ROW WHEN (NEW.crc32 IS NULL) EXECUTE FUNCTION attachment_without_crc32();

CREATE FUNCTION proxy_without_crc32() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.crc32 := NULL;
    IF NEW.file_id IS NOT NULL THEN
        PERFORM examine_again(NEW.asset_id);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER proxies_without_crc32 BEFORE UPDATE OF file_id ON proxies
    FOR EACH ROW WHEN (NEW.file_id IS DISTINCT FROM OLD.file_id AND NEW.crc32 IS NOT DISTINCT FROM OLD.crc32)
    EXECUTE FUNCTION proxy_without_crc32();
