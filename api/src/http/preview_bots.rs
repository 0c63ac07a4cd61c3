//! Programs that only look for a preview of a link.

use actix_web::{HttpRequest, http::header::USER_AGENT};

/// Parts of the `User-Agent` of messengers, social networks, search engines and monitors, in lower case.
const PREVIEW_BOTS: [&str; 20] = [
    "bot/",
    "bot;",
    "bot)",
    "+http",
    "crawler",
    "spider",
    "slackbot",
    "slack-imgproxy",
    "facebookexternalhit",
    "facebot",
    "whatsapp",
    "telegrambot",
    "twitterbot",
    "discordbot",
    "linkedinbot",
    "skypeuripreview",
    "embedly",
    "link preview",
    "bingpreview",
    "pingdom",
];

/// Whether a request comes from a program that only looks for a preview, by its `User-Agent`.
pub(crate) fn is_preview_bot(request: &HttpRequest) -> bool {
    let name = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = name.to_ascii_lowercase();
    PREVIEW_BOTS.iter().any(|bot| name.contains(bot))
}
