//! What scripts say, as they read it in the page.

use super::Texts;
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
    enlarge: String,
    full_screen: String,
    gone: String,
    link_closed: String,
    load_again: String,
    locked_again: String,
    next: String,
    no_answer: String,
    nothing_selected: String,
    offline: String,
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
    selected_files: String,
    selection_too_long: String,
    size: String,
    slideshow: String,
    too_many_requests: String,
    used_up: String,
    video_quality: String,
}

impl Texts {
    /// The texts of the scripts as JSON within a page, where nothing may end the element.
    pub(in crate::pages) fn for_scripts(self) -> String {
        let texts = Scripts {
            cancel: self.cancel(),
            changed_gone: self.changed_gone("{count}"),
            changed_new: self.changed_new("{count}"),
            changed_order: self.changed_order(),
            close: self.close(),
            decimal_separator: self.decimal_separator(),
            details: self.details(),
            details_and_downloads: self.details_and_downloads(),
            download: self.download(),
            enlarge: self.enlarge(),
            full_screen: self.full_screen(),
            gone: self.gone(),
            link_closed: self.link_closed(),
            load_again: self.load_again(),
            locked_again: self.locked_again(),
            next: self.next(),
            no_answer: self.no_answer(),
            nothing_selected: self.nothing_selected(),
            offline: self.offline(),
            photos_failed: self.photos_failed(),
            photos_ready: self.photos_ready("{count}"),
            photos_refused: self.photos_refused(),
            photos_save: self.photos_save(),
            photos_some: self.photos_some("{taken}", "{count}"),
            photos_stop: self.photos_stop("{place}", "{count}"),
            photos_too_large: self.photos_too_large(),
            photos_too_many: self.photos_too_many("{most}"),
            previous: self.previous(),
            select: self.select(),
            select_all: self.select_all(),
            selected: self.selected("{count}"),
            selected_files: self.selected_files("{count}"),
            selection_too_long: self.selection_too_long(),
            size: self.size("{number}", "{unit}"),
            slideshow: self.slideshow(),
            too_many_requests: self.too_many_requests("{seconds}"),
            used_up: self.used_up(),
            video_quality: self.video_quality(),
        };
        serde_json::to_string(&texts).unwrap_or_default().replace('<', "\\u003c")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::static_files::GALLERY_SCRIPTS;
    use std::collections::BTreeSet;

    #[test]
    fn scripts_use_the_texts_that_they_get() {
        let given: serde_json::Value = serde_json::from_str(&Texts::english().for_scripts()).expect("JSON");
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
