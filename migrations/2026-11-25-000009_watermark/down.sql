ALTER TABLE outbox DROP COLUMN priority;
DROP INDEX proxies_watermarked;
ALTER TABLE proxies DROP COLUMN watermark_version;
ALTER TABLE workspaces
    DROP COLUMN watermark_file_id,
    DROP COLUMN watermark_opacity,
    DROP COLUMN watermark_placement,
    DROP COLUMN watermark_version;
