//! Watermarked pictures: made ahead, shared by the links that need them, made anew, and gone when nobody needs them;
//! and never a plain one in their place.

use crate::jobs::hands::{Hands, read};
use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use domain::{AssetId, Preset, ProxyState};
use futures::future::join_all;
use jobs::Setup;
use schema::{
    outbox::{Job, Lane},
    periodic::PeriodicJob,
};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Running, Visitor, fixtures, short, start};

const MAGENTA: [u8; 3] = [255, 0, 255];
const CYAN: [u8; 3] = [0, 255, 255];

/// A server with a watermark that hides all below it, and some pictures.
async fn with_watermark(pictures: usize) -> (Running, String, Vec<Value>) {
    let server = start().await;
    let (admin, assets) = fill(&server, pictures).await;
    (server, admin, assets)
}

async fn fill(server: &Running, pictures: usize) -> (String, Vec<Value>) {
    let admin = server.admin().await;
    mark(server, &admin, MAGENTA).await;
    let mut assets = Vec::new();
    for index in 0..pictures {
        let bytes = fixtures::jpeg(400 + u32::try_from(index).unwrap(), 300);
        assets.push(server.upload(&admin, &format!("{index}.jpg"), bytes).await["id"].clone());
    }
    (admin, assets)
}

async fn mark(server: &Running, admin: &str, colour: [u8; 3]) {
    let input = json!({ "file": null, "opacity": 1.0, "placement": "CENTER" });
    let payload = server.set_watermark(admin, input, Some(fixtures::plain_png(40, 40, colour))).await;
    assert!(payload["workspace"].is_object(), "{payload}");
}

fn picture(link: &Value, asset: &Value, file: &str) -> String {
    let id = short(asset);
    format!("{}/assets/{id}/{file}", link["url"].as_str().unwrap())
}

/// What a visitor sees in the middle of a picture; none where it is a placeholder.
async fn seen(visitor: &Visitor, path: &str) -> Option<[u8; 3]> {
    let response = visitor.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    match response.headers()["content-type"].to_str().unwrap() {
        "image/svg+xml" => None,
        _ => Some(fixtures::middle(&response.bytes().await.unwrap())),
    }
}

