//! Programs that look for a preview of a link, or search the web.
//!
//! They are known by name. A program that merely calls itself a bot may be anything, and is treated like anybody.

use actix_web::{HttpRequest, http::header::USER_AGENT};

/// Parts of the `User-Agent` of messengers, social networks, search engines and monitors, in lower case.
const PREVIEW_BOTS: [&str; 31] = [
    "applebot",
    "baiduspider",
    "bingbot",
    "bingpreview",
    "bitlybot",
    "bluesky cardyb",
    "discordbot",
    "duckduckbot",
    "embedly",
    "facebookexternalhit",
    "facebot",
    "google-pagerenderer",
    "googlebot",
    "iframely",
    "linkedinbot",
    "mastodon/",
    "mattermost-bot",
    "pingdom",
    "pinterestbot",
    "redditbot",
    "skypeuripreview",
    "slack-imgproxy",
    "slackbot",
    "snap url preview",
    "statuscake",
    "telegrambot",
    "twitterbot",
    "uptimerobot",
    "vkshare",
    "whatsapp/",
    "yandexbot",
];

/// Whether a request comes from a program that only looks for a preview, by its `User-Agent`.
pub(crate) fn is_preview_bot(request: &HttpRequest) -> bool {
    let name = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = name.to_ascii_lowercase();
    PREVIEW_BOTS.iter().any(|bot| name.contains(bot))
}
