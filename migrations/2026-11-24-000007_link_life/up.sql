-- Who did what to a link. Outlives the link.
CREATE TABLE link_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    link_id uuid NOT NULL,
    link_name text NOT NULL,
    actor_id uuid REFERENCES users ON DELETE SET NULL,
    action text NOT NULL CHECK (action IN ('CREATED', 'UPDATED', 'DISABLED', 'ENABLED', 'ROTATED', 'DELETED')),
    -- [{"field", "from", "to"}]; never a secret.
    changes jsonb NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX link_events_by_workspace ON link_events (workspace_id, id);
CREATE INDEX link_events_by_link ON link_events (link_id, id);
CREATE INDEX link_events_by_actor ON link_events (actor_id, id);

-- The first answer to a call that may be repeated.
CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    key text NOT NULL,
    -- Of the call's input, under the server key: another call under the same key is a mistake.
    request_mac bytea NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, key)
);

-- How often assets were opened through links. A table of its own, because these rows change all the time.
CREATE TABLE asset_counters (
    asset_id uuid PRIMARY KEY REFERENCES assets ON DELETE CASCADE,
    view_count integer NOT NULL,
    download_count integer NOT NULL,
    last_accessed_at timestamptz NOT NULL
);

-- Orders and filters of listings. Keys first, so that a page begins anywhere at the same cost.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX links_by_workspace_expiry ON links (workspace_id, (coalesce(expires_at, 'infinity'::timestamptz)), id);
CREATE INDEX links_by_workspace_name ON links (workspace_id, (lower(name)), id);
CREATE INDEX links_by_workspace_downloads ON links (workspace_id, download_count, id);
CREATE INDEX links_by_workspace_kind ON links (workspace_id, kind, id);
-- A search reads the list of what is not in the index yet from end to end; it is kept short.
CREATE INDEX links_by_words ON links USING gin (name gin_trgm_ops) WITH (gin_pending_list_limit = 64);
CREATE INDEX links_disabled ON links (workspace_id, id) WHERE disabled_at IS NOT NULL;
CREATE INDEX links_exhausted ON links (workspace_id, id) WHERE download_count >= max_downloads;
CREATE INDEX links_starting ON links (workspace_id, id, starts_at) WHERE starts_at IS NOT NULL;
