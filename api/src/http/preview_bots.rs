//! Programs that look for a preview of a link, or search the web.
//!
//! They are known by name. A program that merely calls itself a bot may be anything, and is treated like anybody.

use actix_web::{HttpRequest, http::header::USER_AGENT};

/// Parts of the `User-Agent` of messengers, mail and office programs, social networks, search engines, collectors of texts
/// for language models, archives and monitors, in lower case.
const PREVIEW_BOTS: [&str; 63] = [
    "adsbot-google",
    "ahrefsbot",
    "amazonbot",
    "applebot",
    "archive.org_bot",
    "baiduspider",
    "bingbot",
    "bingpreview",
    "bitlybot",
    "bluesky cardyb",
    "bytespider",
    "ccbot",
    "chatgpt-user",
    "claude-searchbot",
    "claude-user",
    "claudebot",
    "discordbot",
    "dotbot",
    "duckduckbot",
    "embedly",
    "facebookexternalhit",
    "facebot",
    "feedfetcher-google",
    "google-inspectiontool",
    "google-pagerenderer",
    "googlebot",
    "googleimageproxy",
    "googleother",
    "gptbot",
    "ia_archiver",
    "iframely",
    "line-poker",
    "linkedinbot",
    "mastodon/",
    "mattermost-bot",
    "mediapartners-google",
    "meta-externalagent",
    "meta-externalfetcher",
    "microsoftpreview",
    "mj12bot",
    "ms-office",
    "oai-searchbot",
    "perplexitybot",
    "petalbot",
    "pingdom",
    "pinterestbot",
    "redditbot",
    "semrushbot",
    "seznambot",
    "skypeuripreview",
    "slack-imgproxy",
    "slackbot",
    "snap url preview",
    "sogou web spider",
    "statuscake",
    "telegrambot",
    "twitterbot",
    "uptimerobot",
    "vkshare",
    "whatsapp/",
    "yahoo! slurp",
    "yandexbot",
    "yeti/",
];

/// Whether a request comes from a program that only looks for a preview, by its `User-Agent`.
pub(crate) fn is_preview_bot(request: &HttpRequest) -> bool {
    let name = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = name.to_ascii_lowercase();
    PREVIEW_BOTS.iter().any(|bot| name.contains(bot))
}
