//! Pages of public links, which ask the database anew for each visitor, against a server that has the same bytes in
//! memory.

use crate::{
    client::{Client, Repeat},
    measure::{CONCURRENCY, Load, Row, compare},
};
use actix_web::{App, HttpResponse, HttpServer, web};
use app::visitor::Views;
use bytes::Bytes;
use serde_json::{Value, json};
use std::{net::TcpListener, sync::Arc};
use tests::{Options, Running, fixtures, start_with};

/// As many as a page of a gallery shows.
const MEMBERS: usize = 60;

/// How many look at pages that are counted.
const CLIENTS: usize = 16;

pub(crate) async fn run() -> Vec<Row> {
    let server = start_with(Options { workers: true, threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..MEMBERS {
        assets.push(server.upload(&admin, &format!("{index}.jpg"), fixtures::jpeg(400, 300)).await["id"].clone());
    }
    for asset in &assets {
        server.proxies(&admin, asset).await;
    }
    let settings = json!({ "allowOriginal": true, "allowProxies": true });
    let collection = server.collection(&admin, "Season", &assets).await;
    let gallery = server.collection_link(&admin, &collection, settings.clone()).await;
    let single = server.public_link(&admin, &assets[0], settings).await;
    let url = |link: &Value| link["url"].as_str().expect("a URL").to_owned();
    let looked_around = format!("{}?page=1", url(&gallery));
    vec![
        against_memory(&server, "the page of a gallery of 60", &url(&gallery), "≥ 40 %").await,
        against_memory(&server, "… a further look at it, which does not count as a view", &looked_around, "≥ 40 %")
            .await,
        against_memory(&server, "the page of a link to one asset", &url(&single), "≥ 50 %").await,
        against_not_counted(&server, "one link", &[url(&single)]).await,
        against_not_counted(&server, "a thousand links in turn", &many(&server, &admin, &assets).await).await,
    ]
}

/// The URLs of a thousand links.
async fn many(server: &Running, admin: &str, assets: &[Value]) -> Vec<String> {
    let mut urls = Vec::new();
    for index in 0..1000 {
        let link = server.public_link(admin, &assets[index % MEMBERS], json!({})).await;
        urls.push(link["url"].as_str().expect("a URL").to_owned());
    }
    urls
}

/// Opens pages, one after the other.
struct InTurn {
    client: Client,
    requests: Vec<String>,
    next: usize,
    views: Arc<Views>,
}

impl Load for InTurn {
    async fn once(&mut self) {
        self.client.exchange(self.requests[self.next % self.requests.len()].as_bytes()).await;
        self.next += 1;
    }

    // Otherwise the last second of them would be written at the expense of the other side.
    async fn end(&mut self) {
        self.views.write().await;
    }
}

/// Pages that everybody opens, each time a view, against the same pages for browsers that load them ahead, which is none.
async fn against_not_counted(server: &Running, what: &str, urls: &[String]) -> Row {
    let load = async |headers: &str, index: usize| {
        let path = |url: &String| url.strip_prefix(&server.url).expect("a path").to_owned();
        let request = |path| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        let requests = urls.iter().map(path).map(request).collect();
        let (client, views) = (Client::connect(&server.url).await, Arc::clone(&server.services.views));
        InTurn { client, requests, next: index * urls.len() / CLIENTS, views }
    };
    let (mut counted, mut not_counted) = (Vec::new(), Vec::new());
    for index in 0..CLIENTS {
        counted.push(load("", index).await);
        not_counted.push(load("Sec-Purpose: prefetch\r\n", index).await);
    }
    let what = format!("the page of {what}, each time a view, against the same not counted ({CLIENTS} connections)");
    compare(&what, counted, not_counted, "≥ 90 %").await
}

async fn against_memory(server: &Running, what: &str, url: &str, wanted: &str) -> Row {
    let path = url.strip_prefix(&server.url).expect("a path");
    let before = server.statements();
    let page = server.visitor().get(path).await;
    let statements = server.statements() - before;
    let headers: Vec<(String, String)> = page
        .headers()
        .iter()
        .filter(|(name, _)| *name != "content-length" && *name != "date")
        .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
        .collect();
    let page = page.bytes().await.expect("a page");
    let what =
        format!("{what} ({} kB, {statements} statements), against the same bytes from memory", page.len() / 1000);
    let memory = serve_from_memory(headers, page);
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..CONCURRENCY {
        ours.push(Repeat::new(&server.url, &request).await);
        theirs.push(Repeat::new(&memory, &request).await);
    }
    compare(&what, ours, theirs, wanted).await
}

/// A server that sends these headers and this body, whatever is asked.
fn serve_from_memory(headers: Vec<(String, String)>, body: Bytes) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let app = move || {
        let (headers, body) = (headers.clone(), body.clone());
        App::new().default_service(web::to(move || {
            let mut answer = HttpResponse::Ok();
            for header in &headers {
                answer.append_header((header.0.as_str(), header.1.as_str()));
            }
            let body = body.clone();
            async move { answer.body(body) }
        }))
    };
    tokio::spawn(HttpServer::new(app).workers(2).disable_signals().listen(listener).expect("a server").run());
    address
}
