//! What killed processes leave in a bucket.

use super::{SOON, noise, on_s3};
use chrono::TimeDelta;
use schema::periodic::PeriodicJob;
use std::time::Duration;
use tests::{Fault, LONG, Options, Running, S3, fixtures};

async fn collected(server: &Running) -> (usize, usize, usize) {
    let report = server.upkeep(PeriodicJob::CollectGarbage).await.unwrap();
    (report["files"], report["proxies"], report["unfinished"])
}

#[tokio::test]
async fn blobs_without_rows_go_however_many_pages_there_are_and_no_others() {
    let (s3, server, admin) = on_s3(Options::default(), LONG).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let needed = s3.objects("files");
    assert_eq!(collected(&server).await, (0, 0, 0));
    // More than two pages of objects.
    litter(&s3, 2300);
    assert_eq!(collected(&server).await, (0, 0, 0), "they may be in use");
    // S3 dates an object by the beginning of its upload, which may take a day.
    server.advance(TimeDelta::hours(47));
    assert_eq!(collected(&server).await, (0, 0, 0), "their upload may just have ended");
    server.advance(TimeDelta::hours(2));
    s3.seen();
    assert_eq!(collected(&server).await, (0, 2300, 0));
    let seen = s3.seen();
    let pages = seen.iter().filter(|request| request.contains("prefix=") && request.contains("proxies")).count();
    assert!(pages >= 3, "{pages}");
    assert_eq!(deletions(&seen), (3, 0), "a thousand go at a time");
    assert_eq!(s3.objects("files"), needed);
    assert_eq!(server.services.storage.read_all(blob(&server, &asset).await).await.unwrap(), fixtures::jpeg(40, 30));
    assert_eq!(collected(&server).await, (0, 0, 0));
}

/// Adds blobs that nobody needs.
fn litter(s3: &S3, count: usize) {
    let key = || storage::Blob::Proxy(domain::FileId::new()).key().into();
    s3.put(std::iter::repeat_with(key).take(count).collect(), "nobody's");
}

/// How many of these requests delete a list of objects, and how many one.
fn deletions(seen: &[String]) -> (usize, usize) {
    let lists = seen.iter().filter(|request| request.starts_with("POST") && request.ends_with("?delete")).count();
    (lists, seen.iter().filter(|request| request.starts_with("DELETE")).count())
}

/// What a list did not delete is deleted alone. Only that tells whether it can be.
#[tokio::test]
async fn a_list_of_which_nothing_is_deleted_is_no_error_and_an_object_that_stays_is_one() {
    // Long enough for a second try on a busy machine.
    let (s3, server, admin) = on_s3(Options::default(), 4 * SOON).await;
    server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await;
    let needed = s3.objects("files");
    assert_eq!(collected(&server).await, (0, 0, 0));
    // What is written from now on is old.
    server.advance(TimeDelta::hours(49));
    for (fault, lists) in [
        (Fault::NoneDeleted, 1),
        (Fault::Denied, 1),
        // It is tried again, and then not any more.
        (Fault::NotImplemented, usize::MAX),
        (Fault::NotImplemented, 0),
    ] {
        litter(&s3, 50);
        s3.seen();
        s3.fail("POST", "?delete", fault, usize::MAX);
        assert_eq!(collected(&server).await, (0, 50, 0), "{fault:?}");
        let (asked, singly) = deletions(&s3.seen());
        assert!(asked == lists || asked > 1 && lists == usize::MAX, "{fault:?}: {asked}");
        assert_eq!((singly, s3.objects("proxies").len()), (50, 0), "{fault:?}");
        s3.heal();
    }
    for (fault, says) in [(Fault::Denied, "no right to do this"), (Fault::Away, "does not answer")] {
        litter(&s3, 50);
        s3.fail("DELETE", "", fault, usize::MAX);
        let failed = jobs::tasks::run_exclusively(PeriodicJob::CollectGarbage, &server.job_context(), None).await;
        let error = failed.unwrap_err();
        assert!(error.to_string().contains(says), "{fault:?}: {error:#}");
        assert_eq!(s3.objects("proxies").len(), 50, "{fault:?}");
        s3.heal();
        assert_eq!(collected(&server).await, (0, 50, 0), "{fault:?} has passed");
    }
    assert_eq!(s3.objects("files"), needed);
}

async fn blob(server: &Running, asset: &serde_json::Value) -> storage::Blob {
    let id: uuid::Uuid = domain::short_id::decode(tests::short(asset)).unwrap();
    let mut conn = server.services.pool.get().await.unwrap();
    let asset = schema::assets::find(&mut conn, id.into()).await.unwrap().unwrap();
    storage::Blob::File(asset.file_id.unwrap())
}

/// Begins an upload in a runtime that ends, as when its process is killed.
fn killed_in_an_upload(server: &Running, s3: &S3) {
    let storage = server.services.storage.clone();
    std::thread::spawn(move || {
        let process = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let writer = process.block_on(async {
            let mut writer = storage.begin_file().await.unwrap();
            writer.write(noise(31 * 1024 * 1024).into()).await.unwrap();
            writer
        });
        // Without a runtime, nothing can be aborted any more.
        process.shutdown_timeout(Duration::from_secs(5));
        drop(writer);
    })
    .join()
    .unwrap();
    assert!(s3.unfinished() == 1 && s3.objects("unfinished").len() == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unfinished_upload_of_a_killed_process_goes_after_a_day() {
    let (s3, server, _) = on_s3(Options::default(), LONG).await;
    killed_in_an_upload(&server, &s3);
    assert_eq!(collected(&server).await, (0, 0, 0), "it may go on");
    server.advance(TimeDelta::hours(25));
    assert_eq!(collected(&server).await, (0, 0, 1));
    assert_eq!((s3.unfinished(), s3.objects("unfinished").len(), s3.blobs()), (0, 0, 0));
    assert_eq!(collected(&server).await, (0, 0, 0));
}

#[tokio::test]
async fn a_server_without_conditional_writes_keeps_whose_bucket_it_is_too() {
    let (s3, server, _) = on_s3(Options::default(), SOON).await;
    s3.fail("PUT", "installation", Fault::NoConditions, usize::MAX);
    for _ in 0..2 {
        assert_eq!(collected(&server).await, (0, 0, 0));
    }
    assert!(server.services.storage.owner().await.unwrap().is_some());
    server.sql("UPDATE installation SET id = gen_random_uuid()").await;
    let refused = jobs::tasks::run_exclusively(PeriodicJob::CollectGarbage, &server.job_context(), None).await;
    assert!(refused.unwrap_err().to_string().contains("another database"));
}

#[tokio::test]
async fn the_bucket_of_another_installation_is_left_alone() {
    let (s3, server, admin) = on_s3(Options::default(), LONG).await;
    server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await;
    assert_eq!(collected(&server).await, (0, 0, 0));
    server.sql("UPDATE installation SET id = gen_random_uuid(); DELETE FROM assets").await;
    server.advance(TimeDelta::days(9));
    let refused = jobs::tasks::run_exclusively(PeriodicJob::CollectGarbage, &server.job_context(), None).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("another database"), "{refused}");
    assert_eq!(s3.blobs(), 1);
}
