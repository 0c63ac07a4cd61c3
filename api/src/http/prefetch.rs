//! Browsers that load a page or a file ahead, because the visitor may ask for it.

use actix_web::HttpRequest;

/// The headers by which browsers say so: that of today, and those of older Safari and Firefox.
const HEADERS: [&str; 3] = ["sec-purpose", "purpose", "x-moz"];

/// Whether a request only loads something ahead: a prefetch, or a page that is rendered before it is shown.
pub(crate) fn is_prefetch(request: &HttpRequest) -> bool {
    let values = HEADERS.iter().flat_map(|name| request.headers().get_all(*name));
    let words = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split([';', ',']));
    words.map(str::trim).any(|word| ["prefetch", "prerender"].iter().any(|known| word.eq_ignore_ascii_case(known)))
}
