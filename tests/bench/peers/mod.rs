//! The same questions to Vitrine and to two programs that people put in front of a Postgres instead of writing a
//! server: `PostGraphile` and Directus.
//!
//! All three are processes of their own on one database, which Vitrine has filled, and ask it for the same rows. Each
//! question goes to one after the other, in turns, from the same client. What is measured differs in what they do
//! besides: BENCHMARKS.md says how.

mod programs;
mod questions;

use crate::{
    client::Client,
    links,
    measure::median,
    process::{Process, worked},
};
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::short_id;
use futures::future::join_all;
use questions::{Asked, Expected, Names, NewLink, Program};
use serde_json::Value;
use std::time::{Duration, Instant};
use tests::Api;
use uuid::Uuid;

const LINKS: usize = 5_000;
/// Requests at a time.
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(5);

/// What Vitrine fills in by itself when it makes a link: the others leave it to Postgres.
const DEFAULTS: &str = "ALTER TABLE links
    ALTER id SET DEFAULT gen_random_uuid(), ALTER key_id SET DEFAULT 'key',
    ALTER token_sha256 SET DEFAULT sha256(gen_random_uuid()::text::bytea),
    ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now(),
    ALTER allow_original SET DEFAULT true, ALTER allow_proxies SET DEFAULT false,
    ALTER allow_attachments SET DEFAULT false, ALTER watermark SET DEFAULT false,
    ALTER person_search SET DEFAULT false;
    ANALYZE";

#[derive(diesel::QueryableByName)]
struct Columns {
    #[diesel(sql_type = SqlUuid)]
    workspace_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    asset_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    created_by: Uuid,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A process that is asked.
struct Server {
    url: String,
    process: u32,
}

/// All three, and their database.
struct Servers {
    vitrine: Server,
    postgraphile: Server,
    directus: Server,
    database: AsyncPgConnection,
}

/// What came of asking for a while.
struct Round {
    /// Requests a second.
    rate: f64,
    /// Milliseconds of each request.
    took: Vec<f64>,
    /// Milliseconds that the server kept the cores busy.
    worked: f64,
}

impl Servers {
    fn of(&self, program: Program) -> &Server {
        match program {
            Program::Vitrine => &self.vitrine,
            Program::PostGraphile => &self.postgraphile,
            Program::Directus => &self.directus,
        }
    }

    /// How many links and members of collections there are.
    async fn rows(&mut self) -> usize {
        let query = "SELECT (SELECT count(*) FROM links) + (SELECT count(*) FROM collection_assets) AS count";
        let found: Count = diesel::sql_query(query).get_result(&mut self.database).await.expect("SQL");
        usize::try_from(found.count).expect("a count")
    }

    /// The answer to one request.
    async fn answer(&self, asked: &Asked) -> Vec<u8> {
        let mut client = Client::connect(&self.of(asked.program).url).await;
        client.send(&asked.request).await;
        let answer = client.answer().await;
        client.body(answer).await
    }

    /// Looks whether a question is answered alike by all, and returns how long the answers are.
    async fn check(&mut self, asked: &[Asked]) -> Vec<usize> {
        let (mut lengths, mut newest) = (Vec::new(), Vec::new());
        for asked in asked {
            let before = self.rows().await;
            let body = self.answer(asked).await;
            let text = String::from_utf8_lossy(&body);
            match &asked.expected {
                Expected::Newest(names) => newest.push(links_of(&text, names)),
                Expected::Added(rows) => assert_eq!(self.rows().await - before, *rows, "{text:.500}"),
            }
            lengths.push(body.len());
        }
        assert!(newest.windows(2).all(|two| two[0] == two[1]), "they answer with other links");
        lengths
    }

