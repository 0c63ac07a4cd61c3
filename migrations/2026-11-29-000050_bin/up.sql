-- The bin: when an asset was deleted. What asks for assets or memberships by the names that they always had, also an older
-- version of the program that still runs, gets a view without what is in the bin; whoever is to see the bin asks the tables
-- by their new names. Both views can be written to.
ALTER TABLE assets RENAME TO all_assets;
ALTER TABLE all_assets ADD COLUMN deleted_at timestamptz;
ALTER TABLE collection_assets RENAME TO all_collection_assets;
-- Whether the member is in the bin; triggers keep it, so that members are counted and listed by an index alone.
ALTER TABLE all_collection_assets ADD COLUMN in_bin boolean NOT NULL DEFAULT false;
CREATE VIEW assets AS SELECT * FROM all_assets WHERE deleted_at IS NULL;
CREATE VIEW collection_assets AS SELECT * FROM all_collection_assets WHERE NOT in_bin;

CREATE FUNCTION asset_switched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE all_collection_assets SET in_bin = NEW.deleted_at IS NOT NULL WHERE asset_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER assets_switched AFTER UPDATE OF deleted_at ON all_assets
    FOR EACH ROW WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)) EXECUTE FUNCTION asset_switched();
-- This runs after the checks of foreign keys, which wait for a transaction that is deleting the asset.
CREATE FUNCTION members_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE all_collection_assets AS member SET in_bin = true
        FROM added JOIN all_assets ON all_assets.id = added.asset_id
        WHERE all_assets.deleted_at IS NOT NULL
            AND member.collection_id = added.collection_id AND member.asset_id = added.asset_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER collection_assets_in_bin AFTER INSERT ON all_collection_assets
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION members_added();

-- A worker of an older version takes the files of what is in the bin for garbage. It collects garbage every six hours: the
-- next time is put off until all workers are new.
UPDATE periodic_jobs SET fired_at = now() WHERE name = 'collect_garbage';

-- A rule on a collection also holds for the members that are in the bin, so that those whom it lets edit can restore them.
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
        FROM rule JOIN all_collection_assets member ON member.collection_id = rule.collection_id
        WHERE member.asset_id = ANY (wanted)
    ) AS given (asset_id, rights)
    GROUP BY given.asset_id
$$;

-- What is stored while its asset is deleted counts like everything else.
CREATE OR REPLACE FUNCTION attachment_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.workspace_id := (SELECT workspace_id FROM all_assets WHERE id = NEW.asset_id);
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION examine_again(asset uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE all_assets SET ingest_version = least(ingest_version, 0) - 1 WHERE id = asset
$$;
