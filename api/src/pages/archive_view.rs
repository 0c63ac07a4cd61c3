//! What pages say about the archives of a link.

use super::{PageError, templates::ArchiveView, view_model::human_size};
use app::{
    archive::{ArchivePlan, archive_path},
    visitor::Visit,
};
use domain::{
    AssetId,
    access::Permit,
    archive::{ArchiveRequest, ArchiveVersion, Selection},
};

/// The archives of all members of a collection; none if the link hands out nothing.
pub(super) async fn of_collection(
    visit: &Visit<'_>,
    permit: Permit,
    token: &str,
) -> Result<Option<ArchiveView>, PageError> {
    let summary = visit.archive_summary(&Selection::All).await?;
    let everything = summary.everything;
    if everything.ready == 0 && everything.waiting == 0 {
        return Ok(None);
    }
    let mut versions = Vec::new();
    if !summary.offers.is_empty() {
        versions.push((String::new(), label("Everything", everything)));
        versions.extend(summary.offers.iter().map(|offer| {
            let name = match offer.version {
                ArchiveVersion::Everything => "Everything",
                ArchiveVersion::Originals => "Originals",
                ArchiveVersion::Proxies(preset) => preset.label(),
            };
            (offer.version.as_str().to_owned(), label(name, offer.plan))
        }));
    }
    Ok(Some(ArchiveView {
        url: archive_path(token, &ArchiveRequest::EVERYTHING),
        detail: (everything.ready > 0).then(|| detail(everything)),
        versions,
        notes: notes(everything, visit.link(permit).settings.max_downloads.is_some()),
    }))
}

/// The archive of all files of one asset; none if there is at most one.
pub(super) async fn of_asset(
    visit: &Visit<'_>,
    permit: Permit,
    token: &str,
    asset: AssetId,
) -> Result<Option<ArchiveView>, PageError> {
    let Some((request, plan)) = visit.asset_archive(asset).await? else { return Ok(None) };
    Ok(Some(ArchiveView {
        url: archive_path(token, &request),
        detail: Some(detail(plan)),
        versions: Vec::new(),
        notes: notes(plan, visit.link(permit).settings.max_downloads.is_some()),
    }))
}

fn label(name: &str, plan: ArchivePlan) -> String {
    format!("{name} ({})", detail(plan))
}

/// `12 files, 34.5 MB`.
fn detail(plan: ArchivePlan) -> String {
    let size = human_size(i64::try_from(plan.byte_size).unwrap_or(i64::MAX));
    format!("{}, {size}", files(plan.ready))
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

/// What the visitor has to know before the download.
fn notes(plan: ArchivePlan, is_limited: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |count: usize, one: &str, several: &str| {
        if count > 0 {
            notes.push(format!("{} {}", files(count), if count == 1 { one } else { several }));
        }
    };
    note(plan.waiting, "is still being prepared.", "are still being prepared.");
    note(
        plan.missing.unchecked,
        "is still being checked, and not in the zip.",
        "are still being checked, and not in the zip.",
    );
    note(plan.missing.unavailable, "is not available at the moment.", "are not available at the moment.");
    note(plan.missing.failed, "could not be made.", "could not be made.");
    if is_limited {
        notes.push("The zip counts as one download.".to_owned());
    }
    notes
}
