CREATE TABLE assets (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    number bigint NOT NULL,
    title text NOT NULL,
    file_name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT', 'OTHER')),
    media_type text NOT NULL,
    byte_size bigint,
    width integer,
    height integer,
    duration_seconds double precision,
    source text NOT NULL CHECK (source IN ('LIBRARY', 'EXTERNAL')),
    original_state text NOT NULL CHECK (original_state IN ('AVAILABLE', 'ARCHIVED', 'UNAVAILABLE')),
    -- The blob of the original and its SHA-256; none where the asset is external.
    file_id uuid UNIQUE,
    sha256 bytea,
    -- Where an external asset lives.
    external_url text,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (workspace_id, number),
    CHECK ((source = 'LIBRARY') = (file_id IS NOT NULL AND sha256 IS NOT NULL AND byte_size IS NOT NULL)),
    CHECK ((source = 'EXTERNAL') = (external_url IS NOT NULL))
);
CREATE INDEX assets_by_workspace ON assets (workspace_id, id);
CREATE INDEX assets_by_content ON assets (workspace_id, sha256);
CREATE UNIQUE INDEX assets_by_external_url ON assets (workspace_id, external_url);

CREATE TABLE attachments (
    id uuid PRIMARY KEY,
    asset_id uuid NOT NULL REFERENCES assets ON DELETE CASCADE,
    file_name text NOT NULL,
    media_type text NOT NULL,
    byte_size bigint NOT NULL,
    file_id uuid NOT NULL UNIQUE,
    sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX attachments_by_asset ON attachments (asset_id, id);

CREATE TABLE proxies (
    asset_id uuid NOT NULL REFERENCES assets ON DELETE CASCADE,
    preset text NOT NULL,
    watermarked boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('PENDING', 'READY', 'FAILED')),
    -- The blob and what is in it, once it is ready.
    file_id uuid UNIQUE,
    media_type text,
    byte_size bigint,
    width integer,
    height integer,
    -- Why it failed, for people.
    reason text,
    PRIMARY KEY (asset_id, preset, watermarked),
    CHECK ((state = 'READY') = (file_id IS NOT NULL AND media_type IS NOT NULL AND byte_size IS NOT NULL))
);
CREATE INDEX proxies_pending ON proxies (asset_id) WHERE state = 'PENDING';
