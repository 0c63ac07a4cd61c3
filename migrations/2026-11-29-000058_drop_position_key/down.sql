ALTER TABLE all_collection_assets ADD CONSTRAINT collection_assets_collection_id_position_key UNIQUE (collection_id, position);
