//! Which part of a file a request is to get: its conditions and its range (RFC 9110).

use actix_web::{
    HttpRequest,
    http::{
        Method,
        header::{self, EntityTag, Header, IfMatch, IfNoneMatch, IfRange, IfUnmodifiedSince, Range as RangeHeader},
    },
};
use std::{
    ops::Range,
    time::{Duration, SystemTime},
};

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

impl Part {
    /// The range of a file of this size whose bytes are sent, if any are.
    pub(super) fn range(&self, size: u64) -> Option<Range<u64>> {
        match self {
            Self::Whole => Some(0..size),
            Self::Range(range) => Some(range.clone()),
            Self::NotModified | Self::Changed | Self::Unsatisfiable => None,
        }
    }
}

/// What a request may know of a file from before.
pub(super) struct Validators {
    /// The tag, which no other file has.
    pub(super) tag: EntityTag,
    /// When the file was changed for the last time, if that is told. Another file may have the same time, so that a time
    /// only ever refuses: a request with a time is never answered with a part of a file or with 304.
    pub(super) modified: Option<SystemTime>,
}

/// What the conditions and the range of a request ask for, of a file of this size.
pub(super) fn requested_part(request: &HttpRequest, validators: &Validators, size: u64) -> Part {
    let tag = &validators.tag;
    if is_changed(request, validators) {
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
    // A range means something to GET only (RFC 9110, section 14.2).
    let has_range = request.method() == Method::GET && request.headers().contains_key(header::RANGE);
    if continues && has_range { range(request, size) } else { Part::Whole }
}

/// Whether a request depends on what the client has of a file already.
pub(super) fn is_conditional(request: &HttpRequest) -> bool {
    let conditions = [
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::IF_UNMODIFIED_SINCE,
        header::IF_RANGE,
    ];
    conditions.iter().any(|name| request.headers().contains_key(name))
}

/// Whether the client has begun with another file.
fn is_changed(request: &HttpRequest, Validators { tag, modified }: &Validators) -> bool {
    if request.headers().contains_key(header::IF_MATCH) {
        return matches!(
            IfMatch::parse(request),
            Ok(IfMatch::Items(tags)) if !tags.iter().any(|other| other.strong_eq(tag))
        );
    }
    let (Some(modified), true) = (modified, request.headers().contains_key(header::IF_UNMODIFIED_SINCE)) else {
        return false;
    };
    // The header has whole seconds. A time that cannot be read is ignored.
    IfUnmodifiedSince::parse(request)
        .is_ok_and(|since| SystemTime::from(since.0) + Duration::from_millis(999) < *modified)
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
