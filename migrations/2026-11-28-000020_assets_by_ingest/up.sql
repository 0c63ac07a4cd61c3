-- For the assets that an earlier version has examined: as a rule there are none.
CREATE INDEX CONCURRENTLY assets_by_ingest ON assets (ingest_version, id);
