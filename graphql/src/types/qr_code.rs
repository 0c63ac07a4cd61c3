//! `QrCode`.

use app::links;
use async_graphql::SimpleObject;
use base64::{Engine, engine::general_purpose::STANDARD};

/// A QR code to show or print.
#[derive(SimpleObject)]
pub(crate) struct QrCode {
    media_type: &'static str,
    /// The picture in base64.
    data: String,
    data_uri: String,
}

impl From<links::QrCode> for QrCode {
    fn from(links::QrCode { media_type, bytes }: links::QrCode) -> Self {
        let data = STANDARD.encode(bytes);
        let data_uri = format!("data:{media_type};base64,{data}");
        Self { media_type, data, data_uri }
    }
}
