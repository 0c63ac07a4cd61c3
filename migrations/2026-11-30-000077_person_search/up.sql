-- Search by person. What is stored of a face are numbers computed from it, which tell whether two faces are of one person:
-- biometric data. They exist only while the workspace has the search on.
ALTER TABLE workspaces ADD COLUMN person_search boolean NOT NULL DEFAULT false;

-- Of which assets the faces were looked for, by which version of the models; also of those in which there are none. With
-- a reason, the pictures of the asset cannot be read.
CREATE TABLE face_indexes (
    asset_id uuid PRIMARY KEY REFERENCES all_assets ON DELETE CASCADE,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    model_version smallint NOT NULL,
    reason text
);
CREATE INDEX face_indexes_by_workspace ON face_indexes (workspace_id);

-- The faces in an asset. The place is that in its upright picture, in parts of width and height.
CREATE TABLE faces (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    asset_id uuid NOT NULL REFERENCES all_assets ON DELETE CASCADE,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    x real NOT NULL,
    y real NOT NULL,
    width real NOT NULL,
    height real NOT NULL,
    quality real NOT NULL,
    embedding bytea NOT NULL
);
CREATE INDEX faces_by_asset ON faces (asset_id);
CREATE INDEX faces_by_workspace ON faces (workspace_id);