/// Waits until nothing of a link is pending any more, and returns how many pictures are ready.
async fn prepared(server: &Running, admin: &str, link: &Value) -> i64 {
    let query = "query($id: ID!) { link(id: $id) { preparation { total ready failed } } }";
    let work = async {
        loop {
            let data = server.data(admin, query, json!({ "id": link["id"] })).await;
            let (total, ready) = (&data["link"]["preparation"]["total"], &data["link"]["preparation"]["ready"]);
            assert_eq!(data["link"]["preparation"]["failed"], 0);
            if total == ready {
                return total.as_i64().unwrap();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), work).await.expect("the pictures are made in time")
}

/// Runs workers until the link's pictures are ready.
async fn work_until_prepared(server: &Running, admin: &str, link: &Value) -> i64 {
    let workers = server.workers();
    let ready = prepared(server, admin, link).await;
    workers.stop().await;
    ready
}

#[tokio::test]
async fn a_visitor_who_is_faster_than_the_worker_sees_a_placeholder_and_never_the_plain_picture() {
    let (server, admin, assets) = with_watermark(1).await;
    let asset = &assets[0];
    let plain = server.public_link(&admin, asset, json!({ "allowProxies": true })).await;
    assert_eq!(work_until_prepared(&server, &admin, &plain).await, 3);
    let settings = json!({ "watermark": true, "allowProxies": true });
    let link = server.public_link(&admin, asset, settings).await;

    let visitor = server.visitor();
    let page = visitor.get(link["url"].as_str().unwrap()).await.text().await.unwrap();
    assert!(page.contains("is being made") && !page.contains("og:image\"") && !page.contains("?download"), "{page}");
    for preset in ["thumbnail", "preview"] {
        let response = visitor.get(&picture(&link, asset, preset)).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(seen(&visitor, &picture(&link, asset, preset)).await, None);
    }
    for preset in Preset::ALL {
        let path = picture(&link, asset, &format!("{preset}?download"));
        assert_eq!(visitor.get(&path).await.status(), 404, "{preset}");
    }
    work_until_prepared(&server, &admin, &link).await;
    for file in ["thumbnail", "preview", "thumbnail?download", "preview?download", "fullscreen?download"] {
        let marked = seen(&visitor, &picture(&link, asset, file)).await.expect("a picture");
        assert!(fixtures::alike(marked, MAGENTA), "{file}: {marked:?}");
        let unmarked = seen(&visitor, &picture(&plain, asset, file)).await.expect("a picture");
        assert!(!fixtures::alike(unmarked, MAGENTA), "{file}: {unmarked:?}");
    }
    let page = visitor.get(link["url"].as_str().unwrap()).await.text().await.unwrap();
    assert!(page.contains("og:image\"") && page.contains("thumbnail?download"), "{page}");
}

#[tokio::test]
async fn a_cached_plain_picture_is_not_confirmed_once_the_link_has_a_watermark() {
    let (server, admin, assets) = with_watermark(1).await;
    let link = server.public_link(&admin, &assets[0], Value::Null).await;
    work_until_prepared(&server, &admin, &link).await;
    let (visitor, path) = (server.visitor(), picture(&link, &assets[0], "preview"));
    let plain = visitor.get(&path).await.headers()["etag"].clone();
    server.update_link(&admin, &link["id"], json!({ "watermark": true })).await;
    let again = async || {
        let request = visitor.request(reqwest::Method::GET, &path).header("if-none-match", &plain);
        request.send().await.unwrap()
    };
    let placeholder = again().await;
    assert_eq!(
        (placeholder.status().as_u16(), &placeholder.headers()["content-type"]),
        (200, &"image/svg+xml".parse().unwrap())
    );
    work_until_prepared(&server, &admin, &link).await;
    let marked = again().await;
    assert_eq!(marked.status(), 200);
    assert!(fixtures::alike(fixtures::middle(&marked.bytes().await.unwrap()), MAGENTA));
}

#[tokio::test]
async fn pictures_are_made_ahead_and_once_for_all_links_that_need_them() {
    let (server, admin, assets) = with_watermark(4).await;
    let settings = json!({ "watermark": true });
    let bulk = server.share(&admin, json!({ "assetIds": assets[..2], "settings": settings })).await;
    assert_eq!(work_until_prepared(&server, &admin, &bulk["link"]).await, 6);

    // What another link needs of the same is there already.
    let single = server.public_link(&admin, &assets[0], settings.clone()).await;
    assert_eq!(prepared(&server, &admin, &single).await, 3);
    // Members that are added later, and an existing collection.
    let add =
        "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    server.data(&admin, add, json!({ "c": bulk["collection"]["id"], "a": [assets[2]] })).await;
    let existing = server.collection(&admin, "Existing", &assets[3..]).await;
    let collection_link = server.collection_link(&admin, &existing, settings).await;
    assert_eq!(work_until_prepared(&server, &admin, &bulk["link"]).await, 9);
    assert_eq!(work_until_prepared(&server, &admin, &collection_link).await, 3);
    let workers = server.workers();
    for asset in &assets {
        let proxies = server.proxies(&admin, asset).await;
        assert_eq!(proxies.as_array().unwrap().len(), 6, "{proxies}");
    }
    workers.stop().await;
    assert_eq!(server.blobs(), 1 + 4 + 4 * 6, "the watermark, the originals, and each picture once");
    for (link, asset) in [(&bulk["link"], &assets[2]), (&collection_link, &assets[3]), (&single, &assets[0])] {
        let marked = seen(&server.visitor(), &picture(link, asset, "preview")).await.expect("it was made ahead");
        assert!(fixtures::alike(marked, MAGENTA), "{marked:?}");
    }
}

#[tokio::test]
async fn the_old_watermark_serves_until_the_new_one_is_ready() {
    let (server, admin, assets) = with_watermark(1).await;
    let link = server.public_link(&admin, &assets[0], json!({ "watermark": true, "allowProxies": true })).await;
    work_until_prepared(&server, &admin, &link).await;
    let blobs = server.blobs();
    mark(&server, &admin, CYAN).await;
    let paths = ["thumbnail", "preview", "thumbnail?download", "preview?download"];
    let paths = paths.map(|file| picture(&link, &assets[0], file));
    let visitor = server.visitor();
    let old = seen(&visitor, &paths[1]).await.expect("the old one");
    assert!(fixtures::alike(old, MAGENTA), "{old:?}");

    // The job got lost with Redis, with all that was queued before: the reconciler finds out.
    server.sql("DELETE FROM outbox").await;
    server.no_schedule().await;
    server.forget_queue().await;
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 1);
    let workers = server.workers();
    // Several look at each, all the time, also in the instant in which it is replaced.
    let looking = paths.iter().cycle().take(4 * paths.len()).map(async |path| {
        loop {
            let now = seen(&visitor, path).await.expect("never a placeholder");
            if fixtures::alike(now, CYAN) {
                return;
            }
            assert!(fixtures::alike(now, MAGENTA), "{now:?}");
        }
    });
    tokio::time::timeout(Duration::from_mins(1), join_all(looking)).await.expect("the new ones are made");
    let made = async {
        while server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"] + outdated(&server).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), made).await.expect("all are made");
    workers.stop().await;
    assert_eq!(server.blobs(), blobs + 1, "nothing of the old is left but its image, until garbage is collected");
}

/// The state and the reason of an asset's proxies, plain ones first.
async fn states(server: &Running, admin: &str, asset: &Value) -> Vec<(bool, String, String)> {
    let query = "query($id: ID!) { asset(id: $id) { proxies { watermarked state failureReason } } }";
    let data = server.data(admin, query, json!({ "id": asset })).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let proxies = data["asset"]["proxies"].as_array().unwrap().iter();
    let mut states: Vec<_> = proxies
        .map(|proxy| (proxy["watermarked"] == true, text(&proxy["state"]), text(&proxy["failureReason"])))
        .collect();
    states.sort();
    states
}

/// Waits until the plain, or the watermarked, proxies of an asset are in a state.
async fn until(server: &Running, admin: &str, asset: &Value, watermarked: bool, state: &str) {
    let work = async {
        loop {
            let states = states(server, admin, asset).await;
            if states.iter().filter(|proxy| proxy.0 == watermarked).all(|proxy| proxy.1 == state) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), work).await.expect(state);
}

#[tokio::test]
async fn a_watermark_that_cannot_be_used_keeps_no_plain_picture_waiting_and_another_mends_it() {
    let (server, admin, _) = with_watermark(0).await;
    let mark_file = server.blob_files().remove(0);
    std::fs::write(&mark_file, fixtures::clear_png(20, 20)).unwrap();
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    let settings = json!({ "watermark": true });
    let link = server.public_link(&admin, &asset, settings).await;
    let plain = server.public_link(&admin, &asset, Value::Null).await;

    let workers = server.workers();
    until(&server, &admin, &asset, false, "READY").await;
    until(&server, &admin, &asset, true, "FAILED").await;
    for (_, _, reason) in states(&server, &admin, &asset).await.split_off(3) {
        assert!(reason.contains("set another") && reason.contains("wholly transparent"), "{reason}");
    }
    let visitor = server.visitor();
    assert!(seen(&visitor, &picture(&plain, &asset, "preview")).await.is_some());
    assert_eq!(seen(&visitor, &picture(&link, &asset, "preview")).await, None, "never the plain one");

    mark(&server, &admin, CYAN).await;
    until(&server, &admin, &asset, true, "READY").await;
    let marked = seen(&visitor, &picture(&link, &asset, "preview")).await.expect("a picture");
    assert!(fixtures::alike(marked, CYAN), "{marked:?}");
    workers.stop().await;
}

#[tokio::test]
async fn a_watermark_that_is_replaced_while_work_with_it_runs_fails_nothing() {
    let (server, admin, _) = with_watermark(0).await;
    let mark_file = server.blob_files().remove(0);
    std::fs::write(&mark_file, fixtures::clear_png(20, 20)).unwrap();
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "watermark": true })).await;
    // Who has read the old one cannot say how it went until the new one is set.
    let mut other = server.database().await;
    other.batch_execute("BEGIN; SELECT FROM proxies WHERE NOT watermarked FOR UPDATE").await.unwrap();
    let workers = server.workers();
    server.until_somebody_waits().await;
    mark(&server, &admin, CYAN).await;
    other.batch_execute("COMMIT").await.unwrap();

    until(&server, &admin, &asset, true, "READY").await;
    let marked = seen(&server.visitor(), &picture(&link, &asset, "preview")).await.expect("a picture");
    assert!(fixtures::alike(marked, CYAN), "{marked:?}");
    workers.stop().await;
}

