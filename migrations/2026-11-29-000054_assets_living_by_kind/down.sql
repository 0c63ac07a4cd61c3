DROP INDEX CONCURRENTLY assets_living_by_kind;
