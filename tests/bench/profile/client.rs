//! Those who ask, as a process of their own: what they cost must not count.

use crate::{
    client::Repeat,
    measure::{CONCURRENCY, repeat},
};
use std::{process::Stdio, time::Duration};
use tokio::{io::AsyncWriteExt, process::Command};

/// The name by which this program asks: with the address and the seconds as arguments, and the request as its input.
pub(crate) const CLIENT: &str = "profile-client";

/// Has another process send this request for so long, and returns how many were answered.
pub(super) async fn load(url: &str, request: &str, time: Duration) -> u64 {
    let mut client = Command::new(std::env::current_exe().expect("a path"))
        .args([CLIENT, url, &time.as_secs().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("this program");
    let mut input = client.stdin.take().expect("an input");
    input.write_all(request.as_bytes()).await.expect("it reads");
    drop(input);
    let output = client.wait_with_output().await.expect("it ends");
    assert!(output.status.success(), "those who ask have failed");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

/// What that process does: sends the request again and again over some connections, and returns how often.
pub(crate) async fn ask(url: &str, seconds: &str) -> u64 {
    let request = std::io::read_to_string(std::io::stdin()).expect("a request");
    let mut clients = Vec::new();
    for _ in 0..CONCURRENCY {
        clients.push(Repeat::new(url, &request).await);
    }
    repeat(&mut clients, Duration::from_secs(seconds.parse().expect("a number"))).await
}
