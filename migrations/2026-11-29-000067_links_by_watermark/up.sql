-- The links that have the watermark on, or have not: who wants to remove it looks for them.
CREATE INDEX CONCURRENTLY links_by_watermark ON links (workspace_id, watermark, id);
