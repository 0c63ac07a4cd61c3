//! Files that are part of the binary. Each is compressed when it is asked for the first time, and stays so.

use super::encoding::{Effort, Encoding};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, EntityTag, Header, IfNoneMatch},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// A file that is part of the binary.
pub(crate) struct StaticFile {
    media_type: &'static str,
    cache_control: &'static str,
    content: &'static str,
    tag: OnceLock<String>,
    gzip: OnceLock<Option<Bytes>>,
    zstd: OnceLock<Option<Bytes>>,
}

impl StaticFile {
    #[cfg(test)]
    pub(crate) fn text(&self) -> &'static str {
        self.content
    }

    pub(crate) const fn css(content: &'static str) -> Self {
        Self::new("text/css; charset=utf-8", "public, max-age=300", content)
    }

    pub(crate) const fn script(content: &'static str) -> Self {
        Self::new("text/javascript; charset=utf-8", "public, max-age=300", content)
    }

    pub(crate) const fn svg(content: &'static str) -> Self {
        Self::new("image/svg+xml", "public, max-age=300", content)
    }

    pub(crate) const fn new(media_type: &'static str, cache_control: &'static str, content: &'static str) -> Self {
        Self { media_type, cache_control, content, tag: OnceLock::new(), gzip: OnceLock::new(), zstd: OnceLock::new() }
    }

    /// Sends the file in the encoding that the client likes best, unless the client has it already.
    pub(crate) fn answer(&'static self, request: &HttpRequest) -> HttpResponse {
        let compressed =
            Encoding::accepted(request.headers()).and_then(|encoding| Some((encoding, self.compressed(encoding)?)));
        let tag = self.tag(compressed.as_ref().map(|(encoding, _)| *encoding));
        let is_known = match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => request.headers().contains_key(header::IF_NONE_MATCH),
            Ok(IfNoneMatch::Items(known)) => known.iter().any(|other| other.weak_eq(&tag)),
            Err(_) => false,
        };
        let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer
            .insert_header((header::CACHE_CONTROL, self.cache_control))
            .insert_header((header::VARY, "accept-encoding"))
            .insert_header((header::ETAG, tag.to_string()));
        if is_known {
            return answer.finish();
        }
        answer.content_type(self.media_type);
        match compressed {
            Some((encoding, bytes)) => answer.insert_header((header::CONTENT_ENCODING, encoding.header())).body(bytes),
            None => answer.body(self.content),
        }
    }

    /// The tag of the content in an encoding. Each encoding has its own, because its bytes are others.
    fn tag(&self, encoding: Option<Encoding>) -> EntityTag {
        let hash = || URL_SAFE_NO_PAD.encode(&Sha256::digest(self.content)[..12]);
        let hash = self.tag.get_or_init(hash);
        EntityTag::new_strong(encoding.map_or_else(|| hash.clone(), |encoding| format!("{hash}-{}", encoding.name())))
    }

    /// The compressed content; none, if it is not smaller.
    fn compressed(&self, encoding: Encoding) -> Option<Bytes> {
        let kept = match encoding {
            Encoding::Gzip => &self.gzip,
            Encoding::Zstd => &self.zstd,
        };
        let compress = || encoding.compress(self.content.as_bytes(), Effort::Once);
        kept.get_or_init(|| compress().filter(|bytes| bytes.len() < self.content.len())).clone()
    }
}