    /// Asks over and over, and looks whether all of it was done.
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    async fn round(&mut self, asked: &Asked, length: usize) -> Round {
        let before = self.rows().await;
        let server = self.of(asked.program);
        // Node closes connections that are idle for as long as the others have their turn.
        let mut clients = join_all((0..CONNECTIONS).map(|_| Client::connect(&server.url))).await;
        let (start, worked_before) = (Instant::now(), worked(server.process));
        let took = join_all(clients.iter_mut().map(async |client| {
            let mut took = Vec::new();
            while start.elapsed() < ROUND {
                let begun = Instant::now();
                let got = client.exchange(&asked.request).await;
                took.push(milliseconds(begun.elapsed()));
                if let Expected::Newest(_) = asked.expected {
                    assert_eq!(got, length, "an answer differs from the first");
                }
            }
            took
        }));
        let took = took.await.concat();
        let (elapsed, worked) = (start.elapsed(), worked(server.process).saturating_sub(worked_before));
        if let Expected::Added(rows) = asked.expected {
            assert_eq!(self.rows().await - before, rows * took.len(), "{:?} has not done all", asked.program);
        }
        Round { rate: took.len() as f64 / elapsed.as_secs_f64(), took, worked: milliseconds(worked) }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The ids of the links in an answer, each with the title of its asset and the name of its creator.
fn links_of(body: &str, names: &Names) -> Vec<[String; 3]> {
    let answer: Value = serde_json::from_str(body).expect("JSON");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let link = |row: &Value| {
        let id = text(&row[names.id])?;
        // Ids of our API are UUIDs in another form.
        let id = match id.split_once('_') {
            Some((_, short)) => short_id::decode::<Uuid>(short)?.to_string(),
            None => id,
        };
        Some([id, text(&row[names.asset]["title"])?, text(&row[names.creator]["name"])?])
    };
    let links: Option<Vec<_>> =
        answer.pointer(names.rows).and_then(Value::as_array).and_then(|rows| rows.iter().map(link).collect());
    links.filter(|links| links.len() == 50).unwrap_or_else(|| panic!("not 50 links: {body:.500}"))
}

/// The columns of the first link.
async fn columns(database: &mut AsyncPgConnection) -> Columns {
    let query = "SELECT workspace_id, asset_id, created_by FROM links ORDER BY id LIMIT 1";
    diesel::sql_query(query).get_result(database).await.expect("SQL")
}

/// The table.
pub(crate) async fn run() -> String {
    eprintln!("installing PostGraphile and Directus, if they are not here (1.2 GB)");
    programs::install().await;
    let vitrine = Process::start().await;
    eprintln!("making {LINKS} links");
    let (admin, assets) = links::fill(&Api { url: vitrine.url.clone() }, LINKS).await;
    let mut database = AsyncPgConnection::establish(&vitrine.database_url).await.expect("a connection");
    database.batch_execute(DEFAULTS).await.expect("SQL");
    let Columns { workspace_id, asset_id, created_by } = columns(&mut database).await;
    // First the one that makes its API of all tables that there are.
    let postgraphile = programs::postgraphile(&vitrine.database_url).await;
    let directus = programs::directus(&vitrine.database_url).await;
    let mut servers = Servers {
        vitrine: Server { url: vitrine.url.clone(), process: vitrine.id() },
        postgraphile: Server { url: postgraphile.url.clone(), process: postgraphile.id },
        directus: Server { url: directus.url.clone(), process: directus.id },
        database,
    };
    let link = NewLink { admin, assets, workspace: workspace_id, asset: asset_id, creator: created_by };
    let questions = [
        ("50 links with asset and creator", questions::listing(&link.admin)),
        ("one link made", questions::share(&link)),
        ("100 shares in a request", questions::shares(&link)),
    ];
    let mut lines = vec![
        "| what | program | requests/s | median | 99 % | CPU of the server | of Vitrine's rate |".to_owned(),
        "| --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    for (what, asked) in &questions {
        eprintln!("measuring {what}");
        let lengths = servers.check(asked).await;
        let mut rounds: Vec<Vec<Round>> = asked.iter().map(|_| Vec::new()).collect();
        for round in 0..=ROUNDS {
            for ((asked, length), rounds) in asked.iter().zip(&lengths).zip(&mut rounds) {
                let result = servers.round(asked, *length).await;
                // The first round warms up.
                if round > 0 {
                    rounds.push(result);
                }
            }
        }
        lines.extend(asked.iter().zip(&rounds).map(|(asked, theirs)| line(what, asked, &rounds[0], theirs)));
    }
    lines.join("\n")
}

/// One program's answers to a question, beside those of Vitrine to the same.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn line(what: &str, asked: &Asked, ours: &[Round], rounds: &[Round]) -> String {
    let mut rates: Vec<f64> = rounds.iter().map(|round| round.rate).collect();
    rates.sort_by(f64::total_cmp);
    let mut took: Vec<f64> = rounds.iter().flat_map(|round| round.took.clone()).collect();
    took.sort_by(f64::total_cmp);
    let worked: f64 = rounds.iter().map(|round| round.worked).sum();
    let ratio = median(rounds.iter().zip(ours).map(|(their, our)| their.rate / our.rate).collect());
    format!(
        "| {what} | {:?}, {} | {} ({} to {}) | {} ms | {} ms | {} ms | {ratio:.2} × |",
        asked.program,
        asked.how,
        figure(rates[rates.len() / 2]),
        figure(rates[0]),
        figure(rates[rates.len() - 1]),
        figure(took[took.len() / 2]),
        figure(took[took.len() * 99 / 100]),
        figure(worked / took.len() as f64),
    )
}

/// A number with as many digits as mean something.
fn figure(number: f64) -> String {
    let digits = match number {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{number:.digits$}")
}
