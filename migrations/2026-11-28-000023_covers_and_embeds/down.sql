ALTER TABLE workspaces DROP COLUMN embed_origins;
ALTER TABLE links DROP COLUMN cover_asset_id;
