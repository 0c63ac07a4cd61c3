-- The asset whose picture stands for the link where others show it. Without a foreign key: an asset that the link does not
-- lead to any more counts as none.
ALTER TABLE links ADD COLUMN cover_asset_id uuid;

-- The sites that may show links in frames, each as in https://example.com; null: every site.
ALTER TABLE workspaces ADD COLUMN embed_origins text[];
