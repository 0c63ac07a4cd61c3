//! The HTML that shows a link in a frame of another page.

/// The largest width and height of an embedded page, in pixels.
pub const MAX_EMBED: i32 = 10_000;

/// The width and height of an embedded page for which none are asked for, in pixels.
pub const EMBED_SIZE: (i32, i32) = (640, 480);

/// An iframe with the page of this URL. If it is responsive, it takes the width that there is, up to its own, and keeps
/// its shape.
///
/// The URL has no character that must be escaped in an attribute. The name of the link may have such characters, and is
/// left out.
pub fn embed_code(url: &str, (width, height): (i32, i32), is_responsive: bool) -> String {
    let frame =
        |size: &str| format!(r#"<iframe src="{url}/embed" {size} title="Shared media" loading="lazy" allowfullscreen"#);
    if is_responsive {
        let inner = frame(r#"style="position:absolute;inset:0;width:100%;height:100%;border:0""#);
        format!(
            r#"<div style="position:relative;width:100%;max-width:{width}px;aspect-ratio:{width}/{height}">{inner}></iframe></div>"#
        )
    } else {
        format!("{} style=\"border:0\"></iframe>", frame(&format!(r#"width="{width}" height="{height}""#)))
    }
}
