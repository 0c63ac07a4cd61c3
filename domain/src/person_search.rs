//! The search by person, for which faces in pictures are indexed.

/// What administrators are told before they turn the search on: on the page with the settings, and in the API.
pub const WHAT_IS_STORED: &str = "For this, every face in the pictures and videos of the workspace is turned into numbers, which \
    are stored. By these numbers anybody who has them can tell one person from another: they are biometric data, which the law \
    of many countries protects as it protects health records. Turn it on only if you are allowed to, which mostly means with \
    the consent of the people shown. When it is turned off, all of these numbers are deleted at once.";
