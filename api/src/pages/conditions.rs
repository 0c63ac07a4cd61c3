//! Which part of a file a request is to get: its conditions and its range (RFC 9110).

use actix_web::{
    HttpRequest,
    http::header::{self, EntityTag, Header, IfMatch, IfNoneMatch, IfRange, Range as RangeHeader},
};
use std::ops::Range;

/// Which part of a file a request is to get.
pub(super) enum Part {
    /// Nothing, because the client has the file already.
    NotModified,
    /// Nothing, because the client has begun with another file.
    Changed,
    /// Nothing, because the range lies outside of the file.
    Unsatisfiable,
    /// The whole file.
    Whole,
    /// This range.
    Range(Range<u64>),
}

/// What the conditions and the range of a request ask for, of a file with this tag and size.
pub(super) fn requested_part(request: &HttpRequest, tag: &EntityTag, size: u64) -> Part {
    if is_changed(request, tag) {
        return Part::Changed;
    }
    if is_known(request, tag) {
        return Part::NotModified;
    }
    let continues = match request.headers().contains_key(header::IF_RANGE).then(|| IfRange::parse(request)) {
        None => true,
        Some(Ok(IfRange::EntityTag(other))) => other.strong_eq(tag),
        Some(_) => false,
    };
    if continues && request.headers().contains_key(header::RANGE) { range(request, size) } else { Part::Whole }
}

/// Whether the client has begun with another file.
fn is_changed(request: &HttpRequest, tag: &EntityTag) -> bool {
    request.headers().contains_key(header::IF_MATCH)
        && matches!(IfMatch::parse(request), Ok(IfMatch::Items(tags)) if !tags.iter().any(|other| other.strong_eq(tag)))
}

/// Whether the client has the file already.
fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    if !request.headers().contains_key(header::IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|other| other.weak_eq(tag)),
        Err(_) => false,
    }
}

/// One range of bytes. Several, other units and nonsense are ignored, as RFC 9110 allows.
fn range(request: &HttpRequest, size: u64) -> Part {
    match RangeHeader::parse(request) {
        Ok(RangeHeader::Bytes(ranges)) if ranges.len() == 1 => match ranges[0].to_satisfiable_range(size) {
            Some((first, last)) => Part::Range(first..last + 1),
            None => Part::Unsatisfiable,
        },
        _ => Part::Whole,
    }
}
