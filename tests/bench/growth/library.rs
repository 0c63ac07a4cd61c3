//! A library of a given size, as years of use leave it.

use schema::assets::INGEST_VERSION;
use serde_json::{Value, json};
use tests::{Options, Running, Visitor, fixtures, many_links, many_shares, short, start_with};

/// As many as a page of a gallery shows.
const MEMBERS: usize = 60;

/// A server with its library, and those who ask.
pub(super) struct Library {
    pub(super) server: Running,
    /// A token of the administrator.
    pub(super) admin: String,
    /// The same person in a browser.
    pub(super) browser: Visitor,
    /// Somebody without cookies.
    pub(super) visitor: reqwest::Client,
    /// A photograph with its files.
    pub(super) asset: Value,
    /// The photograph, and assets that have rows only: as many as a page of a gallery shows.
    pub(super) assets: Vec<Value>,
    /// Others, which are in no collection of those that are made here.
    pub(super) others: Vec<Value>,
    /// A collection of the photograph and such assets.
    pub(super) collection: Value,
    /// A link to the photograph, and the paths of this and other links.
    pub(super) link: Value,
    pub(super) single: String,
    pub(super) gallery: String,
    pub(super) download: String,
    /// The path of a link to a collection of nothing but the photograph.
    pub(super) complete: String,
}

/// A library with this many assets, links, and what hangs on them.
pub(super) async fn fill(size: usize) -> Library {
    let server = start_with(Options { threads: 2, ..Options::default() }).await;
    server.no_schedule().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::detailed_jpeg(1600, 1200)).await["id"].clone();
    let workers = server.workers();
    server.proxies(&admin, &asset).await;
    workers.stop().await;
    let settings = json!({ "allowOriginal": true, "allowProxies": true });
    let link = server.public_link(&admin, &asset, settings.clone()).await;
    server.sql(assets(size)).await;
    // Pages and the API show the URLs of these links, for which the server needs their key.
    let key = format!("'{}'", server.services.keys.newest().id());
    server.sql(many_links(size).replace("'key'", &key)).await;
    server.sql(many_shares(size / 50, size / 100, 5).replace("'key'", &key)).await;
    server.sql(history(size)).await;
    server.sql("CREATE EXTENSION pg_stat_statements").await;
    server.sql("VACUUM ANALYZE").await;

    let page = server.data(&admin, "{ assets(first: 70) { nodes { id } } }", Value::Null).await;
    let mut assets = vec![asset.clone()];
    assets.extend(page["assets"]["nodes"].as_array().expect("nodes").iter().map(|node| node["id"].clone()));
    let others = assets.split_off(MEMBERS);
    let collection = server.collection(&admin, "Season", &assets).await;
    let gallery = server.collection_link(&admin, &collection, settings.clone()).await;
    let one = server.collection(&admin, "One", &assets[..1]).await;
    let complete = server.collection_link(&admin, &one, settings).await;
    let download = server.download_link(&admin, json!({ "assetId": asset })).await;
    let path =
        |link: &Value| link["url"].as_str().and_then(|url| url.strip_prefix(&server.url)).expect("a path").to_owned();
    let [single, gallery, download, complete] = [&link, &gallery, &download, &complete].map(path);
    let browser = server.admin_browser().await;
    let visitor = tests::client();
    Library {
        server,
        admin,
        browser,
        visitor,
        asset,
        assets,
        others,
        collection,
        link,
        single,
        gallery,
        download,
        complete,
    }
}

impl Library {
    /// The path of a file of the photograph under a link.
    pub(super) fn file(&self, link: &str, file: &str) -> String {
        format!("{link}/assets/{}/{file}", short(&self.asset))
    }
}

/// Assets with numbers from 2, added one after the other over two years, with the proxies of a picture. Their rows are as
/// wide as those of uploads, and their ids grow with the time, as those do.
fn assets(size: usize) -> String {
    format!(
        "CREATE FUNCTION pg_temp.id_at(made timestamptz, seed text) RETURNS uuid LANGUAGE sql IMMUTABLE AS
            $$ SELECT encode(int8send((extract(epoch FROM made) * 1000)::bigint << 16) || decode(md5(seed), 'hex'), 'hex')::char(32)::uuid $$;
        INSERT INTO assets (id, workspace_id, number, title, file_name, kind, media_type, byte_size, source, width, height,
            original_state, file_id, sha256, created_by, created_at, ingest_version, crc32, placeholder, captured_at)
        SELECT pg_temp.id_at(made, 'asset ' || n), workspace_id, n, 'Picture ' || n || ' of season ' || n % 97,
            'DSC_' || n || '.jpg', CASE WHEN n % 5000 = 7 THEN 'DOCUMENT' ELSE 'IMAGE' END, 'image/jpeg', 12000000, 'LIBRARY',
            6000, 4000, 'AVAILABLE', pg_temp.id_at(made, 'file ' || n), sha256(n::text::bytea), users.id, made,
            {INGEST_VERSION}, n, substr(sha256(n::text::bytea), 1, 24), made
        FROM users, (SELECT n, now() - ({size} - n) * interval '2 years' / {size} AS made FROM generate_series(2, {size}) n) made;
        INSERT INTO proxies (asset_id, preset, watermarked, state, file_id, media_type, byte_size, width, height, crc32)
        SELECT assets.id, preset, false, 'READY', pg_temp.id_at(created_at, preset || number), 'image/jpeg', 400000, 1280, 853,
            number
        FROM assets, unnest(ARRAY['thumbnail', 'preview', 'fullscreen']) preset WHERE assets.number > 1;
        UPDATE workspaces SET last_number = {size}; ANALYZE"
    )
}

/// What happened to all of it: the events of links, three days of views of each link and asset, people with a session each,
/// and one asset in a hundred in the bin.
fn history(size: usize) -> String {
    let people = size / 1000;
    format!(
        "INSERT INTO link_events (workspace_id, link_id, link_name, actor_id, action, changes, created_at)
        SELECT links.workspace_id, links.id, links.name, links.created_by, 'CREATED', first.changes, links.created_at
        FROM links, (SELECT changes FROM link_events LIMIT 1) first ORDER BY links.id;
        INSERT INTO link_days (link_id, day, views, visitors, downloads)
        SELECT id, current_date - day, 5, 2, 1 FROM links, generate_series(1, 3) day;
        INSERT INTO asset_days (asset_id, day, views, visitors, downloads)
        SELECT id, current_date - day, 5, 2, 1 FROM assets, generate_series(1, 3) day;
        INSERT INTO asset_counters (asset_id, view_count, download_count, last_accessed_at)
        SELECT id, 15, 3, now() FROM assets ON CONFLICT DO NOTHING;
        INSERT INTO users (id, workspace_id, email, name, role, password_hash, created_at)
        SELECT gen_random_uuid(), id, n || '@example.com', 'User ' || n, 'EDITOR', '', now()
        FROM workspaces, generate_series(1, {people}) n;
        INSERT INTO bearer_tokens (id, sha256, user_id, kind, created_at, expires_at)
        SELECT gen_random_uuid(), sha256(id::text::bytea), id, 'SESSION', now(), now() + interval '1 day' FROM users;
        INSERT INTO security_events (workspace_id, action, actor_id, subject_id, subject_name, changes, created_at)
        SELECT workspace_id, 'SIGNED_IN', id, id, name, '[]', now() FROM users, generate_series(1, 20);
        UPDATE all_assets SET deleted_at = now() - number * interval '1 second' WHERE number % 100 = 3; ANALYZE"
    )
}
