//! Sends a file over HTTP: ranges, validators, HEAD, and file names in any script (RFC 9110, RFC 6266).

use super::{
    PageError,
    conditions::{Part, requested_part},
};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        Method, StatusCode,
        header::{
            self, CacheControl, CacheDirective, Charset, ContentDisposition, DispositionParam, DispositionType,
            EntityTag, ExtendedValue,
        },
    },
};
use app::files::AssetFile;
use bytes::Bytes;
use futures::{StreamExt, stream};
use storage::{Blob, Body, Storage};

/// A file whose bytes are at hand, if the request is to get any.
pub(super) struct OpenedFile {
    file: AssetFile,
    part: Part,
    body: Option<Body>,
}

impl OpenedFile {
    /// Opens what a request is to get of a file. This fails where the blob is gone, before anything is counted or sent.
    pub(super) async fn open(file: AssetFile, request: &HttpRequest, storage: &Storage) -> Result<Self, PageError> {
        let part = requested_part(request, &tag(&file), file.size);
        let range = match &part {
            Part::Whole => Some(0..file.size),
            Part::Range(range) => Some(range.clone()),
            Part::NotModified | Part::Changed | Part::Unsatisfiable => None,
        };
        let body = match range.filter(|_| request.method() != Method::HEAD) {
            Some(range) => Some(storage.read(file.blob, range).await?),
            None => None,
        };
        Ok(Self { file, part, body })
    }

    /// What a request is to get of a file whose bytes are in memory.
    pub(super) fn of_bytes(file: AssetFile, bytes: &Bytes, request: &HttpRequest) -> Self {
        let part = requested_part(request, &tag(&file), file.size);
        let slice = |range: &std::ops::Range<u64>| {
            let [start, end] = [range.start, range.end].map(|place| usize::try_from(place).unwrap_or(usize::MAX));
            bytes.slice(start.min(bytes.len())..end.min(bytes.len()))
        };
        let body = match &part {
            Part::Whole => Some(bytes.clone()),
            Part::Range(range) => Some(slice(range)),
            Part::NotModified | Part::Changed | Part::Unsatisfiable => None,
        };
        Self { file, part, body: body.filter(|_| request.method() != Method::HEAD).map(Body::Whole) }
    }

    /// Whether the answer will have bytes.
    pub(super) fn has_bytes(&self) -> bool {
        self.body.is_some()
    }

    /// Whether the answer will have the first byte of the file.
    pub(super) fn has_first_byte(&self) -> bool {
        self.has_bytes() && !matches!(&self.part, Part::Range(range) if range.start > 0)
    }

    /// The answer. `response` may carry cookies already.
    pub(super) fn respond(self, mut response: HttpResponseBuilder) -> HttpResponse {
        let Self { file, part, body } = self;
        // A browser asks again at every use, so that no cached file outlives the link. The tag makes this cheap.
        response.insert_header(CacheControl(vec![CacheDirective::Private, CacheDirective::NoCache]));
        response.insert_header(header::ETag(tag(&file)));
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

/// The tag of a file. It never changes, because a blob never changes under its id.
fn tag(file: &AssetFile) -> EntityTag {
    let (Blob::File(id) | Blob::Proxy(id)) = file.blob;
    EntityTag::new_strong(id.uuid().simple().to_string())
}

/// A header that saves a file under its own name: in UTF-8, and in ASCII for clients that do not know UTF-8.
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
