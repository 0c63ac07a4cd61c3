//! The number of SQL statements does not depend on the number of rows: each list of the API costs as many statements
//! when everything is there fifty times as when it is there once.

use crate::jobs::{
    faces::hex,
    hands::{Hands, abort, job},
};
use domain::{LinkId, node_id::NodeId, sealed_face::SealedFor, short_id};
use rand::{SeedableRng, rngs::StdRng};
use schema::outbox::{Lane, Priority};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Running, many_assets, many_links, many_shares, start};

/// How often everything is there.
const MANY: usize = 50;

/// Each list of the API, a query for it, and where its items are in the answer: one for each thing that is there, or, with
/// `=`, always as many.
pub(crate) const LISTS: &[(&str, &str, &str)] = &[
    ("AccessToken.scopes", "{ accessTokens { scopes } }", "accessTokens.scopes"),
    (
        "AccessRule.rights",
        "{ accessRules(first: 100) { nodes { rights user { name } group { name } scope { ... on Collection { name } } } } }",
        "accessRules.nodes",
    ),
    ("Asset.attachments", "{ assets(first: 100) { nodes { attachments { fileName } } } }", "assets.nodes.attachments"),
    (
        "Asset.collections",
        "{ assets(first: 100) { nodes { uploadedBy { name storage { used } } collections(first: 2) { totalCount isEstimate
            nodes { name createdBy { name } } } } } }",
        "assets.nodes.collections.nodes",
    ),
    ("Asset.rights", "{ assets(first: 100) { nodes { rights } } }", "assets.nodes.rights"),
    (
        "Asset.links",
        "{ assets(first: 100) { nodes {
            links(first: 2, filter: { search: \"direct\" }, orderBy: { field: EXPIRES }) { totalCount isEstimate
                nodes { createdBy { name } target { ... on Asset { title } } } }
            through: links(first: 2, filter: { search: \"Press\" }) { nodes { target { ... on Collection { name } } } } } } }",
        "assets.nodes.links.nodes",
    ),
    (
        "Asset.proxies",
        "{ assets(first: 100) { nodes { proxies { state } sharing { canShare } } } }",
        "assets.nodes.proxies",
    ),
    (
        "Collection.assets",
        "{ collections(first: 100) { nodes { createdBy { name } assets(first: 2) { totalCount isEstimate
            nodes { proxies { state } links(first: 1) { nodes { id } } } } } } }",
        "collections.nodes.assets.nodes",
    ),
    (
        "Collection.links",
        "{ collections(first: 100) { nodes { links(first: 2) { totalCount isEstimate nodes { preparation { total } } } } } }",
        "collections.nodes.links.nodes",
    ),
    ("DeadJob.about", "{ jobQueue { dead(first: 100) { nodes { about } } } }", "jobQueue.dead.nodes.about"),
    (
        "DeleteLinksPayload.deletedIds",
        "mutation($links: [ID!]!) { deleteLinks(ids: $links) { deletedIds } }",
        "deleteLinks.deletedIds",
    ),
    (
        "JobQueue.dead",
        "{ jobQueue { dead(first: 100) { totalCount isEstimate nodes { arguments } } } }",
        "jobQueue.dead.nodes",
    ),
    ("JobQueue.lanes", "{ jobQueue { lanes { ready } } }", "=jobQueue.lanes"),
    ("JobQueue.running", "{ jobQueue { running { job } } }", "jobQueue.running"),
    (
        "LinkEvent.changes",
        "{ linkEvents(first: 100) { nodes { actor { name } changes { field } } } }",
        "linkEvents.nodes.changes",
    ),
    (
        "LinkSettings.proxyPresets",
        "{ links(first: 100) { nodes { settings { proxyPresets } } } }",
        "links.nodes.settings.proxyPresets",
    ),
    (
        "ProxyOptionGroup.presets",
        "query($assets: [ID!]) { shareOptions(assetIds: $assets) { proxies { presets { count } } } }",
        "=shareOptions.proxies.presets",
    ),
    ("Query.accessRules", "{ accessRules(first: 100) { totalCount isEstimate nodes { id } } }", "accessRules.nodes"),
    ("Query.accessTokens", "{ accessTokens { name } }", "accessTokens"),
    (
        "Query.assets",
        "{ assets(first: 100) { totalCount isEstimate nodes { viewCount statistics { total { views } days(last: 1) { views } } } } }",
        "assets.nodes",
    ),
    (
        "Query.collections",
        "{ collections(first: 100, filter: { mine: true }) { totalCount isEstimate nodes { createdBy { name } } } }",
        "collections.nodes",
    ),
    ("Query.linkEvents", "{ linkEvents(first: 100) { totalCount isEstimate nodes { linkName } } }", "linkEvents.nodes"),
    (
        "Query.links",
        "{ links(first: 100) { totalCount isEstimate nodes { state settings { hasPassword } preparation { total }
            createdBy { name storage { used } } target { ... on Asset { title } ... on Collection { name } } } } }",
        "links.nodes",
    ),
    (
        "Query.securityEvents",
        "{ securityEvents(first: 100) { totalCount isEstimate nodes { subjectName } } }",
        "securityEvents.nodes",
    ),
    (
        "SecurityEvent.changes",
        "{ securityEvents(first: 100) { nodes { actor { name } changes { field } } } }",
        "securityEvents.nodes.changes",
    ),
    ("Query.userGroups", "{ userGroups { name } }", "userGroups"),
    ("Query.users", "{ users(first: 100) { totalCount isEstimate nodes { storage { used } } } }", "users.nodes"),
    ("Query.sessions", "{ sessions { program } }", "sessions"),
    (
        "RevokeAccessTokenPayload.deletedIds",
        "mutation($personal: ID!) { revokeAccessToken(id: $personal) { deletedIds } }",
        "=revokeAccessToken.deletedIds",
    ),
    ("RevokeSessionPayload.deletedIds", "mutation($session: ID!) { revokeSession(id: $session) { deletedIds } }", "=revokeSession.deletedIds"),
    (
        "RevokeAccessPayload.deletedIds",
        "mutation($rule: ID!) { revokeAccess(id: $rule) { deletedIds } }",
        "=revokeAccess.deletedIds",
    ),
    ("RunningJob.about", "{ jobQueue { running { about } } }", "jobQueue.running.about"),
    (
        "ShareAssetsPayload.skipped",
        "mutation($assets: [ID!]!, $unknown: [ID!]!) { shareAssets(input: { assetIds: $assets }) { skipped { reason } }
            unknown: shareAssets(input: { assetIds: $unknown }) { skipped { reason } } }",
        "unknown.skipped",
    ),
    (
        "ShareOptions.notShareable",
        "query($unknown: [ID!]) { shareOptions(assetIds: $unknown) { notShareable { reason } } }",
        "shareOptions.notShareable",
    ),
    (
        "ShareOptions.proxies",
        "query($assets: [ID!]) { shareOptions(assetIds: $assets) { proxies { kind } } }",
        "=shareOptions.proxies",
    ),
    (
        "SharedAsset.tracks",
        "query($token: String!) { sharedLink(token: $token) { assets(first: 100) { nodes { tracks { url } } } } }",
        "sharedLink.assets.nodes.tracks",
    ),
    (
        "SharedAsset.downloads",
        "query($token: String!) { sharedLink(token: $token) { assets(first: 100) { nodes { downloads { url } } } } }",
        "sharedLink.assets.nodes.downloads",
    ),
    (
        "SharedLink.assets",
        "query($token: String!) { sharedLink(token: $token) { preparation { total } assets(first: 100) { totalCount isEstimate
            nodes { title thumbnailUrl preview { url } video { url } pending } } } }",
        "sharedLink.assets.nodes",
    ),
    (
        "SharedLink.personMatches",
        "query($token: String!, $person: String!) { sharedLink(token: $token) {
            personMatches(persons: [$person], first: 100) { totalCount unsearchedCount nodes {
                likelihood asset { title downloads { url } } } } } }",
        "sharedLink.personMatches.nodes",
    ),
    (
        "UserError.field",
        "mutation($c: ID!, $unknown: [ID!]!) { addToCollection(collectionId: $c, assetIds: $unknown) { userErrors { field } } }",
        "addToCollection.userErrors.field",
    ),
    (
        "Statistics.days",
        "{ links(first: 50) { nodes { statistics { days(last: 1) { views } week: days(last: 7) { visitors }
            total { downloads } lastMonth { visitors } } } } }",
        "links.nodes.statistics.days",
    ),
    ("UserGroup.members", "{ userGroups { members { name } } }", "userGroups.members"),
    (
        "DeleteAttachmentPayload.deletedIds",
        "mutation($attachment: ID!) { deleteAttachment(id: $attachment) { deletedIds } }",
        "=deleteAttachment.deletedIds",
    ),
    (
        "DeleteUserGroupPayload.deletedIds",
        "mutation($group: ID!) { deleteUserGroup(id: $group) { deletedIds } }",
        "=deleteUserGroup.deletedIds",
    ),
    (
        "DeleteCollectionPayload.deletedIds",
        "mutation($shared: ID!) { deleteCollection(id: $shared) { deletedIds } }",
        "=deleteCollection.deletedIds",
    ),
    (
        "DeleteAssetsPayload.deletedIds",
        "mutation($assets: [ID!]!) { deleteAssets(ids: $assets) { deletedIds userErrors { code } } }",
        "deleteAssets.deletedIds",
    ),
    (
        "RestoreAssetsPayload.assets",
        "mutation($assets: [ID!]!) { restoreAssets(ids: $assets) { assets { title rights } userErrors { code } } }",
        "restoreAssets.assets",
    ),
    ("Workspace.embedOrigins", "{ workspace { embedOrigins } }", "=workspace.embedOrigins"),
    // Of all payloads: errors are found by the checks before them.
    (
        "userErrors",
        "mutation($c: ID!, $unknown: [ID!]!) { addToCollection(collectionId: $c, assetIds: $unknown) { userErrors { code } } }",
        "addToCollection.userErrors",
    ),
    // Last, because others want all users.
    (
        "DeleteUserPayload.deletedIds",
        "mutation($user: ID!) { deleteUser(input: { id: $user }) { deletedIds userErrors { code message } } }",
        "=deleteUser.deletedIds",
    ),
];

