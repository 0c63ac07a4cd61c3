-- What happened to links and assets on each day of their workspace's time zone. The day '-infinity' holds the sums of the
-- days that are not kept any more, so that the sum over all days never shrinks. Nothing here tells one visitor from
-- another. A row changes many times on its day: the free space lets Postgres do so in place.
CREATE TABLE link_days (
    link_id uuid NOT NULL REFERENCES links ON DELETE CASCADE,
    day date NOT NULL,
    views integer NOT NULL,
    visitors integer NOT NULL,
    downloads integer NOT NULL,
    PRIMARY KEY (link_id, day)
) WITH (fillfactor = 80);

CREATE TABLE asset_days (
    asset_id uuid NOT NULL REFERENCES all_assets ON DELETE CASCADE,
    day date NOT NULL,
    views integer NOT NULL,
    visitors integer NOT NULL,
    downloads integer NOT NULL,
    PRIMARY KEY (asset_id, day)
) WITH (fillfactor = 80);
