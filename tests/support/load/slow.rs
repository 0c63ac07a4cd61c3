//! A download over a slow line, which goes on at the other process where it was cut off.

use super::{Load, tally::Kind};
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::time::sleep;

/// How long the line takes for half a megabyte.
const PACE: Duration = Duration::from_millis(100);

const PIECE: usize = 512 * 1024;

/// Downloads the large file from its beginning to its end, from whichever process goes on.
pub(super) async fn download(load: &Load) {
    let link = load.known.large();
    let asset = &link.assets[0];
    let path = link.file(asset, "original");
    let (mut got, mut sha256) = (0, Sha256::new());
    while got < asset.bytes.len() {
        let before = got;
        read(load, &path, &mut got, &mut sha256).await;
        if got == before {
            sleep(super::LOOKS).await;
        }
    }
    if got != asset.bytes.len() || sha256.finalize() != Sha256::digest(&asset.bytes) {
        load.tally.wrong(format!("{path}: another file than was uploaded"));
    }
}

/// Asks for the rest, and reads it as far as it comes.
async fn read(load: &Load, path: &str, got: &mut usize, sha256: &mut Sha256) {
    let (serve, since) = (load.both()[0], load.outages.now());
    let request = load.client.get(format!("{}{path}", load.installation.serves[serve].url));
    let asked = request.header("range", format!("bytes={got}-")).send().await;
    let mut response = match asked {
        Ok(response) => response,
        Err(error) => return load.judge_error(Kind::Slow, serve, since, &error),
    };
    let status = response.status();
    if !load.judge(Kind::Slow, serve, since, status, response.headers()) {
        return;
    }
    if status != 206 {
        return load.tally.wrong(format!("{path}: {status} for the bytes from {got} on"));
    }
    let mut waited = *got;
    loop {
        match response.chunk().await {
            Ok(Some(piece)) => {
                *got += piece.len();
                sha256.update(&piece);
            }
            Ok(None) => return,
            Err(error) => return load.judge_error(Kind::Slow, serve, since, &error),
        }
        while *got >= waited + PIECE && !load.is_over.get() {
            waited += PIECE;
            sleep(PACE).await;
        }
    }
}
