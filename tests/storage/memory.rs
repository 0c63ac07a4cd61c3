//! How much memory a large file takes on its way to S3 and back, measured in a process of its own.

use bytes::Bytes;
use futures::StreamExt;
use std::{fs, process::Stdio};
use storage::{Blob, Credentials, Place, S3Options, Storage};
use tests::S3;
use tokio::process::Command;

/// In the environment of a process that moves a file.
const MOVES: &str = "VITRINE_TEST_MOVES";

/// The size of the file, in MiB.
const SIZE: usize = 160;

/// How much more memory it may take, in MiB: two parts of ten on the way there, two ranges of two on the way back, and what
/// the system has not got back yet.
const MOST: u64 = 64;

/// The most memory that the process had so far, in MiB.
fn highest() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

/// Does nothing, unless this process was started to move a file.
#[tokio::test]
async fn moves_one_file() {
    if std::env::var_os(MOVES).is_none() {
        return;
    }
    let variable = |name: &str| std::env::var(name).unwrap();
    let credentials = Credentials {
        access_key_id: variable("VITRINE_S3_ACCESS_KEY_ID"),
        secret_access_key: variable("VITRINE_S3_SECRET_ACCESS_KEY"),
    };
    let options = S3Options {
        endpoint: Some(variable("VITRINE_S3_ENDPOINT")),
        region: Some(variable("VITRINE_S3_REGION")),
        credentials: Some(credentials),
        ..S3Options::default()
    };
    let storage = Storage::open(&variable("VITRINE_STORAGE").parse::<Place>().unwrap(), &options).unwrap();
    storage.check().await.unwrap();
    let before = highest();
    let mut writer = storage.begin_file().await.unwrap();
    for index in 0..SIZE {
        writer.write(Bytes::from(vec![u8::try_from(index).unwrap(); 1024 * 1024])).await.unwrap();
    }
    let stored = writer.finish().await.unwrap();
    let written = highest();
    let mut pieces = storage.read(Blob::File(stored.id), 0..stored.byte_size).await.unwrap().into_stream();
    let mut read = 0;
    while let Some(piece) = pieces.next().await {
        read += piece.unwrap().len() as u64;
    }
    assert_eq!(read, stored.byte_size);
    println!("TOOK {} {}", written - before, highest() - written);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_never_in_memory_as_a_whole() {
    if cfg!(not(target_os = "linux")) {
        return;
    }
    let s3 = S3::start();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "storage::memory::moves_one_file", "--nocapture"]).env(MOVES, "").envs(s3.variables());
    let output = child.stdin(Stdio::null()).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let took = text.lines().find_map(|line| line.split_once("TOOK ")).unwrap_or_else(|| panic!("{output:?}")).1;
    let took: Vec<u64> = took.split(' ').map(|figure| figure.parse().unwrap()).collect();
    assert!(took.iter().all(|took| *took <= MOST), "{took:?} MiB");
    assert_eq!(s3.objects("files").len(), 1);
}
