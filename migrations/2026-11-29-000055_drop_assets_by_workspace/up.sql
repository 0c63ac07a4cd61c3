-- In its place there is assets_living.
DROP INDEX CONCURRENTLY assets_by_workspace;
