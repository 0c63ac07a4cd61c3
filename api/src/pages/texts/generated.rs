//! A function for each text, made by `build.rs`.

#![expect(
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::derivable_impls,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "it is generated"
)]

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

// These are not needed here. A text that no page uses is still reported.
const _: () = {
    let _ = L10n::load_all;
    let _ = |bytes| L10nLanguage::new_external("", bytes);
};
