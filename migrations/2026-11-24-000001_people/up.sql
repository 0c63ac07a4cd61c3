CREATE TABLE workspaces (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    number_prefix text NOT NULL,
    time_zone text NOT NULL,
    -- The count of the newest asset; raised in the transaction that adds one, so that there are no gaps.
    last_number bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL
);

CREATE TABLE users (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    -- In lower case.
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN')),
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX users_by_workspace ON users (workspace_id);

CREATE TABLE bearer_tokens (
    id uuid PRIMARY KEY,
    -- SHA-256 of the token; the token itself is stored nowhere.
    sha256 bytea NOT NULL UNIQUE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('SESSION', 'PERSONAL')),
    name text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz
);
CREATE INDEX bearer_tokens_by_user ON bearer_tokens (user_id);
CREATE INDEX bearer_tokens_by_expiry ON bearer_tokens (expires_at);
