-- Members in order, with all that counting and listing them needs.
CREATE UNIQUE INDEX CONCURRENTLY collection_assets_in_order
    ON all_collection_assets (collection_id, position) INCLUDE (asset_id, in_bin);