#[tokio::test]
async fn a_list_costs_the_same_statements_however_long_it_is() {
    let mut counted: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for times in [1, MANY] {
        let server = start().await;
        let admin = server.admin().await;
        let variables = fill(&server, &admin, times).await;
        for (list, query, path) in LISTS {
            let before = server.statements();
            let data = server.data(&admin, query, variables.clone()).await;
            let statements = server.statements() - before;
            let items = items(&data, path.trim_start_matches('='));
            let expected = if path.starts_with('=') { 1 } else { times };
            assert!(items >= expected, "{list}: {items} items, where everything is there {times} times: {data}");
            counted.entry(list).or_default().push((items, statements));
        }
    }
    for (list, counts) in counted {
        let [(few, one), (many, other)] = counts[..] else { panic!("{counts:?}") };
        assert_eq!(one, other, "{list} costs {one} statements for {few} items and {other} for {many}");
    }
}

/// How many items the lists at a path have together.
fn items(value: &Value, path: &str) -> usize {
    match (value, path.split_once('.')) {
        (Value::Array(all), _) if !path.is_empty() => all.iter().map(|item| items(item, path)).sum(),
        (_, Some((field, rest))) => items(&value[field], rest),
        (_, None) if !path.is_empty() => items(&value[path], ""),
        (Value::Array(all), _) => all.len(),
        (other, _) => panic!("no list: {other}"),
    }
}

