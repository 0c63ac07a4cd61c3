DROP INDEX CONCURRENTLY assets_by_ingest;
