//! The HTML by which another site shows the page of a link.

use crate::{Error, Services};
use domain::LinkKind;
use schema::links::Link;

/// The largest width and height of an embedded page, in pixels.
const MAX_EDGE: i32 = 10_000;

/// The width and height of an embedded page for which the client gave none, in pixels.
pub const EMBED_SIZE: (i32, i32) = (640, 480);

/// An iframe that shows the page of a link; none for a download link, which has no page. If it is responsive, it takes
/// the width that there is, up to its own, and keeps its shape.
pub fn embed_code(
    services: &Services,
    link: &Link,
    (width, height): (i32, i32),
    is_responsive: bool,
) -> Result<Option<String>, Error> {
    if link.kind == LinkKind::Download {
        return Ok(None);
    }
    if !(1..=MAX_EDGE).contains(&width) || !(1..=MAX_EDGE).contains(&height) {
        return Err(Error::BadInput(format!("Width and height are between 1 and {MAX_EDGE} pixels.")));
    }
    let url = services.link_url(link)?;
    // The URL has no character that must be escaped in an attribute. The name may have such characters, and is left out.
    let about = r#"title="Shared media" loading="lazy" allowfullscreen"#;
    Ok(Some(if is_responsive {
        format!(
            r#"<div style="position:relative;width:100%;max-width:{width}px;aspect-ratio:{width}/{height}"><iframe src="{url}/embed" {about} style="position:absolute;inset:0;width:100%;height:100%;border:0"></iframe></div>"#
        )
    } else {
        format!(r#"<iframe src="{url}/embed" width="{width}" height="{height}" {about} style="border:0"></iframe>"#)
    }))
}