/// Makes everything as often as that: with this many assets, links, collections, users, groups, rules and jobs.
pub(crate) async fn fill(server: &Running, admin: &str, times: usize) -> Value {
    server.sql(many_assets(times)).await;
    server.sql(many_links(times * 2)).await;
    server.sql(many_shares(times, times, times)).await;
    let of_admin = "(SELECT id FROM users ORDER BY created_at LIMIT 1)";
    server
        .sql(format!(
            "INSERT INTO attachments (id, asset_id, file_name, media_type, byte_size, file_id, sha256, created_at)
            SELECT gen_random_uuid(), id, 'terms.pdf', 'application/pdf', 1, gen_random_uuid(), '\\x00', now() FROM assets;
            UPDATE assets SET kind = 'VIDEO';
            INSERT INTO attachments (id, asset_id, file_name, media_type, byte_size, file_id, sha256, created_at)
            SELECT gen_random_uuid(), id, 'words.vtt', 'text/plain', 1, gen_random_uuid(), '\\x00', now() FROM assets;
            INSERT INTO users (id, workspace_id, email, name, role, password_hash, created_at)
            SELECT gen_random_uuid(), id, n || '@example.com', 'User ' || n, 'EDITOR', '', now()
            FROM workspaces, generate_series(1, {times}) n;
            INSERT INTO user_groups (id, workspace_id, name, created_at)
            SELECT gen_random_uuid(), id, 'Group ' || n, now() FROM workspaces, generate_series(1, {times}) n;
            INSERT INTO user_group_members SELECT user_groups.id, users.id FROM user_groups, users WHERE users.role = 'EDITOR';
            INSERT INTO access_rules (id, workspace_id, user_id, collection_id, rights, created_at)
            SELECT gen_random_uuid(), workspace_id, created_by, id, 1, now() FROM collections;
            INSERT INTO access_rules (id, workspace_id, group_id, asset_id, rights, created_at)
            SELECT gen_random_uuid(), assets.workspace_id, user_groups.id, assets.id, 1, now()
            FROM assets JOIN user_groups ON user_groups.name = 'Group ' || assets.number;
            INSERT INTO link_events (workspace_id, link_id, link_name, actor_id, action, changes, created_at)
            SELECT workspace_id, id, name, created_by, 'CREATED', '[{{\"field\": \"name\", \"from\": null, \"to\": \"x\"}}]', now()
            FROM links;
            DELETE FROM security_events;
            INSERT INTO security_events (workspace_id, action, actor_id, changes, created_at)
            SELECT workspace_id, 'SIGNED_IN', created_by, '[{{\"field\": \"name\", \"from\": null, \"to\": \"x\"}}]', now()
            FROM links;
            UPDATE workspaces SET embed_origins = '{{https://example.com}}';
            UPDATE links SET name = 'direct', allow_proxies = true WHERE asset_id IS NOT NULL;
            INSERT INTO bearer_tokens (id, sha256, user_id, kind, name, created_at)
            SELECT gen_random_uuid(), sha256(n::text::bytea), {of_admin}, 'PERSONAL', 'robot', now() FROM generate_series(1, {times}) n;
            INSERT INTO bearer_tokens (id, sha256, user_id, kind, created_at)
            SELECT gen_random_uuid(), sha256(('s' || n)::bytea), {of_admin}, 'SESSION', now() FROM generate_series(1, {times}) n"
        ))
        .await;
    let hands = Hands::of(server, "a worker", Lane::Pictures).await;
    for _ in 0..times {
        hands.push(&job(), Priority::Background).await;
        hands.end(&hands.take().await.unwrap(), abort()).await;
        hands.push(&job(), Priority::Background).await;
        hands.take().await.unwrap();
    }
    let ids = "{ assets(first: 100) { nodes { id } } links(first: 100) { nodes { id } } collections(first: 1) { nodes { id } } }";
    let data = server.data(admin, ids, Value::Null).await;
    let first = |list: &str| {
        let nodes = data[list]["nodes"].as_array().unwrap();
        nodes.iter().take(times).map(|node| node["id"].clone()).collect::<Vec<_>>()
    };
    let shared = server.collection(admin, "Shared", &first("assets")).await;
    let link = server.collection_link(admin, &shared, json!({ "allowOriginal": true })).await;
    let token = link["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a token").to_owned();
    let face = [7_i8; 128].map(i8::cast_unsigned);
    let version = server.services.face_models.version();
    server
        .sql(format!(
            "UPDATE workspaces SET person_search = true;
            UPDATE links SET person_search = true WHERE collection_id IS NOT NULL;
            INSERT INTO face_indexes (asset_id, workspace_id, model_version) SELECT id, workspace_id, {version} FROM assets;
            INSERT INTO faces (asset_id, workspace_id, x, y, width, height, quality, embedding)
            SELECT id, workspace_id, 0, 0, 1, 1, 1, '\\x{}' FROM assets",
            hex(&face)
        ))
        .await;
    let sealed_for = SealedFor {
        link: LinkId::from_node_id(link["id"].as_str().expect("an id")).expect("an id"),
        token_version: 1,
        password_version: 1,
    };
    let face = [&version.to_be_bytes()[..], &face].concat();
    let person = sealed_for.seal(&server.services.keys, &face, server.services.now(), &mut StdRng::seed_from_u64(1));
    let unknown = (0..times).map(|_| format!("asset_{}", short_id::encode(domain::AssetId::new())));
    let attachment = "{ assets(first: 1) { nodes { attachments { id } } } }";
    let attachment = server.data(admin, attachment, Value::Null).await["assets"]["nodes"][0]["attachments"][0].clone();
    let issued =
        "{ accessTokens { id } sessions { id isCurrent } userGroups { id } accessRules(first: 1) { nodes { id } }
        users(first: 100) { nodes { id name } } }";
    let issued = server.data(admin, issued, Value::Null).await;
    let session =
        issued["sessions"].as_array().and_then(|all| all.iter().find(|session| session["isCurrent"] == false));
    // Not the administrator: the order of these ids is random.
    let mut users = issued["users"]["nodes"].as_array().into_iter().flatten();
    let leaver = users.find(|user| user["name"] == "User 1");
    json!({
        "shared": shared, "attachment": attachment["id"], "group": issued["userGroups"][0]["id"], "rule": issued["accessRules"]["nodes"][0]["id"],
        "personal": issued["accessTokens"][0]["id"], "session": session.expect("another session")["id"],
        "user": leaver.expect("a user")["id"],
        "assets": first("assets"), "links": first("links"), "c": first("collections")[0],
        "token": token, "person": person, "unknown": unknown.collect::<Vec<_>>(),
    })
}

