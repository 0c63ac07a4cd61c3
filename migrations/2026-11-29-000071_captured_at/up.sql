-- When a picture or a video was taken, as the clock showed it there.
ALTER TABLE all_assets ADD COLUMN captured_at timestamp;
CREATE OR REPLACE VIEW assets AS SELECT * FROM all_assets WHERE deleted_at IS NULL;
