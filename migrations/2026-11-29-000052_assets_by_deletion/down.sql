DROP INDEX CONCURRENTLY assets_by_deletion;
