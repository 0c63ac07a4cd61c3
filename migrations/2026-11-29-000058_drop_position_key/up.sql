-- In its place there is collection_assets_in_order.
ALTER TABLE all_collection_assets DROP CONSTRAINT collection_assets_collection_id_position_key;
