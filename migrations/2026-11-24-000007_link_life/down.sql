DROP INDEX links_starting, links_exhausted, links_disabled, links_by_words, links_by_workspace_kind,
    links_by_workspace_downloads, links_by_workspace_name, links_by_workspace_expiry;
DROP EXTENSION IF EXISTS pg_trgm;
DROP TABLE asset_counters;
DROP TABLE idempotency_keys;
DROP TABLE link_events;
