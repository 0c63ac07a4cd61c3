DROP TRIGGER proxies_without_crc32 ON proxies;
DROP FUNCTION proxy_without_crc32;
DROP TRIGGER attachments_without_crc32 ON attachments;
DROP FUNCTION attachment_without_crc32;
DROP FUNCTION examine_again;
ALTER TABLE proxies DROP COLUMN crc32;
ALTER TABLE attachments DROP COLUMN crc32;
ALTER TABLE assets DROP COLUMN ingest_version, DROP COLUMN crc32;
