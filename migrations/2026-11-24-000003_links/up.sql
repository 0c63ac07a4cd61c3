CREATE TABLE links (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('PUBLIC', 'DOWNLOAD')),
    name text NOT NULL,
    asset_id uuid NOT NULL REFERENCES assets ON DELETE CASCADE,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- SHA-256 of the token, for look-up. The token is derived from the server key with this id and this version.
    token_sha256 bytea NOT NULL UNIQUE,
    token_version integer NOT NULL DEFAULT 1,
    key_id text NOT NULL,
    password_hash text,
    password_version integer NOT NULL DEFAULT 1,
    allow_original boolean NOT NULL,
    allow_proxies boolean NOT NULL,
    allow_attachments boolean NOT NULL,
    -- Null: every preset that exists.
    proxy_presets text[],
    starts_at timestamptz,
    expires_at timestamptz,
    max_downloads integer CHECK (max_downloads > 0),
    watermark boolean NOT NULL,
    person_search boolean NOT NULL,
    disabled_at timestamptz,
    view_count integer NOT NULL DEFAULT 0,
    download_count integer NOT NULL DEFAULT 0,
    last_accessed_at timestamptz
);
CREATE INDEX links_by_workspace ON links (workspace_id, id);
CREATE INDEX links_by_creator ON links (created_by, id);
CREATE INDEX links_by_asset ON links (asset_id, id);
CREATE INDEX links_by_expiry ON links (expires_at);
