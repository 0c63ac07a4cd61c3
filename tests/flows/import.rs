//! A folder becomes a library.

use api::installation::import::run;
use serde_json::{Value, json};
use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink},
};
use tests::{Running, fixtures, start};

/// Puts all assets into the bin.
async fn delete_all(server: &Running, admin: &str) {
    let data = server.data(admin, "{ assets { nodes { id } } }", Value::Null).await;
    let ids: Vec<&Value> = data["assets"]["nodes"].as_array().unwrap().iter().map(|asset| &asset["id"]).collect();
    let delete = "mutation($ids: [ID!]!) { deleteAssets(ids: $ids) { deletedIds } }";
    let deleted = server.data(admin, delete, json!({ "ids": ids })).await;
    assert_eq!(deleted["deleteAssets"]["deletedIds"].as_array().unwrap().len(), ids.len());
}

#[tokio::test]
async fn a_folder_is_imported_once_and_bad_files_are_listed() {
    let server = start().await;
    let admin = server.admin().await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir_all(path("sub/deeper")).unwrap();
    fs::write(path("Würzburg 東京.jpg"), fixtures::jpeg(40, 30)).unwrap();
    fs::write(path("sub/deeper/b.pdf"), fixtures::pdf()).unwrap();
    fs::write(path("sub/copy of b.pdf"), fixtures::pdf()).unwrap();
    fs::write(path("empty.jpg"), "").unwrap();
    fs::write(path(".hidden"), "hidden").unwrap();
    fs::write(path("sub/thumbs.db"), "of Windows").unwrap();
    fs::create_dir(path("__MACOSX")).unwrap();
    fs::write(path("__MACOSX/b.pdf"), "of macOS").unwrap();
    fs::write(folder.path().join(OsStr::from_bytes(b"not utf-8 \xff.txt")), "text").unwrap();
    symlink(path("sub"), path("sub/loop")).unwrap();
    symlink(path("gone"), path("dangling")).unwrap();
    symlink(path("sub/deeper/b.pdf"), path("link to b.pdf")).unwrap();

    let report = run(&server.services, folder.path(), false).await.unwrap();
    // The copy, and what the link leads to, are the same content as the first.
    assert_eq!((report.added, report.skipped), (3, 2), "{report:?}");
    let failed: Vec<_> = report
        .failed
        .iter()
        .map(|(path, reason)| (path.file_name().unwrap().to_str().unwrap(), reason.as_str()))
        .collect();
    assert_eq!(failed, [("dangling", "No such file or directory (os error 2)"), ("empty.jpg", "the file is empty")]);
    let data = server.data(&admin, "{ assets { nodes { fileName kind byteSize source } } }", Value::Null).await;
    let names: Vec<_> =
        data["assets"]["nodes"].as_array().unwrap().iter().map(|asset| asset["fileName"].as_str().unwrap()).collect();
    assert!(
        names.contains(&"Würzburg 東京.jpg") && names.iter().any(|name| name.starts_with("not utf-8")),
        "{names:?}"
    );
    assert!(data["assets"]["nodes"].as_array().unwrap().iter().all(|asset| asset["source"] == "LIBRARY"));

    let blobs = server.blobs();
    fs::write(path("new.txt"), "new").unwrap();
    let again = run(&server.services, folder.path(), false).await.unwrap();
    assert_eq!((again.added, again.skipped, again.failed.len()), (1, 5, 2));
    assert_eq!(server.blobs(), blobs + 1);
    delete_all(&server, &admin).await;
    let deleted = run(&server.services, folder.path(), false).await.unwrap();
    assert_eq!((deleted.added, deleted.skipped), (0, 6), "what people deleted does not come back");
    let nowhere = run(&server.services, &path("nowhere"), false).await.unwrap_err().to_string();
    assert!(nowhere.contains("nowhere"), "{nowhere}");
}

#[tokio::test]
async fn references_are_noted_without_their_bytes() {
    let server = start().await;
    let admin = server.admin().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("film.jpg"), fixtures::jpeg(40, 30)).unwrap();
    for (added, skipped) in [(1, 0), (0, 1)] {
        let report = run(&server.services, folder.path(), true).await.unwrap();
        assert_eq!((report.added, report.skipped, report.failed.len()), (added, skipped, 0));
    }
    assert_eq!(server.blobs(), 0);
    let query = "{ assets { nodes { fileName kind source originalState sharing { canShare } } } }";
    let data = server.data(&admin, query, Value::Null).await;
    assert_eq!(
        data["assets"]["nodes"],
        json!([{ "fileName": "film.jpg", "kind": "IMAGE", "source": "EXTERNAL",
        "originalState": "UNAVAILABLE", "sharing": { "canShare": false } }])
    );
    delete_all(&server, &admin).await;
    let report = run(&server.services, folder.path(), true).await.unwrap();
    assert_eq!((report.added, report.skipped, report.failed.len()), (0, 1, 0));
}
