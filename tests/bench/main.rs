//! Benchmarks: ours against a baseline measured in the same run, printed as one table.
//!
//! Machines are noisy, so that only ratios mean anything: the two sides take turns, and the median round counts.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]

mod archive;
mod browser;
mod client;
mod clients;
mod files;
mod growth;
mod hostile;
mod hostile_requests;
mod large_gallery;
mod links;
mod many;
mod measure;
mod pages;
mod peers;
mod pictures;
mod preview;
mod process;
#[cfg(target_os = "linux")]
mod profile;
mod queue;
mod s3;
mod shared_link;
mod shares;
mod sweep;

use measure::Row;
use std::process::ExitCode;

const HELP: &str = "Usage: bench [NAME]...

Measures Vitrine against baselines on private, throw-away servers. Without names, all of:
  list-links          a page of 50 links over HTTP, against its SQL run bare
  create-public-link  createPublicLink over HTTP, against its SQL run bare
  share-assets        shareAssets of 10,000, against bare SQL, and its growth from 1,000 to 100,000
  many-links          listing and opening links where there are 1,000,000 (takes some minutes to fill)
  many-assets         listing assets where there are 200,000
  shared-link         sharedLink with 60 assets over HTTP, against its SQL run bare
  pages               pages of public links, against a server that has the same bytes in memory
  preview             a preview of a public link and a signed thumbnail, against actix-files serving the same file
  pictures            the watermarked proxies of a photograph, against libjpeg-turbo's bare decoder and against sharp
  s3                  files in S3: previews, uploads, downloads and zips, against files in a folder
  sweep               sweep_expired over 100,000 expired shares, against one bare statement
  queue               jobs through the queue, against a list in Redis, and a job's start after its commit
  clients             many clients at once, up to 1,024, and others beside those who read slowly
  hostile             requests made to hurt: the work of each, and how long others wait meanwhile
  idle                resident memory of `vitrine serve` with nothing to do
  archive             zips of many and of large originals, against the same files one by one
  big-file            2 GB uploaded and downloaded (needs 5 GB of disk), against writing and hashing them

The last four start the program `vitrine` that lies beside this one.

By name only:
  browser             a gallery of 10,000 in Chromium, on a slow device: paint, layout shift, frames, elements, memory
                      (needs Node 18 or newer, npm and Chromium)
  growth [SIZE]...    what Postgres does for each request where there are 10,000, 100,000 and 1,000,000 assets and links,
                      or as many as the sizes say, what it stores, and how both grow (half an hour and 7 GB of disk; the
                      figures of a debug build are the same)
  peers               the same questions to Vitrine, PostGraphile and Directus on one database (ten minutes; needs npm,
                      which fetches both, and 1.2 GB of disk)
  profile [REQUEST]... where the time of a request goes, as flame graphs in target/profile and tables: links, assets,
                      shared-link, create-public-link, or all of them (four minutes; needs Linux)";

/// Measures in a browser, and prints a table of its own.
const BROWSER: &str = "browser";

/// Measures in Postgres, and prints tables of its own.
const GROWTH: &str = "growth";

/// Measures other programs, and prints a table of its own.
const PEERS: &str = "peers";

/// Samples the server, and prints tables of its own.
#[cfg(target_os = "linux")]
const PROFILE: &str = "profile";

fn main() -> ExitCode {
    // As `vitrine` does; what is compared to it inherits that.
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_thp_disable(true).expect("Linux allows it");
    let names: Vec<String> = std::env::args().skip(1).collect();
    if let [pictures::ONCE, photo] = names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        println!("{}", pictures::once(photo.as_ref()));
        return ExitCode::SUCCESS;
    }
    let all = [
        "list-links",
        "create-public-link",
        "share-assets",
        "many-links",
        "many-assets",
        "shared-link",
        "pages",
        "preview",
        "pictures",
        "s3",
        "sweep",
        "queue",
        "clients",
        "hostile",
        "idle",
        "archive",
        "big-file",
    ];
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if names == [BROWSER] {
        println!("{}", runtime.block_on(browser::run()));
        return ExitCode::SUCCESS;
    }
    if names == [PEERS] {
        println!("{}", runtime.block_on(peers::run()));
        return ExitCode::SUCCESS;
    }
    if let [GROWTH, sizes @ ..] = names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        let sizes: Vec<usize> = sizes.iter().map(|size| size.parse().expect("a number")).collect();
        println!("{}", runtime.block_on(growth::run(&sizes)));
        return ExitCode::SUCCESS;
    }
    #[cfg(target_os = "linux")]
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [profile::CLIENT, url, seconds] => {
            println!("{}", runtime.block_on(profile::ask(url, seconds)));
            return ExitCode::SUCCESS;
        }
        [PROFILE, requests @ ..] => match runtime.block_on(profile::run(requests)) {
            Ok(tables) => {
                println!("{tables}");
                return ExitCode::SUCCESS;
            }
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        },
        _ => {}
    }
    if names.iter().any(|name| !all.contains(&name.as_str())) {
        eprintln!("{HELP}");
        return if names == ["--help"] { ExitCode::SUCCESS } else { ExitCode::from(2) };
    }
    let mut rows = Vec::new();
    for name in all.into_iter().filter(|name| names.is_empty() || names.iter().any(|wanted| wanted == name)) {
        eprintln!("measuring {name}");
        rows.extend(runtime.block_on(async {
            match name {
                "list-links" => links::list().await,
                "create-public-link" => links::create().await,
                "share-assets" => shares::run().await,
                "many-links" => many::run().await,
                "many-assets" => many::run_assets().await,
                "shared-link" => shared_link::run().await,
                "pages" => pages::run().await,
                "preview" => preview::run().await,
                "pictures" => pictures::run().await,
                "s3" => s3::run().await,
                "sweep" => sweep::run().await,
                "queue" => queue::run().await,
                "clients" => clients::run().await,
                "hostile" => hostile::run().await,
                "idle" => files::idle().await,
                "archive" => archive::run().await,
                _ => files::big().await,
            }
        }));
    }
    println!("| what | ours | baseline | ratio | wanted |\n| --- | --- | --- | --- | --- |");
    for Row { what, ours, baseline, ratio, wanted } in rows {
        println!("| {what} | {ours} | {baseline} | {ratio} | {wanted} |");
    }
    ExitCode::SUCCESS
}
