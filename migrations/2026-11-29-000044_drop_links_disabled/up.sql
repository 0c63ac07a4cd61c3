-- In its place there is links_switched_off.
DROP INDEX CONCURRENTLY links_disabled;
