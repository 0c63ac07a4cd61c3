//! What pages say about the archives of a link.

use super::{PageError, templates::ArchiveView, texts::Texts};
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
    texts: Texts,
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
        versions.push((String::new(), label(texts, texts.everything(), everything)));
        versions.extend(summary.offers.iter().map(|offer| {
            let name = match offer.version {
                ArchiveVersion::Everything => texts.everything(),
                ArchiveVersion::Originals => texts.originals(),
                ArchiveVersion::Proxies(preset) => texts.preset(preset, None),
            };
            (offer.version.as_str().to_owned(), label(texts, name, offer.plan))
        }));
    }
    Ok(Some(ArchiveView {
        url: archive_path(token, &ArchiveRequest::EVERYTHING),
        detail: (everything.ready > 0).then(|| detail(texts, everything)),
        versions,
        notes: notes(texts, everything, visit.link(permit).settings.max_downloads.is_some()),
    }))
}

/// The archive of all files of one asset; none if there is at most one.
pub(super) async fn of_asset(
    texts: Texts,
    visit: &Visit<'_>,
    permit: Permit,
    token: &str,
    asset: AssetId,
) -> Result<Option<ArchiveView>, PageError> {
    let Some((request, plan)) = visit.asset_archive(asset).await? else { return Ok(None) };
    Ok(Some(ArchiveView {
        url: archive_path(token, &request),
        detail: Some(detail(texts, plan)),
        versions: Vec::new(),
        notes: notes(texts, plan, visit.link(permit).settings.max_downloads.is_some()),
    }))
}

fn label(texts: Texts, name: String, plan: ArchivePlan) -> String {
    texts.files_choice(name, detail(texts, plan))
}

/// `12 files, 34.5 MB`.
fn detail(texts: Texts, plan: ArchivePlan) -> String {
    let size = texts.byte_size(i64::try_from(plan.byte_size).unwrap_or(i64::MAX));
    texts.file_detail(texts.files(plan.ready), size)
}

/// What the visitor has to know before the download.
fn notes(texts: Texts, plan: ArchivePlan, is_limited: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |count: usize, text: &dyn Fn(usize) -> String| notes.extend((count > 0).then(|| text(count)));
    note(plan.waiting, &|count| texts.note_waiting(count));
    note(plan.missing.unchecked, &|count| texts.note_unchecked(count));
    note(plan.missing.unavailable, &|count| texts.note_unavailable(count));
    note(plan.missing.failed, &|count| texts.note_failed(count));
    if is_limited {
        notes.push(texts.note_limited());
    }
    notes
}
