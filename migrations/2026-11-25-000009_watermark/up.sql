-- The picture that links may put on what they show; without an image there is no watermark. The version is raised with
-- every change, so that what carries an older one can be told.
ALTER TABLE workspaces
    ADD COLUMN watermark_file_id uuid UNIQUE,
    ADD COLUMN watermark_opacity double precision NOT NULL DEFAULT 0.5 CHECK (watermark_opacity BETWEEN 0 AND 1),
    ADD COLUMN watermark_placement text NOT NULL DEFAULT 'CENTER'
        CHECK (watermark_placement IN ('CENTER', 'TILE', 'BOTTOM_RIGHT')),
    ADD COLUMN watermark_version integer NOT NULL DEFAULT 0;

-- Which watermark a watermarked proxy carries; 0 for plain ones and for those that are still to be made.
ALTER TABLE proxies ADD COLUMN watermark_version integer NOT NULL DEFAULT 0;
CREATE INDEX proxies_watermarked ON proxies (asset_id) WHERE watermarked;

-- What is taken first: 0 somebody is waiting, 1 just shared, 2 the rest.
ALTER TABLE outbox ADD COLUMN priority smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 2);
