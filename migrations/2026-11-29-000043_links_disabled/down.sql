DROP INDEX CONCURRENTLY links_switched_off;
