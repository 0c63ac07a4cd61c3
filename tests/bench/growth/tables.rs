//! The tables that the benchmark prints.

use super::{
    Growth,
    fit::{Curve, curve},
    sizes::Stored,
    statements::Cost,
};
use std::fmt::Write;

/// By how much costs have to grow to be told. A B-tree that has become one level deeper costs a page for each look-up.
const FEW_MILLISECONDS: f64 = 0.1;
const FEW_PAGES: f64 = 8.0;

/// A line for each request: time and pages at each size, and how they grow.
pub(super) fn requests(sizes: &[usize], growths: &[Growth]) -> String {
    let mut table = heading("request", sizes);
    for Growth { what, at } in growths {
        let costs: Vec<Cost> = at.iter().map(|measured| measured.total).collect();
        line(&mut table, &format!("{what} | {:.0}", costs[costs.len() - 1].calls), sizes, &costs);
    }
    table
}

/// A line for each statement that does not stay constant, under the request that sends it.
pub(super) fn statements(sizes: &[usize], growths: &[Growth]) -> String {
    let mut table = heading("statement that grows", sizes);
    for Growth { what, at } in growths {
        let mut texts: Vec<&String> = at.iter().flat_map(|measured| measured.statements.keys()).collect();
        texts.sort();
        texts.dedup();
        for text in texts {
            let costs: Vec<Cost> =
                at.iter().map(|measured| measured.statements.get(text).copied().unwrap_or_default()).collect();
            if grows(sizes, &costs) {
                let short: String = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
                let short: String = short.chars().take(300).collect();
                line(&mut table, &format!("{what}: {short} | {:.0}", costs[costs.len() - 1].calls), sizes, &costs);
            }
        }
    }
    table
}

/// A line for each table of the largest library, and one for the whole database at each size.
#[expect(clippy::cast_precision_loss, reason = "millions")]
pub(super) fn stored(stored: &[Stored]) -> String {
    let mut table = String::from(
        "| table | rows | a row | its indexes, a row | which, bytes a row |\n| --- | --- | --- | --- | --- |\n",
    );
    for Stored { size, tables, whole } in stored {
        let _ = writeln!(table, "| {size} assets and links | – | {} MB in all | – | – |", whole / 1_000_000);
        if *size == stored[stored.len() - 1].size {
            for each in tables {
                let bytes = |bytes: i64| (bytes as f64 / each.rows as f64).round();
                let (row, index) = (bytes(each.bytes), bytes(each.index_bytes));
                let _ = writeln!(table, "| `{}` | {} | {row} | {index} | {} |", each.name, each.rows, each.indexes);
            }
        }
    }
    table
}

fn heading(what: &str, sizes: &[usize]) -> String {
    let mut table = format!("| {what} | calls |");
    for size in sizes {
        let _ = write!(table, " {size} |");
    }
    let _ = writeln!(
        table,
        " time | pages | pages grow |\n| --- | --- |{} --- | --- | --- |",
        " --- |".repeat(sizes.len())
    );
    table
}

fn line(table: &mut String, beginning: &str, sizes: &[usize], costs: &[Cost]) {
    let _ = write!(table, "| {beginning} |");
    for cost in costs {
        let _ = write!(table, " {:.2} ms |", cost.milliseconds);
    }
    let [time, pages] = curves(sizes, costs);
    let (first, last) = (costs[0].pages, costs[costs.len() - 1].pages);
    let _ = writeln!(table, " {} | {first:.0} to {last:.0} | {} |", words(time, " ms"), words(pages, ""));
}

/// Whether a statement costs more where there is more.
fn grows(sizes: &[usize], costs: &[Cost]) -> bool {
    curves(sizes, costs).iter().any(|curve| *curve != Curve::Constant)
}

/// How time and pages grow.
#[expect(clippy::cast_precision_loss, reason = "millions")]
fn curves(sizes: &[usize], costs: &[Cost]) -> [Curve; 2] {
    let sizes: Vec<f64> = sizes.iter().map(|size| *size as f64).collect();
    let time: Vec<f64> = costs.iter().map(|cost| cost.milliseconds).collect();
    let pages: Vec<f64> = costs.iter().map(|cost| cost.pages).collect();
    [curve(&sizes, &time, FEW_MILLISECONDS), curve(&sizes, &pages, FEW_PAGES)]
}

fn words(curve: Curve, unit: &str) -> String {
    match curve {
        Curve::Constant => "constant".to_owned(),
        Curve::Unknown(times) => format!("{times:.1} ×"),
        Curve::Logarithm(by) => format!("log n (+{by:.2}{unit} for ten times as many)"),
        Curve::Linear(by) => format!("**n** (+{by:.2}{unit} for 100,000 more)"),
    }
}
