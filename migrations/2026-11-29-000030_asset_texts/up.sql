-- What people write about an asset: a description, and a text that stands for its picture where it cannot be seen.
ALTER TABLE assets ADD COLUMN description text, ADD COLUMN alt_text text;
