DELETE FROM links WHERE collection_id IS NOT NULL;
ALTER TABLE links
    DROP CONSTRAINT download_links_lead_to_an_asset,
    DROP CONSTRAINT links_have_one_target,
    DROP COLUMN collection_id,
    ALTER COLUMN asset_id SET NOT NULL;
DROP TABLE collection_assets;
DROP TABLE collections;
