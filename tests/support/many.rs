//! SQL statements that insert thousands of rows: as many links as a team creates in years.

use schema::assets::INGEST_VERSION;

/// Inserts this many pictures into the only workspace, with three proxies each. Their numbers count from 1.
pub fn many_assets(count: usize) -> String {
    format!(
        "INSERT INTO assets (id, workspace_id, number, title, file_name, kind, media_type, byte_size, source,
            original_state, file_id, sha256, created_at, ingest_version)
        SELECT gen_random_uuid(), workspaces.id, n, 'Picture ' || n, n || '.jpg', 'IMAGE', 'image/jpeg', 1, 'LIBRARY',
            'AVAILABLE', gen_random_uuid(), '\\x00', now(), {INGEST_VERSION}
        FROM workspaces, generate_series(1, {count}) n;
        INSERT INTO proxies (asset_id, preset, watermarked, state, file_id, media_type, byte_size)
        SELECT assets.id, preset, false, 'READY', gen_random_uuid(), 'image/jpeg', 1
        FROM assets, unnest(ARRAY['thumbnail', 'preview', 'fullscreen']) preset WHERE assets.title LIKE 'Picture %';
        ANALYZE"
    )
}

/// Inserts this many links by the only user to the assets, created one after the other over two years. Half of them
/// expire within three months of their creation, so that nearly all of those have expired; of the rest, some are
/// disabled, exhausted or scheduled.
pub fn many_links(count: usize) -> String {
    format!(
        "INSERT INTO links (id, workspace_id, kind, name, asset_id, created_by, created_at, updated_at, token_sha256, key_id,
            allow_original, allow_proxies, allow_attachments, watermark, person_search, expires_at, starts_at,
            max_downloads, download_count, disabled_at)
        SELECT encode(int8send((extract(epoch FROM made) * 1000)::bigint << 16) || decode(md5(n::text), 'hex'), 'hex')::char(32)::uuid,
            users.workspace_id, CASE WHEN n % 3 = 0 THEN 'DOWNLOAD' ELSE 'PUBLIC' END,
            'Press kit ' || n % 997 || ' for ' || substr(md5(n::text), 1, 8), assets.id, users.id, made, made,
            sha256(n::text::bytea), 'key', true, false, false, false, false,
            CASE WHEN n % 2 = 0 THEN made + (n % 90 + 1) * interval '1 day' END,
            CASE WHEN n % 100 = 1 THEN made + (n % 70) * interval '1 day' END,
            CASE WHEN n % 5 = 0 THEN n % 7 + 1 END, n % 11, CASE WHEN n % 200 = 3 THEN now() END
        FROM (SELECT * FROM users ORDER BY created_at LIMIT 1) users,
            (SELECT n, now() - ({count} - n) * interval '2 years' / {count} AS made FROM generate_series(1, {count}) n) made
            JOIN assets ON assets.number = made.n % (SELECT count(*) FROM assets) + 1;
        ANALYZE"
    )
}

/// Inserts this many automatic collections by the only user, each with `members` assets and a link of its own. The
/// first `endless` links never expire; all others have expired in the last three months.
pub fn many_shares(count: usize, endless: usize, members: usize) -> String {
    format!(
        "CREATE TEMPORARY TABLE shares AS
        SELECT n, md5('collection ' || n)::uuid AS id, users.id AS user_id, users.workspace_id, now() - interval '1 year' AS made
        FROM (SELECT * FROM users ORDER BY created_at LIMIT 1) users, generate_series(1, {count}) n;
        INSERT INTO collections (id, workspace_id, name, kind, hidden, created_by, created_at)
        SELECT id, workspace_id, 'Press kit ' || n, 'AUTOMATIC', true, user_id, made FROM shares;
        INSERT INTO collection_assets (collection_id, asset_id, position)
        SELECT shares.id, assets.id, place FROM shares, generate_series(1, {members}) place, assets
        WHERE assets.number = (shares.n + place) % (SELECT count(*) FROM assets) + 1;
        INSERT INTO links (id, workspace_id, kind, name, collection_id, created_by, created_at, updated_at, token_sha256,
            key_id, allow_original, allow_proxies, allow_attachments, watermark, person_search, expires_at)
        SELECT encode(int8send((extract(epoch FROM made) * 1000)::bigint << 16) || decode(md5('share ' || n), 'hex'), 'hex')::char(32)::uuid,
            workspace_id, 'PUBLIC', 'Press kit ' || n || ' for ' || substr(md5(n::text), 1, 8), id,
            user_id, made, made, sha256(('share ' || n)::bytea), 'key', true, false, false, false, false,
            CASE WHEN n > {endless} THEN now() - (n % 90 + 1) * interval '1 day' END
        FROM shares;
        DROP TABLE shares; ANALYZE"
    )
}
