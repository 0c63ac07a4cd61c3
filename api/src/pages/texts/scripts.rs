//! What scripts say, as they read it in the page.

use super::L10nLanguage;
use serde::Serialize;

/// The texts of the scripts in `api/assets/gallery/`, which fill in what stands in braces.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scripts {
    cancel: String,
    changed_gone: String,
    changed_new: String,
    changed_order: String,
    close: String,
    decimal_separator: String,
    details: String,
    details_and_downloads: String,
    download: String,
    downloads_changed: String,
    downloads_withdrawn: String,
    enlarge: String,
    full_screen: String,
    gone: String,
    link_closed: String,
    load_again: String,
    locked_again: String,
    next: String,
    no_answer: String,
    not_loaded: String,
    nothing_selected: String,
    offline: String,
    photos_counted: String,
    photos_failed: String,
    photos_ready: String,
    photos_refused: String,
    photos_save: String,
    photos_some: String,
    photos_stop: String,
    photos_too_large: String,
    photos_too_many: String,
    previous: String,
    select: String,
    select_all: String,
    selected: String,
    selected_elsewhere: String,
    selected_files: String,
    selection_too_long: String,
    size: String,
    size_refused: String,
    slideshow: String,
    to_top: String,
    too_many_requests: String,
    used_up: String,
    video_quality: String,
}

/// The texts of the scripts as JSON within a page, where nothing may end the element.
pub(super) fn json(messages: &L10nLanguage) -> String {
    let texts = Scripts {
        cancel: messages.cancel(),
        changed_gone: messages.changed_gone("{count}"),
        changed_new: messages.changed_new("{count}"),
        changed_order: messages.changed_order(),
        close: messages.close(),
        decimal_separator: messages.decimal_separator(),
        details: messages.details(),
        details_and_downloads: messages.details_and_downloads(),
        download: messages.download(),
        downloads_changed: messages.downloads_changed(),
        downloads_withdrawn: messages.downloads_withdrawn(),
        enlarge: messages.enlarge(),
        full_screen: messages.full_screen(),
        gone: messages.gone(),
        link_closed: messages.link_closed(),
        load_again: messages.load_again(),
        locked_again: messages.locked_again(),
        next: messages.next(),
        no_answer: messages.no_answer(),
        not_loaded: messages.not_loaded(),
        nothing_selected: messages.nothing_selected(),
        offline: messages.offline(),
        photos_counted: messages.photos_counted(),
        photos_failed: messages.photos_failed(),
        photos_ready: messages.photos_ready("{count}"),
        photos_refused: messages.photos_refused(),
        photos_save: messages.photos_save(),
        photos_some: messages.photos_some("{taken}", "{count}"),
        photos_stop: messages.photos_stop("{place}", "{count}"),
        photos_too_large: messages.photos_too_large(),
        photos_too_many: messages.photos_too_many("{most}"),
        previous: messages.previous(),
        select: messages.select(),
        select_all: messages.select_all(),
        selected: messages.selected("{count}"),
        selected_elsewhere: messages.selected_elsewhere("{count}"),
        selected_files: messages.selected_files("{count}"),
        selection_too_long: messages.selection_too_long(),
        size: messages.size("{number}", "{unit}"),
        size_refused: messages.size_refused(),
        slideshow: messages.slideshow(),
        to_top: messages.to_top(),
        too_many_requests: messages.too_many_requests("{seconds}"),
        used_up: messages.used_up(),
        video_quality: messages.video_quality(),
    };
    serde_json::to_string(&texts).unwrap_or_default().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use crate::pages::{static_files::GALLERY_SCRIPTS, texts::Texts};
    use std::collections::BTreeSet;

    #[test]
    fn scripts_use_the_texts_that_they_get() {
        let given: serde_json::Value = serde_json::from_str(Texts::english().for_scripts()).expect("JSON");
        let given: BTreeSet<&str> = given.as_object().expect("an object").keys().map(String::as_str).collect();
        let used = GALLERY_SCRIPTS.iter().flat_map(|(_, script)| {
            script.text().split("text(").skip(1).flat_map(|call| {
                let call = call.split_once(')').map_or(call, |(arguments, _)| arguments);
                call.split('"').skip(1).step_by(2)
            })
        });
        assert_eq!(used.collect::<BTreeSet<_>>(), given);
    }
}
