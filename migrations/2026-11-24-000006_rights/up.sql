CREATE TABLE user_groups (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (workspace_id, name)
);

CREATE TABLE user_group_members (
    group_id uuid NOT NULL REFERENCES user_groups ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX user_group_members_by_user ON user_group_members (user_id);

-- Subject × scope → rights, on top of what the role gives. Subject: a user, a group, or everyone. Scope: an asset, a
-- collection's members, or the whole workspace.
CREATE TABLE access_rules (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    group_id uuid REFERENCES user_groups ON DELETE CASCADE,
    asset_id uuid REFERENCES assets ON DELETE CASCADE,
    collection_id uuid REFERENCES collections ON DELETE CASCADE,
    -- The bits of domain::Rights.
    rights integer NOT NULL CHECK (rights > 0),
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(user_id, group_id) <= 1),
    CHECK (num_nonnulls(asset_id, collection_id) <= 1)
);
CREATE INDEX access_rules_by_workspace ON access_rules (workspace_id, id);
CREATE INDEX access_rules_by_user ON access_rules (user_id);
CREATE INDEX access_rules_by_group ON access_rules (group_id);
CREATE INDEX access_rules_by_asset ON access_rules (asset_id);
CREATE INDEX access_rules_by_collection ON access_rules (collection_id);
CREATE INDEX access_rules_for_everyone ON access_rules (workspace_id) WHERE user_id IS NULL AND group_id IS NULL;

-- The rules that speak of a user.
CREATE FUNCTION rules_of(subject uuid)
RETURNS TABLE (asset_id uuid, collection_id uuid, rights integer) LANGUAGE sql STABLE AS $$
    SELECT rule.asset_id, rule.collection_id, rule.rights FROM access_rules rule WHERE rule.user_id = subject
    UNION ALL
    SELECT rule.asset_id, rule.collection_id, rule.rights
    FROM user_group_members member JOIN access_rules rule ON rule.group_id = member.group_id
    WHERE member.user_id = subject
    UNION ALL
    SELECT rule.asset_id, rule.collection_id, rule.rights
    FROM users JOIN access_rules rule ON rule.workspace_id = users.workspace_id
    WHERE users.id = subject AND rule.user_id IS NULL AND rule.group_id IS NULL
$$;

-- What rules give a user on each of some assets; assets without any are left out. One call decides a whole set.
CREATE FUNCTION granted_rights(subject uuid, wanted uuid[])
RETURNS TABLE (asset_id uuid, rights integer) LANGUAGE sql STABLE AS $$
    WITH rule AS MATERIALIZED (SELECT * FROM rules_of(subject))
    SELECT given.asset_id, bit_or(given.rights) FROM (
        SELECT one.id, rule.rights FROM rule CROSS JOIN unnest(wanted) AS one (id)
        WHERE rule.asset_id IS NULL AND rule.collection_id IS NULL
        UNION ALL
        SELECT rule.asset_id, rule.rights FROM rule WHERE rule.asset_id = ANY (wanted)
        UNION ALL
        SELECT member.asset_id, rule.rights
        FROM rule JOIN collection_assets member ON member.collection_id = rule.collection_id
        WHERE member.asset_id = ANY (wanted)
    ) AS given (asset_id, rights)
    GROUP BY given.asset_id
$$;

-- The same for one asset.
CREATE FUNCTION granted_rights_on(subject uuid, asset uuid) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT rights FROM granted_rights(subject, ARRAY[asset])), 0)
$$;

-- What rules give a user on everything in the workspace.
CREATE FUNCTION granted_everywhere(subject uuid) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce(bit_or(rights), 0) FROM rules_of(subject) WHERE asset_id IS NULL AND collection_id IS NULL
$$;

-- What rules give a user on a collection itself.
CREATE FUNCTION granted_rights_on_collection(subject uuid, collection uuid) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce(bit_or(rights), 0) FROM rules_of(subject) WHERE collection_id = collection
$$;
