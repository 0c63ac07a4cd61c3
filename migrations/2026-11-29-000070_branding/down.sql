ALTER TABLE workspaces
    DROP COLUMN logo_height,
    DROP COLUMN logo_width,
    DROP COLUMN logo_file_id,
    DROP COLUMN contact,
    DROP COLUMN imprint,
    DROP COLUMN gallery_background,
    DROP COLUMN accent_color;
