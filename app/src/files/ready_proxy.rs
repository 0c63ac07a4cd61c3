//! A proxy that is ready, with all that only ready proxies have.

use domain::{Preset, ProxyState};
use schema::{media::UsersProxy, proxies::Proxy};
use storage::Blob;

/// A proxy that is ready.
#[derive(Debug, Clone, Copy)]
pub struct ReadyProxy<'a> {
    /// Which of the asset's proxies.
    pub preset: Preset,
    /// Its bytes.
    pub blob: Blob,
    /// In bytes.
    pub byte_size: i64,
    /// Its media type.
    pub media_type: &'a str,
    /// In pixels, where it is a picture or a video.
    pub dimensions: Option<(i32, i32)>,
}

impl<'a> ReadyProxy<'a> {
    /// The proxy, if it is ready.
    pub fn of(proxy: &'a Proxy) -> Option<Self> {
        if proxy.state != ProxyState::Ready {
            return None;
        }
        Some(Self {
            preset: proxy.preset,
            blob: Blob::Proxy(proxy.file_id?),
            byte_size: proxy.byte_size?,
            media_type: proxy.media_type.as_deref()?,
            dimensions: proxy.width.zip(proxy.height),
        })
    }

    /// The proxy that a signed-in user asks for, if it is ready.
    pub(crate) fn of_user(proxy: &'a UsersProxy) -> Option<Self> {
        let UsersProxy { preset, state, file_id, media_type, byte_size, width, height } = proxy;
        if *state != ProxyState::Ready {
            return None;
        }
        Some(Self {
            preset: *preset,
            blob: Blob::Proxy((*file_id)?),
            byte_size: (*byte_size)?,
            media_type: media_type.as_deref()?,
            dimensions: width.zip(*height),
        })
    }
}
