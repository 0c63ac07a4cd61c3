//! Mixed traffic of owners and visitors on an installation of two processes of each kind, while all of its parts are
//! stopped, killed and started again in turn. Each answer is checked, and at the end everything that was uploaded or shared.
//!
//! `./dev load` runs it for some minutes, and a test for one round.

mod asking;
mod breaking;
mod ending;
mod known;
mod owners;
mod parts;
mod private;
mod report;
mod slow;
mod tally;
mod visitors;

pub use report::Report;

use crate::{Installation, LONG, fixtures, mark};
use futures::future::join_all;
use known::{Asset, Known, Link};
use parts::Outages;
use private::Private;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use report::Sample;
use reqwest::Client;
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    path::PathBuf,
    rc::Rc,
    time::{Duration, Instant},
};
use tally::{Kind, Tally};
use tokio::time::sleep;

/// How many bytes the file has that is downloaded slowly: more than the sockets between two processes hold.
const LARGE: usize = 24 * 1024 * 1024;

/// How long somebody looks at what they got before they ask for more.
const LOOKS: Duration = Duration::from_millis(50);

/// How long the faults go on.
#[derive(Debug, Clone, Copy)]
pub enum Length {
    /// Until each part has had each of its faults once, all of them short.
    Round,
    /// At least so long; some of the faults are longer than any timeout.
    Time(Duration),
}

/// What is run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The program `vitrine`.
    pub program: PathBuf,
    /// How long the faults go on.
    pub length: Length,
    /// What chance begins with: the same gives the same order of faults.
    pub seed: u64,
}

/// What all who ask share.
struct Load {
    installation: Installation,
    outages: Outages,
    tally: Tally,
    known: Known,
    client: Client,
    /// The token of an administrator.
    admin: String,
    chance: RefCell<StdRng>,
    turn: Cell<usize>,
    is_over: Cell<bool>,
}

/// Runs it to its end, on the thread that it begins on. Leaves nothing running, also if it is dropped.
pub async fn run(plan: &Plan) -> Report {
    api::installation::open_files::raise_limit();
    let begun = Instant::now();
    let private = Private::start().await;
    let load = Load::begin(plan, &private).await;
    let mut samples = Vec::new();
    let story = async {
        load.until_all_go_on("the start").await;
        samples.push(Sample::take(&load, "start").await);
        let half = breaking::break_all(&load, &private, plan).await;
        samples.extend(half);
        load.is_over.set(true);
    };
    futures::join!(story, traffic(&load));
    eprintln!("waiting until everything is made, and checking it");
    ending::check(&load).await;
    samples.push(Sample::take(&load, "end").await);
    Report::new(&load, plan, begun.elapsed(), samples)
}

/// All owners and visitors, until it is over.
async fn traffic(load: &Load) {
    let visitors = async {
        futures::join!(
            load.repeat(visitors::page),
            load.repeat(visitors::shared_link),
            load.repeat(visitors::original),
            load.repeat(visitors::range),
            load.repeat(visitors::preview),
            load.repeat(visitors::marked),
            load.repeat(visitors::zip),
            load.repeat(slow::download),
        );
    };
    let owners = async {
        futures::join!(load.repeat(owners::upload), load.repeat(owners::link), load.repeat(owners::share));
    };
    futures::join!(owners, visitors);
}

impl Load {
    /// Starts the installation, with a watermark and enough in it for all who ask.
    async fn begin(plan: &Plan, private: &Private) -> Self {
        let installation = Installation::new(plan.program.clone(), &private.database_url, &private.redis_url);
        assert!(installation.run(&["migrate"]).await, "{}", installation.last_words());
        installation.serve().await;
        for worker in &installation.workers {
            worker.start();
            worker.until_ready().await;
        }
        let [one, other] = &installation.serves;
        let admin = one.admin().await;
        let input = json!({ "file": null, "opacity": 1.0, "placement": "CENTER" });
        let payload = other.set_watermark(&admin, input, Some(mark())).await;
        assert!(payload["workspace"].is_object(), "{payload}");
        // A kept connection may be closed at the moment when it is used again, which is nobody's mistake.
        let client = crate::client_builder().pool_max_idle_per_host(0).build().expect("a client");
        let load = Self {
            installation,
            outages: Outages::default(),
            tally: Tally::begin(),
            known: Known::default(),
            client,
            admin,
            chance: RefCell::new(StdRng::seed_from_u64(plan.seed)),
            turn: Cell::default(),
            is_over: Cell::default(),
        };
        let large = fixtures::noise(LARGE);
        let id = load.installation.serves[0].upload(&load.admin, "large.bin", large.clone()).await["id"].clone();
        let asset = Rc::new(Asset::new(&id, large.into()));
        let link = load.installation.serves[0].public_link(&load.admin, &id, json!({ "allowOriginal": true })).await;
        load.known.set_large(Link::new(&link["url"], vec![asset], false));
        while load.known.assets() < owners::SHARED {
            owners::upload(&load).await;
        }
        for _ in 0..2 {
            owners::link(&load).await;
        }
        owners::share(&load).await;
        load
    }

    /// Does this again and again until it is over, with a pause after each time.
    async fn repeat(&self, step: impl AsyncFn(&Self)) {
        while !self.is_over.get() {
            step(self).await;
            sleep(LOOKS).await;
        }
    }

    /// The two processes that serve, each the first one in turn.
    fn both(&self) -> [usize; 2] {
        let turn = self.turn.get();
        self.turn.set(turn + 1);
        [turn % 2, (turn + 1) % 2]
    }

    /// A number below this one.
    fn chance(&self, below: usize) -> usize {
        self.chance.borrow_mut().random_range(0..below)
    }

    /// Waits until everybody has got what they asked for once more: all is healed.
    async fn until_all_go_on(&self, after: &str) {
        let goes_on = Kind::ALL.into_iter().filter(|kind| kind.is_short()).map(async |kind| {
            let (before, since) = (self.tally.succeeded(kind), Instant::now());
            while self.tally.succeeded(kind) == before {
                if since.elapsed() > 2 * LONG {
                    return self.tally.wrong(format!("{kind}: no success for two minutes after {after}"));
                }
                sleep(Duration::from_millis(10)).await;
            }
        });
        join_all(goes_on).await;
    }
}