#[tokio::test]
async fn a_watermark_is_replaced_while_others_want_pictures_with_it() {
    let server = start().await;
    // Rows are found in the order in which they lie on disk, unless somebody asks for another, as in a large table.
    server
        .sql(
            "DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET enable_indexscan = off', current_database());
            EXECUTE format('ALTER DATABASE %I SET enable_bitmapscan = off', current_database());
            END $$",
        )
        .await;
    let (admin, assets) = fill(&server, 1).await;
    server.public_link(&admin, &assets[0], json!({ "watermark": true })).await;
    for preset in ["thumbnail", "preview", "fullscreen"] {
        server.sql(format!("UPDATE proxies SET state = 'FAILED' WHERE watermarked AND preset = '{preset}'")).await;
    }
    // Somebody has locked the first of them, and wants the last one, too.
    let lock = |preset| format!("SELECT FROM proxies WHERE watermarked AND preset = '{preset}' FOR UPDATE");
    let mut other = server.database().await;
    other.batch_execute(&format!("BEGIN; {}", lock("fullscreen"))).await.unwrap();
    let wanted = async {
        server.until_somebody_waits().await;
        other.batch_execute(&format!("{}; COMMIT", lock("thumbnail"))).await.expect("nobody waits in a circle");
    };
    tokio::join!(mark(&server, &admin, CYAN), wanted);
}

