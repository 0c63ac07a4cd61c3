//! How what Postgres does for a request grows with the library: the same requests where there are ten thousand assets and
//! as many links, and where there are a million.
//!
//! The requests go through the real server, and Postgres itself tells which statements they became and what these cost
//! (`pg_stat_statements`). So the figures do not depend on how the program was compiled, and no statement is written down
//! here. Three tables are printed: requests, the statements among them that grow, and what is stored.

mod fit;
mod library;
mod request;
mod requests;
mod sizes;
mod statements;
mod tables;

use statements::Measured;

/// How many assets there are, and as many links, unless other numbers are asked for.
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

/// What one request costs at each size.
struct Growth {
    what: String,
    at: Vec<Measured>,
}

/// The tables, for libraries of these sizes.
pub(crate) async fn run(sizes: &[usize]) -> String {
    tests::measure_statements();
    let sizes = if sizes.is_empty() { &SIZES } else { sizes };
    let (mut growths, mut stored): (Vec<Growth>, _) = (Vec::new(), Vec::new());
    for size in sizes {
        eprintln!("making a library of {size} assets and links");
        let library = library::fill(*size).await;
        eprintln!("asking it");
        stored.push(sizes::of(&library.server, *size).await);
        for (index, request) in requests::all(&library, *size).await.into_iter().enumerate() {
            let measured = statements::measure(&library, &request).await;
            if index == growths.len() {
                growths.push(Growth { what: request.what, at: Vec::new() });
            }
            growths[index].at.push(measured);
        }
    }
    [tables::requests(sizes, &growths), tables::statements(sizes, &growths), tables::stored(&stored)].join("\n")
}
