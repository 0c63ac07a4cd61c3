DROP INDEX CONCURRENTLY links_by_watermark;
