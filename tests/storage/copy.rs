//! An installation moves from a folder to a bucket.

use super::{noise, original};
use schema::periodic::PeriodicJob;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, process::Stdio};
use tests::{Fault, LONG, Options, Running, S3, fixtures, start, start_on};
use tokio::process::Command;

/// Exit code and standard error of a copy from the folder of a server.
async fn copy(server: &Running, s3: &S3) -> (i32, String) {
    let from = format!("file:{}", server.folder.path().join("blobs").display());
    let to = s3.storage(LONG).0;
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine-under-test"));
    command.current_dir(std::env::temp_dir()).env_remove("VITRINE_CONFIG").envs(s3.variables());
    let output = command.args(["storage", "copy", &from, &to]).stdin(Stdio::null()).output().await.unwrap();
    (output.status.code().expect("no signal"), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn a_copy_goes_on_where_it_stopped_and_the_server_then_serves_the_same_bytes() {
    let (server, s3) = (start().await, S3::start());
    let admin = server.admin().await;
    let mut uploaded = BTreeMap::new();
    for index in 0..6 {
        uploaded.insert(format!("{index}.bin"), noise(10_000 + index));
    }
    uploaded.insert("large.bin".to_owned(), noise(21 * 1024 * 1024));
    uploaded.insert("a.jpg".to_owned(), fixtures::jpeg(400, 300));
    let mut assets = Vec::new();
    for (name, bytes) in &uploaded {
        assets.push((server.upload(&admin, name, bytes.clone()).await["id"].clone(), bytes));
    }
    let workers = server.workers();
    for (asset, _) in &assets {
        server.proxies(&admin, asset).await;
    }
    workers.stop().await;
    server.upkeep(PeriodicJob::CollectGarbage).await.unwrap();
    let all = server.blobs();
    assert_eq!(all, 8 + 3);

    s3.fail("PUT", "files", Fault::Denied, 1);
    let (code, told) = copy(&server, &s3).await;
    assert_eq!(code, 69, "{told}");
    assert!(told.contains("run it again to go on") && told.contains("no right to do this"), "{told}");
    let done = s3.blobs();
    assert!(done < all);
    let (code, told) = copy(&server, &s3).await;
    assert_eq!(code, 0, "{told}");
    assert!(told.contains(&format!("copied {}", all - done)) && told.contains(&format!("skipped {done} ")), "{told}");
    assert_eq!((s3.blobs(), s3.unfinished()), (all, 0));
    s3.seen();
    let (code, told) = copy(&server, &s3).await;
    assert!(code == 0 && told.contains(&format!("copied 0 (0 B), skipped {all} ")), "{told}");
    assert!(s3.seen().iter().all(|request| request.starts_with("GET")), "nothing is written again");

    // What is there with another size, or is gone, is copied again.
    s3.put(s3.objects("proxies")[..1].to_vec(), "half");
    let lost = server.blob_files().into_iter().find(|file| file.metadata().unwrap().len() == 10_000).unwrap();
    let name = lost.file_name().unwrap().to_str();
    s3.delete(s3.objects("files").into_iter().find(|key| key.filename() == name).unwrap());
    let (code, told) = copy(&server, &s3).await;
    assert!(code == 0 && told.contains("copied 2 "), "{told}");

    let moved = Options { storage: Some(s3.storage(LONG)), ..Options::default() };
    let moved = start_on(server.database_url.clone(), server.redis_url.clone(), moved);
    let admin = moved.admin().await;
    for (asset, bytes) in assets {
        let link = moved.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
        let served = moved.visitor().get(&original(&link, &asset)).await.bytes().await.unwrap();
        assert_eq!(Sha256::digest(&served), Sha256::digest(bytes), "{asset}");
    }
    let report = moved.upkeep(PeriodicJob::CollectGarbage).await.unwrap();
    assert_eq!(report.values().sum::<usize>(), 0, "the bucket belongs to the same installation: {report:?}");
}

#[tokio::test]
async fn a_copy_of_another_installation_s_blobs_is_refused() {
    let (server, s3) = (start().await, S3::start());
    let admin = server.admin().await;
    server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await;
    server.upkeep(PeriodicJob::CollectGarbage).await.unwrap();
    assert_eq!(copy(&server, &s3).await.0, 0);
    let other = start().await;
    other.sql("UPDATE installation SET id = gen_random_uuid()").await;
    other.upkeep(PeriodicJob::CollectGarbage).await.unwrap();
    let (code, told) = copy(&other, &s3).await;
    assert!(code == 1 && told.contains("belongs to another database"), "{told}");
}