#[tokio::test]
async fn a_watermark_whose_file_is_away_for_a_while_keeps_no_plain_picture_waiting() {
    let (server, admin, _) = with_watermark(0).await;
    let mark_file = server.blob_files().remove(0);
    let away = server.folder.path().join("away");
    std::fs::rename(&mark_file, &away).unwrap();
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "watermark": true })).await;
    let workers = server.workers();
    until(&server, &admin, &asset, false, "READY").await;
    assert!(states(&server, &admin, &asset).await.iter().all(|proxy| !proxy.0 || proxy.1 == "PENDING"));
    std::fs::rename(&away, &mark_file).unwrap();
    until(&server, &admin, &asset, true, "READY").await;
    let marked = seen(&server.visitor(), &picture(&link, &asset, "preview")).await.expect("a picture");
    assert!(fixtures::alike(marked, MAGENTA), "{marked:?}");
    workers.stop().await;
}

#[tokio::test]
async fn what_a_visitor_waits_for_is_made_before_all_else() {
    let (server, admin, assets) = with_watermark(6).await;
    let share = json!({ "assetIds": assets, "settings": { "watermark": true } });
    let link = server.share(&admin, share).await["link"].clone();
    assert_eq!(seen(&server.visitor(), &picture(&link, &assets[4], "preview")).await, None);

    // Relayed by a process without hands, and taken by hands without a process.
    let workers = server.workers_as(Setup { slots: Vec::new(), ..Setup::of_cores(1) });
    let hands = Hands::of(&server, "worker", Lane::Pictures).await;
    let relayed = async {
        // Six that were uploaded, and six with a mark.
        while hands.depths().await[0] < 12 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), relayed).await.expect("they are relayed");
    let mut taken = Vec::new();
    while let Some(job) = hands.take().await {
        taken.push(read(&job));
    }
    assert_eq!(taken[0], Job::RenderProxy { asset_id: asset_id(&assets[4]) }, "the visitor's");
    assert!(taken[1..6].iter().all(|job| matches!(job, Job::RenderProxy { .. })), "then what was shared: {taken:?}");
    workers.stop().await;
}

/// The addresses of the pictures on a page, and of what it offers to save.
async fn files_on(visitor: &Visitor, page: &str) -> Vec<String> {
    let response = visitor.get(page).await;
    assert_eq!(response.status(), 200, "{page}");
    let html = response.text().await.unwrap();
    let of = |name| html.split(name).skip(1).filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned);
    let to_save = of(" href=\"").filter(|file: &String| file.ends_with("?download"));
    let shown = of(" src=\"").filter(|file: &String| file.starts_with("/s/"));
    let sources: Vec<String> = of(" srcset=\"").collect();
    let sizes = sources.iter().flat_map(|list| list.split(", ").filter_map(|source| source.split(' ').next()));
    shown.chain(sizes.map(ToOwned::to_owned)).chain(to_save).collect()
}

