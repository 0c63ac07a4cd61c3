-- What originals and attachments take up, in bytes: by workspace, and by who added them. Triggers keep it, so that it is
-- right however rows come and go. Who adds one has the rows here locked until the transaction ends, and can decide then
-- whether it was too much: nobody else's can come in between.
CREATE TABLE workspace_storage (
    workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
    used bigint NOT NULL
);
CREATE TABLE user_storage (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    used bigint NOT NULL
);

-- The workspace is known when the asset is gone, too: attachments go after it. A trigger fills it in, for versions as well
-- that do not know of it. Who attached what there is already is not known: it counts for the workspace only.
ALTER TABLE attachments
    ADD COLUMN workspace_id uuid,
    ADD COLUMN created_by uuid REFERENCES users ON DELETE SET NULL;
CREATE FUNCTION attachment_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.workspace_id := (SELECT workspace_id FROM assets WHERE id = NEW.asset_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER attachments_workspace BEFORE INSERT ON attachments
    FOR EACH ROW EXECUTE FUNCTION attachment_workspace();

-- A row without a file is a reference and takes up nothing. How large a file is never changes.
CREATE FUNCTION storage_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO workspace_storage AS stored (workspace_id, used)
        SELECT workspace_id, sum(byte_size) FROM added
        WHERE file_id IS NOT NULL AND workspace_id IS NOT NULL GROUP BY workspace_id ORDER BY workspace_id
        ON CONFLICT (workspace_id) DO UPDATE SET used = stored.used + excluded.used;
    INSERT INTO user_storage AS stored (user_id, used)
        SELECT created_by, sum(byte_size) FROM added
        WHERE file_id IS NOT NULL AND created_by IS NOT NULL GROUP BY created_by ORDER BY created_by
        ON CONFLICT (user_id) DO UPDATE SET used = stored.used + excluded.used;
    RETURN NULL;
END
$$;
CREATE FUNCTION storage_shrinks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE workspace_storage AS stored SET used = stored.used - gone.bytes
        FROM (SELECT workspace_id, sum(byte_size) AS bytes FROM removed WHERE file_id IS NOT NULL GROUP BY workspace_id) gone
        WHERE stored.workspace_id = gone.workspace_id;
    UPDATE user_storage AS stored SET used = stored.used - gone.bytes
        FROM (SELECT created_by, sum(byte_size) AS bytes FROM removed WHERE file_id IS NOT NULL GROUP BY created_by) gone
        WHERE stored.user_id = gone.created_by;
    RETURN NULL;
END
$$;
CREATE TRIGGER assets_stored AFTER INSERT ON assets
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION storage_grows();
CREATE TRIGGER assets_removed AFTER DELETE ON assets
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION storage_shrinks();
CREATE TRIGGER attachments_stored AFTER INSERT ON attachments
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION storage_grows();
CREATE TRIGGER attachments_removed AFTER DELETE ON attachments
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION storage_shrinks();

-- What is there already. The triggers above hold off whoever adds something until this is committed.
UPDATE attachments SET workspace_id = assets.workspace_id FROM assets WHERE assets.id = attachments.asset_id;
INSERT INTO workspace_storage
    SELECT workspace_id, sum(byte_size) FROM (
        SELECT workspace_id, byte_size FROM assets WHERE file_id IS NOT NULL
        UNION ALL SELECT workspace_id, byte_size FROM attachments
    ) stored GROUP BY workspace_id;
INSERT INTO user_storage
    SELECT created_by, sum(byte_size) FROM assets WHERE file_id IS NOT NULL AND created_by IS NOT NULL GROUP BY created_by;
