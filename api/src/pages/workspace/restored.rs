//! What a page says after assets were restored: `restored` in its query says how many, or why none, and `left` how many
//! were not.

use super::Fields;

/// What was restored.
pub(super) fn notice(fields: &Fields) -> Option<String> {
    let count: usize = fields.text("restored").parse().ok()?;
    let left: usize = fields.text("left").parse().unwrap_or_default();
    let done = match count {
        1 => "1 asset is back, with its links and in its collections.".to_owned(),
        count => format!("{count} assets are back, with their links and in their collections."),
    };
    Some(match left {
        0 => done,
        1 => format!("{done} 1 is not: it is not in the bin any more, or you may not restore it."),
        left => format!("{done} {left} are not: they are not in the bin any more, or you may not restore them."),
    })
}

/// Why nothing was.
pub(super) fn mistake(fields: &Fields) -> Option<String> {
    let text = match fields.text("restored") {
        "nothing" => "Tick at least one asset first.",
        "gone" => "Nothing was restored: none of it is in the bin any more, or you may not restore it.",
        _ => return None,
    };
    Some(text.to_owned())
}
