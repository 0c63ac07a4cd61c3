//! Sends a blob over HTTP: ranges, validators, HEAD, and file names in any script (RFC 9110, RFC 6266).

use super::PageError;
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            self, CacheControl, CacheDirective, Charset, ContentDisposition, DispositionParam, DispositionType,
            EntityTag, ExtendedValue, Header, IfMatch, IfNoneMatch, IfRange, Range as RangeHeader,
        },
    },
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use std::ops::Range;
use storage::{Blob, Body, Storage};

/// A blob, and what a client is told about it.
pub(crate) struct File {
    pub(crate) blob: Blob,
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) media_type: String,
    /// Saved under this name; shown in place where there is none.
    pub(crate) save_as: Option<String>,
}

/// Which part of a file a request is to get.
enum Part {
    /// Nothing: the client has it already.
    NotModified,
    /// Nothing: the file is not the one that the client has begun with.
    Changed,
    /// Nothing: the range lies outside.
    Unsatisfiable,
    /// All of it.
    Whole,
    /// This range.
    Range(Range<u64>),
}

/// A file whose bytes are at hand, if the request is to get any.
pub(crate) struct Opened {
    file: File,
    part: Part,
    body: Option<Body>,
}

impl File {
    /// A blob never changes under its id.
    fn tag(&self) -> EntityTag {
        let (Blob::File(id) | Blob::Proxy(id)) = self.blob;
        EntityTag::new_strong(id.simple().to_string())
    }

    /// What of the file the request's conditions and range ask for.
    fn part(&self, request: &HttpRequest) -> Part {
        let tag = self.tag();
        if request.headers().contains_key(header::IF_MATCH)
            && let Ok(IfMatch::Items(tags)) = IfMatch::parse(request)
            && !tags.iter().any(|other| other.strong_eq(&tag))
        {
            return Part::Changed;
        }
        if request.headers().contains_key(header::IF_NONE_MATCH) {
            let known = match IfNoneMatch::parse(request) {
                Ok(IfNoneMatch::Any) => true,
                Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|other| other.weak_eq(&tag)),
                Err(_) => false,
            };
            if known {
                return Part::NotModified;
            }
        }
        let unchanged = match request.headers().contains_key(header::IF_RANGE).then(|| IfRange::parse(request)) {
            None => true,
            Some(Ok(IfRange::EntityTag(other))) => other.strong_eq(&tag),
            Some(_) => false,
        };
        if unchanged && request.headers().contains_key(header::RANGE) { self.range(request) } else { Part::Whole }
    }

    /// One range of bytes. Several, other units and nonsense are ignored, as RFC 9110 allows.
    fn range(&self, request: &HttpRequest) -> Part {
        match RangeHeader::parse(request) {
            Ok(RangeHeader::Bytes(ranges)) if ranges.len() == 1 => match ranges[0].to_satisfiable_range(self.size) {
                Some((first, last)) => Part::Range(first..last + 1),
                None => Part::Unsatisfiable,
            },
            _ => Part::Whole,
        }
    }

    /// Opens what a request is to get of it. That fails where the blob is gone, while nothing is counted or sent yet.
    pub(crate) async fn open(self, request: &HttpRequest, storage: &Storage) -> Result<Opened, PageError> {
        let part = self.part(request);
        let range = match &part {
            Part::Whole => Some(0..self.size),
            Part::Range(range) => Some(range.clone()),
            Part::NotModified | Part::Changed | Part::Unsatisfiable => None,
        };
        let body = match range.filter(|_| request.method() != Method::HEAD) {
            Some(range) => Some(storage.read(self.blob, range).await?),
            None => None,
        };
        Ok(Opened { file: self, part, body })
    }
}

impl Opened {
    /// Whether bytes will be sent.
    pub(crate) fn has_bytes(&self) -> bool {
        self.body.is_some()
    }

    /// Whether the first byte will be among them.
    pub(crate) fn has_first_byte(&self) -> bool {
        self.has_bytes() && !matches!(&self.part, Part::Range(range) if range.start > 0)
    }

    /// The answer. `response` may carry cookies already.
    pub(crate) fn respond(self, mut response: HttpResponseBuilder) -> HttpResponse {
        let Self { file, part, body } = self;
        // Every use asks again, so that nothing outlives the link; the tag makes that cheap.
        response.insert_header(CacheControl(vec![CacheDirective::Private, CacheDirective::NoCache]));
        response.insert_header(header::ETag(file.tag()));
        response.insert_header((header::ACCEPT_RANGES, "bytes"));
        response.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
        response.insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
        response.insert_header((header::REFERRER_POLICY, "no-referrer"));
        response.insert_header(("x-robots-tag", "noindex"));
        let length = match part {
            Part::NotModified => return response.status(StatusCode::NOT_MODIFIED).finish(),
            Part::Changed => return response.status(StatusCode::PRECONDITION_FAILED).finish(),
            Part::Unsatisfiable => {
                response.insert_header((header::CONTENT_RANGE, format!("bytes */{}", file.size)));
                return response.status(StatusCode::RANGE_NOT_SATISFIABLE).finish();
            }
            Part::Whole => {
                response.status(StatusCode::OK);
                file.size
            }
            Part::Range(range) => {
                let content_range = format!("bytes {}-{}/{}", range.start, range.end - 1, file.size);
                response.insert_header((header::CONTENT_RANGE, content_range));
                response.status(StatusCode::PARTIAL_CONTENT);
                range.end - range.start
            }
        };
        response.content_type(file.media_type.as_str());
        if let Some(name) = &file.save_as {
            response.insert_header(attachment(name));
        }
        match body {
            // HEAD.
            None => response.body(SizedStream::new(length, stream::empty::<Result<Bytes, std::io::Error>>())),
            Some(Body::Whole(bytes)) => response.body(bytes),
            Some(Body::Stream(stream)) => {
                response.body(SizedStream::new(length, stream.map(|piece| piece.map_err(std::io::Error::other))))
            }
        }
    }
}

/// A header that saves a file under its own name: in UTF-8, and in ASCII for clients that know no other.
fn attachment(name: &str) -> ContentDisposition {
    let ascii: String = name
        .chars()
        .map(|c| if c.is_ascii() && !c.is_ascii_control() && c != '"' && c != '\\' { c } else { '_' })
        .collect();
    let mut parameters = vec![DispositionParam::Filename(ascii)];
    if !name.is_ascii() {
        let value = name.as_bytes().to_vec();
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".into()),
            language_tag: None,
            value,
        }));
    }
    ContentDisposition { disposition: DispositionType::Attachment, parameters }
}
