//! Pictures, which are decided anew for each request, against a plain file server: the preview of a link, and the
//! thumbnail of a signed URL.

use crate::{
    client::Repeat,
    measure::{CONCURRENCY, Row, compare},
};
use actix_web::{App, HttpServer, rt::net::TcpStream};
use serde_json::{Value, json};
use std::{net::TcpListener, path::PathBuf};
use tests::{Options, Running, fixtures, short, start_with};

pub(crate) async fn run() -> Vec<Row> {
    let server = start_with(Options { workers: true, threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::detailed_jpeg(1600, 1200)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let preview = format!("{}/assets/{}/preview", link["url"].as_str().expect("a URL"), short(&asset));
    let query = "query($id: ID!) { asset(id: $id) { thumbnailUrl } }";
    let answer = server.data(&admin, query, json!({ "id": asset })).await;
    let thumbnail = answer["asset"]["thumbnailUrl"].as_str().expect("a URL").to_owned();

    let folder = tempfile::tempdir().expect("a folder");
    let plain = serve_files(folder.path().to_owned());
    let mut rows = Vec::new();
    for (what, url, clients) in
        [("a preview", preview, [CONCURRENCY].as_slice()), ("a signed thumbnail", thumbnail, &[8, 16, 32, 64])]
    {
        let picture = server.visitor().get(&url).await.bytes().await.expect("the picture");
        std::fs::write(folder.path().join("picture.jpg"), &picture).expect("a file");
        for clients in clients {
            let what = format!("{what} of {} kB to {clients} clients", picture.len() / 1000);
            rows.push(against(&server, &url, &plain, *clients, &what).await);
        }
    }
    rows
}

/// A server of plain files.
fn serve_files(root: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let files = HttpServer::new(move || App::new().service(actix_files::Files::new("/", root.clone())));
    // It sends in pieces; without this each last one would wait for an acknowledgement of the one before.
    let files = files.on_connect(|connection, _| {
        if let Some(stream) = connection.downcast_ref::<TcpStream>() {
            stream.set_nodelay(true).expect("a socket");
        }
    });
    tokio::spawn(files.workers(2).disable_signals().listen(listener).expect("a server").run());
    address
}

/// Both send a picture to so many clients at a time.
async fn against(server: &Running, url: &str, plain: &str, clients: usize, what: &str) -> Row {
    let path = url.strip_prefix(&server.url).expect("a path");
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..clients {
        ours.push(Repeat::new(&server.url, &get(path)).await);
        theirs.push(Repeat::new(plain, &get("/picture.jpg")).await);
    }
    compare(&format!("{what}, against actix-files"), ours, theirs, "≥ 70 %").await
}
