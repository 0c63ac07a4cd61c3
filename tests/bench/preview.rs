//! A preview under a link, which is decided anew for each request, against a plain file server.

use crate::{
    client::Repeat,
    measure::{CONCURRENCY, Row, compare},
};
use actix_web::{App, HttpServer, rt::net::TcpStream};
use serde_json::Value;
use std::net::TcpListener;
use tests::{Options, fixtures, short, start_with};

pub(crate) async fn run() -> Vec<Row> {
    let server = start_with(Options { workers: true, threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::detailed_jpeg(1600, 1200)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let short = short(&asset);
    let url = format!("{}/assets/{short}/preview", link["url"].as_str().expect("a URL"));
    let picture = server.visitor().get(&url).await.bytes().await.expect("the preview");

    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("preview.jpg"), &picture).expect("a file");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let plain = format!("http://{}", listener.local_addr().expect("an address"));
    let root = folder.path().to_owned();
    let files = HttpServer::new(move || App::new().service(actix_files::Files::new("/", root.clone())));
    // It sends in pieces; without this each last one would wait for an acknowledgement of the one before.
    let files = files.on_connect(|connection, _| {
        if let Some(stream) = connection.downcast_ref::<TcpStream>() {
            stream.set_nodelay(true).expect("a socket");
        }
    });
    tokio::spawn(files.workers(2).disable_signals().listen(listener).expect("a server").run());

    let path = url.strip_prefix(&server.url).expect("a path");
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..CONCURRENCY {
        ours.push(Repeat::new(&server.url, &get(path)).await);
        theirs.push(Repeat::new(&plain, &get("/preview.jpg")).await);
    }
    let what = format!("a preview of {} kB, against actix-files", picture.len() / 1000);
    vec![compare(&what, ours, theirs, "≥ 70 %").await]
}
