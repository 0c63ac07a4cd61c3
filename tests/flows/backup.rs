//! The backup that the README describes, taken while everything is in use, and what is restored from it.

use chrono::TimeDelta;
use diesel::sql_types::{Binary, Uuid};
use diesel_async::RunQueryDsl;
use domain::FileId;
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicBool, Ordering},
};
use storage::Blob;
use tests::{Options, Running, fixtures, servers, start, start_with_key};
use tokio::process::Command;

/// An original, and the hash that its row has.
#[derive(diesel::QueryableByName)]
struct File {
    #[diesel(sql_type = Uuid)]
    file_id: FileId,
    #[diesel(sql_type = Binary)]
    sha256: Vec<u8>,
}

/// The programs of Postgres, which are in no `PATH` on Debian.
fn postgres(name: &str) -> PathBuf {
    let own = std::env::var_os("PG_BIN").map(PathBuf::from);
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = own.into_iter().chain(versions.map(|version| version.path().join("bin")));
    folders.map(|folder| folder.join(name)).find(|file| file.is_file()).unwrap_or_else(|| name.into())
}

async fn succeeds(command: &mut Command) {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

async fn copy(from: &Path, to: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine-under-test"));
    command.current_dir(std::env::temp_dir()).env_remove("VITRINE_CONFIG").args(["storage", "copy"]);
    succeeds(command.args([from, to].map(|place| format!("file:{}", place.display())))).await;
}

/// Uploads, shares and deletes for good until it is told to stop.
async fn use_it(server: &Running, admin: &str, stop: &AtomicBool) {
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let asset = server.upload(admin, &format!("{number}.jpg"), fixtures::jpeg(60 + number, 40)).await["id"].clone();
        server.public_link(admin, &asset, json!({})).await;
        if number % 2 == 0 {
            let delete = "mutation($ids: [ID!]!) { deleteAssets(ids: $ids) { userErrors { code } } }";
            server.data(admin, delete, json!({ "ids": [asset] })).await;
        }
    }
    assert!(number > 1, "it was in use");
}

#[tokio::test]
async fn a_backup_of_a_server_in_use_is_whole() {
    let server = start().await;
    let admin = server.admin().await;
    let mut links = Vec::new();
    for number in 0..4 {
        let bytes = fixtures::jpeg(300 + number, 200);
        let asset = server.upload(&admin, &format!("kept {number}.jpg"), bytes.clone()).await["id"].clone();
        let link =
            server.public_link(&admin, &asset, json!({ "allowOriginal": true, "password": "open sesame" })).await;
        let download = server.download_link(&admin, json!({ "assetId": asset })).await;
        links.push((link, download, bytes));
    }
    let folder = tempfile::tempdir().unwrap();
    let (blobs, dump) = (folder.path().join("blobs"), folder.path().join("dump"));
    let (workers, stop) = (server.workers(), AtomicBool::new(false));
    let back_up = async {
        let from = server.folder.path().join("blobs");
        copy(&from, &blobs).await;
        let mut command = Command::new(postgres("pg_dump"));
        succeeds(command.arg("--format=custom").arg("--file").arg(&dump).arg(&server.database_url)).await;
        copy(&from, &blobs).await;
        stop.store(true, Ordering::Relaxed);
    };
    tokio::join!(back_up, use_it(&server, &admin, &stop));
    workers.stop().await;

    let database_url = servers().database_url(&servers().new_empty_database().await);
    let mut command = Command::new(postgres("pg_restore"));
    succeeds(command.args(["--no-owner", "--exit-on-error", "--dbname", &database_url]).arg(&dump)).await;
    let storage = Some((format!("file:{}", blobs.display()), api::config::ObjectStorage::default()));
    let options = Options { storage, ..Options::default() };
    let restored = start_with_key(database_url, server.redis_url.clone(), server.secret_key.clone(), options);
    for (link, download, bytes) in links {
        let visitor = restored.visitor();
        let path = |link: &Value| link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
        assert!(visitor.get(&path(&link)).await.text().await.unwrap().contains("type=\"password\""), "{link}");
        let unlocked = visitor.post_form(&format!("{}/unlock", path(&link)), &[("password", "open sesame")]).await;
        assert_eq!(unlocked.status(), 303);
        let served = visitor.get(&path(&download)).await.bytes().await.unwrap();
        assert_eq!(Sha256::digest(&served), Sha256::digest(&bytes), "{download}");
    }
    // Every row has its blob with its hash, and what came after the database was saved goes as garbage.
    restored.advance(TimeDelta::hours(25));
    restored.upkeep(PeriodicJob::CollectGarbage).await.unwrap();
    let mut kept = 0;
    let rows = diesel::sql_query("SELECT file_id, sha256 FROM all_assets WHERE file_id IS NOT NULL");
    let rows: Vec<File> = rows.load(&mut restored.database().await).await.unwrap();
    for File { file_id, sha256 } in rows {
        let file = std::fs::read(blobs.join(Blob::File(file_id).key())).unwrap();
        assert_eq!(Sha256::digest(file)[..], sha256[..]);
        kept += 1;
    }
    assert!(kept >= 4);
    assert_eq!(count(&blobs.join("files")), kept, "nothing is left over");
}

fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}
