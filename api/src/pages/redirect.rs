//! Answers that lead to another page.

use actix_web::{HttpResponse, http::header};

/// Leads to a page of ours, which is then asked for with GET.
pub(super) fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}
