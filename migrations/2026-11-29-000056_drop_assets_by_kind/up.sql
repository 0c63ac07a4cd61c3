-- In its place there is assets_living_by_kind.
DROP INDEX CONCURRENTLY assets_by_kind;
