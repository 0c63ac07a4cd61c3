-- How a workspace looks to visitors of its links. The logo is a file that was made of an uploaded picture.
ALTER TABLE workspaces
    ADD COLUMN accent_color text CHECK (accent_color ~ '^#[0-9a-f]{6}$'),
    ADD COLUMN gallery_background text NOT NULL DEFAULT 'AUTO'
        CHECK (gallery_background IN ('AUTO', 'LIGHT', 'DARK')),
    ADD COLUMN imprint text,
    ADD COLUMN contact text,
    ADD COLUMN logo_file_id uuid UNIQUE,
    ADD COLUMN logo_width integer,
    ADD COLUMN logo_height integer;