#[tokio::test]
async fn every_list_of_the_api_has_an_example() {
    let server = start().await;
    let of_type = "type { kind name ofType { kind name ofType { kind name } } }";
    let query = format!("{{ __schema {{ types {{ kind name fields {{ name {of_type} }} }} }} }}");
    let schema = server.data("", &query, Value::Null).await;
    let mut all = BTreeSet::new();
    for ty in schema["__schema"]["types"].as_array().unwrap() {
        let name = ty["name"].as_str().unwrap();
        // Its lists are made of a photo, and not of rows: `tests/pages/person.rs` sends some.
        if name == "PersonSearchPayload" {
            continue;
        }
        // A connection's nodes and edges are measured with the field whose pages they are.
        if name.starts_with("__") || name.ends_with("Connection") {
            continue;
        }
        for field in ty["fields"].as_array().into_iter().flatten() {
            let inner = if field["type"]["kind"] == "NON_NULL" { &field["type"]["ofType"] } else { &field["type"] };
            let is_list =
                inner["kind"] == "LIST" || inner["name"].as_str().is_some_and(|ty| ty.ends_with("Connection"));
            if is_list && field["name"] == "userErrors" {
                all.insert("userErrors".to_owned());
            } else if is_list {
                all.insert(format!("{name}.{}", field["name"].as_str().unwrap()));
            }
        }
    }
    let listed: BTreeSet<String> = LISTS.iter().map(|(list, ..)| (*list).to_owned()).collect();
    let (missing, gone): (Vec<_>, Vec<_>) = (all.difference(&listed).collect(), listed.difference(&all).collect());
    assert!(missing.is_empty(), "nobody gave an example in LISTS for {missing:?}");
    assert!(gone.is_empty(), "no lists any more: {gone:?}");
    for (list, query, _) in LISTS {
        let field = list.rsplit('.').next().unwrap();
        assert!(query.contains(field), "the example for {list} does not ask for it");
    }
}