#[tokio::test]
async fn what_is_embedded_has_the_watermark_too() {
    let (server, admin, assets) = with_watermark(2).await;
    let settings = json!({ "watermark": true, "allowProxies": true });
    let single = server.public_link(&admin, &assets[0], settings.clone()).await;
    let collection = server.collection(&admin, "Both", &assets).await;
    let gallery = server.collection_link(&admin, &collection, settings).await;
    let visitor = server.visitor();
    // What is alone says in words that its picture is being made.
    for (link, placeholders) in [(&single, 0), (&gallery, 2)] {
        let files = files_on(&visitor, &format!("{}/embed", link["url"].as_str().unwrap())).await;
        assert_eq!(files.len(), placeholders, "{files:?}");
        for file in files {
            assert_eq!(seen(&visitor, &file).await, None, "{file}: nothing is ready");
        }
    }
    work_until_prepared(&server, &admin, &single).await;
    work_until_prepared(&server, &admin, &gallery).await;
    let embedded = |link: &Value, below: &str| format!("{}/embed{below}", link["url"].as_str().unwrap());
    let member = embedded(&gallery, &format!("/{}", short(&assets[1])));
    for (page, pictures) in [(embedded(&single, ""), 1), (embedded(&gallery, ""), 2), (member, 1)] {
        let files = files_on(&visitor, &page).await;
        assert!(files.len() >= pictures, "{files:?}");
        for file in files {
            let marked = seen(&visitor, &file).await.expect("a picture");
            assert!(fixtures::alike(marked, MAGENTA), "{file}: {marked:?}");
        }
    }
}

async fn outdated(server: &Running) -> usize {
    schema::outbox::missing(&mut server.database().await, Preset::ALL, 1, None, 100).await.unwrap().0.len()
}

#[tokio::test]
async fn a_preset_that_is_switched_off_keeps_what_it_has_and_is_not_asked_for_again() {
    let (server, admin, assets) = with_watermark(2).await;
    let made = server.public_link(&admin, &assets[0], json!({ "watermark": true })).await;
    work_until_prepared(&server, &admin, &made).await;
    // Of the second asset all is still to be made when the preset is switched off; of the first, all is outdated.
    let pending = server.public_link(&admin, &assets[1], json!({ "watermark": true })).await;
    server.sql("UPDATE proxies SET state = 'PENDING', file_id = NULL, media_type = NULL, byte_size = NULL WHERE asset_id <> (SELECT min(asset_id::text)::uuid FROM proxies)").await;
    mark(&server, &admin, CYAN).await;
    server.forget_queue().await;
    let mut context = server.job_context();
    context.presets = "preview=off".parse().unwrap();
    let queue = server.queue().await;
    let reconcile = async |context: &jobs::JobContext| {
        jobs::tasks::run_exclusively(PeriodicJob::Reconcile, context, Some(&queue)).await.unwrap().unwrap()
    };
    assert_eq!(reconcile(&context).await, [("queued", 2)]);
    for asset in &assets {
        jobs::tasks::run(&Job::RenderProxy { asset_id: asset_id(asset) }, &context, &queue).await.unwrap();
    }
    server.forget_queue().await;
    assert_eq!(reconcile(&context).await, [("queued", 0)], "nothing is asked for that is not made");
    let states = async |asset: &Value| {
        let proxies = schema::proxies::of_assets(&server.database().await, &[asset_id(asset)]).await.unwrap();
        let previews = proxies.into_iter().filter(|proxy| proxy.preset == Preset::Preview);
        previews.map(|proxy| proxy.state).collect::<Vec<_>>()
    };
    assert_eq!(
        (states(&assets[0]).await, states(&assets[1]).await),
        (vec![ProxyState::Ready; 2], vec![ProxyState::Failed; 2])
    );
    let visitor = server.visitor();
    let colour = async |link: &Value, asset: &Value, file: &str| seen(&visitor, &picture(link, asset, file)).await;
    assert!(fixtures::alike(colour(&made, &assets[0], "preview").await.unwrap(), MAGENTA), "what is there stays");
    assert!(fixtures::alike(colour(&made, &assets[0], "thumbnail").await.unwrap(), CYAN));
    assert_eq!(colour(&pending, &assets[1], "preview").await, None);

    // Switched on again, it is outdated like any other.
    assert_eq!(reconcile(&server.job_context()).await, [("queued", 1)]);
    jobs::tasks::run(&Job::RenderProxy { asset_id: asset_id(&assets[0]) }, &server.job_context(), &queue)
        .await
        .unwrap();
    assert!(fixtures::alike(colour(&made, &assets[0], "preview").await.unwrap(), CYAN));
}

