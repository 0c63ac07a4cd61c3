//! Sends a file over HTTP: ranges, validators, HEAD, and file names in any script (RFC 9110, RFC 6266).

use super::{
    PageError,
    conditions::{Part, Validators, requested_part},
    storage_address,
};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::{BoxBody, MessageBody, SizedStream},
    http::{
        Method, StatusCode,
        header::{
            self, CacheControl, CacheDirective, Charset, ContentDisposition, DispositionParam, DispositionType,
            EntityTag, ExtendedValue, HttpDate,
        },
    },
};
use app::files::AssetFile;
use bytes::Bytes;
use futures::{StreamExt, stream};
use std::ops::Range;
use storage::{Blob, Body, SavedAs, Storage};

/// What a client is told about a file, and which part of it the request is to get.
pub(super) struct FileHead {
    size: u64,
    media_type: String,
    save_as: Option<String>,
    validators: Validators,
    part: Part,
}

impl FileHead {
    /// Reads the conditions of a request about a file.
    pub(super) fn new(
        request: &HttpRequest,
        validators: Validators,
        size: u64,
        media_type: &str,
        save_as: Option<String>,
    ) -> Self {
        let part = requested_part(request, &validators, size);
        Self { size, media_type: media_type.to_owned(), save_as, validators, part }
    }

    /// The range whose bytes the answer is to have; none for HEAD.
    pub(super) fn range(&self, request: &HttpRequest) -> Option<Range<u64>> {
        self.part.range(self.size).filter(|_| request.method() != Method::HEAD)
    }

    /// The answer, with a body of as many bytes as [`Self::range`] has. `response` may carry cookies already.
    pub(super) fn respond(self, mut response: HttpResponseBuilder, body: Option<BoxBody>) -> HttpResponse {
        let Self { size, media_type, save_as, validators, part } = self;
        // A browser asks again at every use, so that no cached file outlives the link. The tag makes this cheap.
        response.insert_header(CacheControl(vec![CacheDirective::Private, CacheDirective::NoCache]));
        response.insert_header(header::ETag(validators.tag));
        if let Some(modified) = validators.modified {
            response.insert_header(header::LastModified(HttpDate::from(modified)));
        }
        response.insert_header((header::ACCEPT_RANGES, "bytes"));
        response.insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
        response.insert_header((header::REFERRER_POLICY, "no-referrer"));
        response.insert_header(("x-robots-tag", "noindex"));
        let length = match part {
            Part::NotModified => return response.status(StatusCode::NOT_MODIFIED).finish(),
            Part::Changed => return response.status(StatusCode::PRECONDITION_FAILED).finish(),
            Part::Unsatisfiable => {
                response.insert_header((header::CONTENT_RANGE, format!("bytes */{size}")));
                return response.status(StatusCode::RANGE_NOT_SATISFIABLE).finish();
            }
            Part::Whole => {
                response.status(StatusCode::OK);
                size
            }
            Part::Range(range) => {
                let content_range = format!("bytes {}-{}/{size}", range.start, range.end - 1);
                response.insert_header((header::CONTENT_RANGE, content_range));
                response.status(StatusCode::PARTIAL_CONTENT);
                range.end - range.start
            }
        };
        response.content_type(media_type.as_str());
        if let Some(name) = &save_as {
            response.insert_header(attachment(name));
        }
        // HEAD has the length of the body and no body.
        let nothing = || SizedStream::new(length, stream::empty::<Result<Bytes, std::io::Error>>()).boxed();
        response.body(body.unwrap_or_else(nothing))
    }
}

/// Sends a file, and once more if it is missing: a file that was replaced after its row was read, by one with a new
/// watermark, is there at the second time.
pub(super) async fn send_or_replaced(
    send: impl AsyncFn() -> Result<HttpResponse, PageError>,
) -> Result<HttpResponse, PageError> {
    match send().await {
        Err(PageError::Missing) => send().await,
        answer => answer,
    }
}

/// A file whose bytes are at hand, if the request is to get any.
pub(super) struct OpenedFile {
    head: FileHead,
    range: Option<Range<u64>>,
    source: Source,
}

/// Where the bytes come from that a request is to get.
enum Source {
    /// It is to get none.
    None,
    /// From here.
    Body(Body),
    /// From an address of the storage.
    Address(String),
}

impl OpenedFile {
    /// Opens what a request is to get of a file. This fails where the blob is gone, before anything is counted or sent.
    pub(super) async fn open(file: AssetFile, request: &HttpRequest, storage: &Storage) -> Result<Self, PageError> {
        let blob = file.blob;
        let (head, range) = Self::head(file, request);
        let source = match range.clone() {
            Some(range) => Source::Body(storage.read(blob, range).await?),
            None => Source::None,
        };
        Ok(Self { head, range, source })
    }

    /// The same for a file that may leave by an address of the storage, if it has addresses and the request gains by one.
    pub(super) async fn open_or_address(
        file: AssetFile,
        request: &HttpRequest,
        storage: &Storage,
    ) -> Result<Self, PageError> {
        let (head, range) = Self::head(file.clone(), request);
        if let (Some(range), Some(name)) = (&range, &file.save_as)
            && storage_address::is_wanted(request, range)
        {
            let saved = SavedAs { media_type: &file.media_type, disposition: &attachment(name).to_string() };
            if let Some(address) = storage.address(file.blob, saved).await? {
                return Ok(Self { head, range: Some(range.clone()), source: Source::Address(address) });
            }
        }
        Self::open(file, request, storage).await
    }

    /// What a request is to get of a file whose bytes are in memory.
    pub(super) fn of_bytes(file: AssetFile, bytes: &Bytes, request: &HttpRequest) -> Self {
        let (head, range) = Self::head(file, request);
        let source = range.clone().map_or(Source::None, |range| {
            let [start, end] = [range.start, range.end].map(|place| usize::try_from(place).unwrap_or(usize::MAX));
            Source::Body(Body::Whole(bytes.slice(start.min(bytes.len())..end.min(bytes.len()))))
        });
        Self { head, range, source }
    }

    fn head(file: AssetFile, request: &HttpRequest) -> (FileHead, Option<Range<u64>>) {
        let validators = Validators { tag: tag(&file), modified: None };
        let head = FileHead::new(request, validators, file.size, &file.media_type, file.save_as);
        let range = head.range(request);
        (head, range)
    }

    /// Whether the answer will have bytes.
    pub(super) fn has_bytes(&self) -> bool {
        self.range.is_some()
    }

    /// Whether the answer will have the first byte of the file.
    pub(super) fn has_first_byte(&self) -> bool {
        self.range.as_ref().is_some_and(|range| range.start == 0)
    }

    /// The answer. `response` may carry cookies already.
    pub(super) fn respond(self, response: HttpResponseBuilder) -> HttpResponse {
        let length = self.range.map_or(0, |range| range.end - range.start);
        let body = match self.source {
            Source::Address(address) => return storage_address::lead_to(&address, response),
            Source::None => None,
            Source::Body(Body::Whole(bytes)) => Some(bytes.boxed()),
            Source::Body(Body::Stream(stream)) => {
                Some(SizedStream::new(length, stream.map(|piece| piece.map_err(std::io::Error::other))).boxed())
            }
        };
        self.head.respond(response, body)
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
