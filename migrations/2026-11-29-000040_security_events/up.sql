-- What happens to accounts and rights. Outlives the users and things that it is about; never holds a secret.
CREATE TABLE security_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    action text NOT NULL,
    -- Who did it; none for whoever did not sign in.
    actor_id uuid REFERENCES users ON DELETE SET NULL,
    -- A user, a group, a rule or a token.
    subject_id uuid,
    -- Its name at that time.
    subject_name text,
    address text,
    -- [{"field", "from", "to"}]
    changes jsonb NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX security_events_by_workspace ON security_events (workspace_id, id);
CREATE INDEX security_events_by_action ON security_events (workspace_id, action, id);
CREATE INDEX security_events_by_actor ON security_events (actor_id, id);
CREATE INDEX security_events_by_subject ON security_events (subject_id, id);
