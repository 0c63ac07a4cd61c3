//! SVG: its size, and that it reaches nothing and ends.

use super::{draw, to_png};
use crate::{MediaError, ProxySpec, Rendered, pictures, program::Limits, test_files::on_disk};
use domain::{Preset, media::sniff};
use flate2::{Compression, write::GzEncoder};
use image::{DynamicImage, GenericImageView, ImageFormat, RgbImage};
use std::{fmt::Write as _, io::Write as _, net::TcpListener, time::Duration};

mod files;

const NAMESPACES: &str = r#"xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink""#;

async fn made(bytes: &[u8], media_type: &str) -> Result<Rendered, MediaError> {
    let wanted = [(Preset::Preview, 1280), (Preset::Thumbnail, 320)];
    let wanted = wanted.map(|(preset, size)| ProxySpec { rendition: preset.plain(), size });
    pictures(on_disk(bytes).path(), media_type, wanted.to_vec(), None).await
}

async fn refused(text: &str) -> String {
    match made(text.as_bytes(), "image/svg+xml").await {
        Err(MediaError::Unusable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

fn shown(made: &Rendered, at: usize) -> DynamicImage {
    image::load_from_memory(&made.proxies[at].bytes).unwrap()
}

fn svg(content: &str) -> String {
    format!(
        r#"<svg {NAMESPACES} width="40" height="20"><rect width="20" height="20" fill="rgb(200,10,10)"/>{content}</svg>"#
    )
}

#[tokio::test]
async fn an_icon_is_drawn_large_and_its_size_is_told() {
    let text = svg("");
    assert_eq!(sniff(text.as_bytes()).media_type, "image/svg+xml");
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let identified = crate::identify(on_disk(&packed).path()).await.unwrap();
    for (bytes, media_type) in [(text.as_bytes(), "image/svg+xml"), (&packed, identified.media.media_type)] {
        let made = made(bytes, media_type).await.unwrap();
        assert_eq!((made.width, made.height), (40, 20));
        assert_eq!((made.proxies[0].width, made.proxies[0].height, made.proxies[1].width), (1280, 640, 320));
        assert_eq!(shown(&made, 0).get_pixel(600, 300).0, [200, 10, 10, 255]);
        // Nothing was drawn there.
        assert_eq!(shown(&made, 1).get_pixel(200, 80).0[3], 0);
    }
}

#[tokio::test]
async fn an_svg_of_any_size_is_drawn() {
    for (size, told, drawn) in [
        (r#"width="1e9" height="1e9""#, (1280, 1280), (1280, 1280)),
        (r#"width="100000" height="1""#, (100_000, 1), (1280, 1)),
        (r#"viewBox="0 0 40 10""#, (40, 10), (1280, 320)),
        (r#"width="50%" height="50%" viewBox="0 0 40 10""#, (40, 10), (1280, 320)),
    ] {
        let text = format!(r#"<svg {NAMESPACES} {size}><rect width="1e9" height="1e9"/></svg>"#);
        let made = made(text.as_bytes(), "image/svg+xml").await.unwrap();
        assert_eq!(
            ((made.width, made.height), (made.proxies[0].width, made.proxies[0].height)),
            (told, drawn),
            "{size}"
        );
    }
}

#[tokio::test]
async fn an_svg_reaches_no_other_file_and_no_network() {
    // A white picture, which must not be seen where nothing is drawn.
    let other = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    let white = RgbImage::from_pixel(8, 8, image::Rgb([255; 3]));
    DynamicImage::ImageRgb8(white).save_with_format(other.path(), ImageFormat::Png).unwrap();
    let style = tempfile::Builder::new().suffix(".css").tempfile().unwrap();
    std::fs::write(style.path(), "rect { fill: white }").unwrap();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let address = server.local_addr().unwrap();
    let (path, name) = (other.path().display(), other.path().file_name().unwrap().display());
    let css = style.path().display();
    let image = |href: &str| format!(r#"<image x="20" width="20" height="20" href="{href}" xlink:href="{href}"/>"#);
    for content in [
        image(&format!("file://{path}")),
        image(&path.to_string()),
        image(&format!("../{name}")),
        image(&format!("http://{address}/a.png")),
        format!(r#"<style>@import url("file://{css}"); @import url("http://{address}/a.css");</style>"#),
        format!(r#"<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{path}" parse="text"/>"#),
        format!(
            r#"<filter id="f"><feImage href="file://{path}"/></filter><rect x="20" width="20" height="20" filter="url(#f)"/>"#
        ),
        format!(
            r#"<use href="file://{path}#a"/><foreignObject width="40" height="40"><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://{address}"/></foreignObject>"#
        ),
        format!(r#"<script href="http://{address}/a.js"/><script>document.documentElement.remove()</script>"#),
    ] {
        let drawn = to_png(on_disk(svg(&content).as_bytes()).path(), 40).await;
        let drawn = drawn.unwrap_or_else(|error| panic!("{content}: {error}"));
        let picture = image::open(&drawn.png).unwrap();
        assert_eq!(picture.get_pixel(5, 5).0, [200, 10, 10, 255], "{content}");
        let beside = picture.get_pixel(30, 10).0;
        assert!(beside[..3] != [255; 3], "{content}: {beside:?}");
    }
    let included = std::io::ErrorKind::WouldBlock;
    assert_eq!(server.accept().unwrap_err().kind(), included, "something was asked for");
    let entity = format!(r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{}"#, svg("<text>&x;</text>"));
    assert!(refused(&entity).await.contains("names that it does not define"));
}

#[tokio::test]
async fn a_picture_within_an_svg_is_drawn() {
    // A red pixel.
    let gif = "R0lGODlhAQABAIAAAP8AAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==";
    let content = format!(r#"<image x="20" width="20" height="20" xlink:href="data:image/gif;base64,{gif}"/>"#);
    let drawn = to_png(on_disk(svg(&content).as_bytes()).path(), 40).await.unwrap();
    assert_eq!(image::open(&drawn.png).unwrap().get_pixel(30, 10).0, [255, 0, 0, 255]);
}

#[tokio::test]
async fn an_svg_that_would_never_end_is_refused() {
    let mut uses = String::from(r#"<defs><rect id="a0" width="5" height="5"/>"#);
    for level in 1..30 {
        let inner = format!(r##"<use xlink:href="#a{}"/>"##, level - 1).repeat(10);
        write!(uses, r#"<g id="a{level}">{inner}</g>"#).unwrap();
    }
    uses += r##"</defs><use xlink:href="#a29"/>"##;
    let blur = r#"<feGaussianBlur stdDeviation="1e5"/><feMorphology operator="dilate" radius="1e5"/><feTurbulence numOctaves="100000000" baseFrequency="1"/>"#;
    let filters = format!(
        r#"<filter id="f" x="-1e5" y="-1e5" width="1e6" height="1e6">{}</filter><rect width="5" height="5" filter="url(#f)"/>"#,
        blur.repeat(20)
    );
    // Other programs may keep the machine busy.
    let limits = Limits { timeout: Duration::from_mins(5), ..Limits::seconds(1, 1_000_000_000) };
    for content in [uses, filters] {
        let drawn = draw(on_disk(svg(&content).as_bytes()).path(), 2560, limits).await;
        match drawn {
            Err(MediaError::Unusable(reason)) => {
                assert!(reason.contains("too long") || reason.contains("cannot be drawn"), "{reason}");
            }
            // Newer versions leave out what they refuse to draw.
            Ok(drawn) => assert!(drawn.png.is_file()),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_svg_that_cannot_be_drawn_is_refused_with_a_reason() {
    let nested = format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000));
    let entities = (1..12).fold(String::from(r#"<!ENTITY a0 "aaaaaaaaaa">"#), |mut all, level| {
        let inner = format!("&a{};", level - 1).repeat(10);
        write!(all, r#"<!ENTITY a{level} "{inner}">"#).unwrap();
        all
    });
    for (text, part) in [
        (svg("<g>"), "well-formed"),
        (svg(&nested), "nested too deeply"),
        (format!("<!DOCTYPE svg [{entities}]>{}", svg("<text>&a11;</text>")), "become too long"),
        (format!(r#"<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]>{}"#, svg("<text>&a;</text>")), "in a circle"),
        (svg("<text>&nbsp;</text>"), "names that it does not define"),
        (svg(r#"<sodipodi:namedview a="b"/>"#), "names that it does not define"),
        (svg(&"<g/>".repeat(1_000_001)), "more than a million elements"),
        (format!(r#"<svg {NAMESPACES} width="0" height="0"/>"#), "has no size"),
    ] {
        let reason = refused(&text).await;
        assert!(reason.contains(part) && !reason.contains("/tmp"), "{part}: {reason}");
    }
}
