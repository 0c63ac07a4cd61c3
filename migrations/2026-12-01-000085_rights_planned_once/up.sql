-- The same functions in PL/pgSQL, which keeps the plans of their statements for as long as the connection, as long as it need not plan
-- for the values. Postgres before 18 plans those of a function in SQL anew in each statement that calls it, which took half a millisecond.
CREATE OR REPLACE FUNCTION granted_rights(subject uuid, wanted uuid[]) RETURNS TABLE (asset_id uuid, rights integer)
    LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH rule AS MATERIALIZED (SELECT * FROM rules_of(subject))
    SELECT given.asset_id, bit_or(given.rights) FROM (
        SELECT one.id, rule.rights FROM rule CROSS JOIN unnest(wanted) AS one (id)
        WHERE rule.asset_id IS NULL AND rule.collection_id IS NULL
        UNION ALL
        SELECT rule.asset_id, rule.rights FROM rule WHERE rule.asset_id = ANY (wanted)
        UNION ALL
        SELECT member.asset_id, rule.rights
        FROM rule JOIN all_collection_assets member ON member.collection_id = rule.collection_id
        WHERE member.asset_id = ANY (wanted)
    ) AS given (asset_id, rights)
    GROUP BY given.asset_id;
END $$;

CREATE OR REPLACE FUNCTION granted_rights_on(subject uuid, asset uuid) RETURNS integer LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN coalesce((SELECT rights FROM granted_rights(subject, ARRAY[asset])), 0);
END $$;

CREATE OR REPLACE FUNCTION granted_everywhere(subject uuid) RETURNS integer LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (SELECT coalesce(bit_or(rights), 0) FROM rules_of(subject) WHERE asset_id IS NULL AND collection_id IS NULL);
END $$;

CREATE OR REPLACE FUNCTION granted_rights_on_collection(subject uuid, collection uuid) RETURNS integer
    LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (SELECT coalesce(bit_or(rights), 0) FROM rules_of(subject) WHERE collection_id = collection);
END $$;