#[tokio::test]
async fn what_can_no_longer_be_made_anew_fails_and_is_not_asked_for_again() {
    let (server, admin, assets) = with_watermark(1).await;
    let link = server.public_link(&admin, &assets[0], json!({ "watermark": true })).await;
    work_until_prepared(&server, &admin, &link).await;
    mark(&server, &admin, CYAN).await;
    server.forget_queue().await;
    let asset = schema::assets::find(&mut server.database().await, asset_id(&assets[0])).await.unwrap().unwrap();
    let name = asset.file_id.unwrap().uuid().simple().to_string();
    let original = server.blob_files().into_iter().find(|file| file.ends_with(&name)).unwrap();
    std::fs::write(original, "no picture").unwrap();
    let (context, queue) = (server.job_context(), server.queue().await);
    jobs::tasks::run(&Job::RenderProxy { asset_id: asset_id(&assets[0]) }, &context, &queue).await.unwrap();
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 0);
    assert_eq!(
        seen(&server.visitor(), &picture(&link, &assets[0], "preview")).await,
        None,
        "and no old watermark is shown"
    );
}

#[tokio::test]
async fn watermarked_pictures_go_when_no_link_needs_them_and_come_back_when_one_does() {
    let (server, admin, assets) = with_watermark(2).await;
    let end = server.services.now() + TimeDelta::minutes(10);
    let short = server.public_link(&admin, &assets[0], json!({ "watermark": true, "expiresAt": end })).await;
    let both = json!({ "assetIds": assets, "settings": { "watermark": true, "expiresAt": end } });
    let bulk = server.share(&admin, both).await;
    let lasting = server.public_link(&admin, &assets[1], json!({ "watermark": true })).await;
    work_until_prepared(&server, &admin, &bulk["link"]).await;
    assert_eq!(server.upkeep(PeriodicJob::CollectGarbage).await.unwrap()["watermarked"], 0);
    let blobs = server.blobs();

    server.advance(TimeDelta::minutes(11));
    assert_eq!(server.upkeep(PeriodicJob::CollectGarbage).await.unwrap()["watermarked"], 3);
    assert_eq!(server.blobs(), blobs - 3);
    assert!(seen(&server.visitor(), &picture(&lasting, &assets[1], "preview")).await.is_some());

    let later = json!({ "expiresAt": server.services.now() + TimeDelta::minutes(10) });
    server.update_link(&admin, &short["id"], later).await;
    assert_eq!(work_until_prepared(&server, &admin, &short).await, 3);
    assert_eq!(server.blobs(), blobs);
    let marked = seen(&server.visitor(), &picture(&short, &assets[0], "preview")).await.expect("made again");
    assert!(fixtures::alike(marked, MAGENTA), "{marked:?}");
}

#[tokio::test]
async fn nothing_that_a_new_link_needs_is_deleted_meanwhile() {
    let (server, admin, assets) = with_watermark(1).await;
    let settings = json!({ "watermark": true });
    let first = server.public_link(&admin, &assets[0], settings.clone()).await;
    work_until_prepared(&server, &admin, &first).await;
    for round in 0..15 {
        // Nothing needs them in this instant; then garbage is collected while links are made.
        server.sql("DELETE FROM links").await;
        let make = join_all((0..4).map(|_| server.public_link(&admin, &assets[0], settings.clone())));
        let collect = join_all((0..4).map(|_| server.upkeep(PeriodicJob::CollectGarbage)));
        tokio::join!(make, collect);
        let wanted = schema::proxies::of_assets(&server.database().await, &[asset_id(&assets[0])]).await.unwrap();
        assert_eq!(wanted.iter().filter(|proxy| proxy.watermarked).count(), 3, "round {round}");
        for proxy in wanted.iter().filter(|proxy| proxy.state == ProxyState::Ready) {
            let name = proxy.file_id.unwrap().uuid().simple().to_string();
            assert!(server.blob_files().iter().any(|file| file.ends_with(&name)), "round {round}: {proxy:?}");
        }
    }
}

fn asset_id(id: &Value) -> AssetId {
    domain::short_id::decode(short(id)).unwrap()
}
