DROP VIEW collection_assets, assets;
-- An older version knows no bin: what was deleted must not open again.
DELETE FROM all_assets WHERE deleted_at IS NOT NULL;
DROP TRIGGER assets_switched ON all_assets;
DROP TRIGGER collection_assets_in_bin ON all_collection_assets;
DROP FUNCTION asset_switched, members_added;
ALTER TABLE all_collection_assets DROP COLUMN in_bin;
ALTER TABLE all_collection_assets RENAME TO collection_assets;
ALTER TABLE all_assets DROP COLUMN deleted_at;
ALTER TABLE all_assets RENAME TO assets;
CREATE OR REPLACE FUNCTION granted_rights(subject uuid, wanted uuid[])
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
CREATE OR REPLACE FUNCTION attachment_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.workspace_id := (SELECT workspace_id FROM assets WHERE id = NEW.asset_id);
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION examine_again(asset uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE assets SET ingest_version = least(ingest_version, 0) - 1 WHERE id = asset
$$;
