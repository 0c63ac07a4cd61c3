//! SVGs as programs write them: in other encodings, compressed, with long beginnings and large pictures; and what is
//! missing in a drawing.

use super::{NAMESPACES, made, shown, svg};
use crate::{MediaError, identify, test_files::on_disk};
use domain::AssetKind;
use flate2::{Compression, write::GzEncoder};
use image::GenericImageView;
use std::{fmt::Write as _, io::Write as _};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// What a file is identified as.
async fn identified(bytes: &[u8]) -> &'static str {
    identify(on_disk(bytes).path()).await.unwrap().media.media_type
}

/// Draws a file as what it is identified as, and checks that it is the picture of [`svg`].
async fn assert_drawn(bytes: &[u8], what: &str) {
    let made = made(bytes, identified(bytes).await).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!((made.width, made.height, made.warning.as_deref()), (40, 20, None), "{what}");
    assert_eq!(shown(&made, 0).get_pixel(600, 300).0, [200, 10, 10, 255], "{what}");
}

#[tokio::test]
async fn an_svg_is_drawn_in_every_encoding() {
    let text = |name: &str| format!(r#"<?xml version="1.0" encoding="{name}"?><!-- Größe -->{}"#, svg(""));
    let latin = |text: String| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<_>>();
    let utf16 = |text: String, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<_>>();
    for (what, bytes) in [
        ("Latin-1", latin(text("ISO-8859-1"))),
        ("Latin-1 that is said to be UTF-8", latin(text("UTF-8"))),
        ("UTF-16 LE with a mark", utf16(format!("\u{feff}{}", text("UTF-16")), u16::to_le_bytes)),
        ("UTF-16 BE with a mark", utf16(format!("\u{feff}{}", text("UTF-16")), u16::to_be_bytes)),
        ("UTF-16 LE", utf16(text("UTF-16LE"), u16::to_le_bytes)),
        ("UTF-16 BE", utf16(text("UTF-16BE"), u16::to_be_bytes)),
        ("zeros at the end", [text("UTF-8").as_bytes(), &[0; 100]].concat()),
        ("a line before the declaration", format!("\n{}", text("UTF-8")).into_bytes()),
    ] {
        assert_drawn(&bytes, what).await;
    }
}

#[tokio::test]
async fn an_svg_is_known_behind_a_long_beginning() {
    let comment = format!("<!--{}-->", "licence\n".repeat(20_000));
    let mut entities = String::new();
    for number in 0..1000 {
        write!(entities, r#"<!ENTITY a{number} "http://ns.adobe.com/{number}/">"#).unwrap();
    }
    let text = svg("").replace(r#"xmlns="http://www.w3.org/2000/svg""#, r#"content="x" xmlns="&ns_svg;""#);
    let content = "x".repeat(50_000);
    for text in [
        format!("{comment}{}", svg("")),
        format!("<?xml version='1.0'?>{comment}<!DOCTYPE svg>{}", svg("")),
        format!(r#"<!DOCTYPE svg [{entities}<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>{text}"#),
        svg("").replace("<svg ", &format!(r#"<svg content="{content}" "#)),
    ] {
        assert_drawn(text.as_bytes(), &text[..50]).await;
        assert_drawn(&packed(text.as_bytes()), &text[..50]).await;
    }
}

#[tokio::test]
async fn an_svg_is_drawn_that_is_compressed_in_several_parts() {
    let text = svg("");
    let (one, other) = text.as_bytes().split_at(30);
    let parts = [packed(one), packed(other)].concat();
    for bytes in [[&parts[..], &[0; 512]].concat(), [packed(b""), parts.clone()].concat(), parts] {
        assert_eq!(identified(&bytes).await, "image/svg+xml-compressed");
        assert_drawn(&bytes, "several parts").await;
    }
    // A text of 70 MB.
    let bomb = packed(svg(&" ".repeat(70_000_000)).as_bytes());
    let refusal = made(&bomb, identified(&bomb).await).await.unwrap_err();
    assert!(matches!(&refusal, MediaError::Unusable(reason) if reason.contains("more than 64 MB")), "{refusal:?}");
    assert_eq!(identified(&packed(b"<html><svg>")).await, "application/gzip");
}

#[tokio::test]
async fn a_text_that_only_begins_like_an_svg_is_a_document() {
    let icon = svg("");
    for text in [
        format!("{icon}\n# The project\n"),
        format!("{icon}\n<script>export default {{}}</script>\n"),
        format!("<!DOCTYPE html>\n{icon}"),
        r#"<svg width="3"> is a tag"#.to_owned(),
        format!("<!-- {} -->\n<html>{icon}</html>", "a licence ".repeat(2000)),
    ] {
        let found = identify(on_disk(text.as_bytes()).path()).await.unwrap();
        assert_eq!(found.media.kind, AssetKind::Document, "{text:.100}");
    }
    // A damaged one stays a picture, which cannot be shown.
    assert_eq!(identified(&icon.as_bytes()[..icon.len() - 10]).await, "image/svg+xml");
}

#[tokio::test]
async fn a_large_picture_within_an_svg_is_drawn() {
    // A red pixel, with 12 MB of zeros behind its end.
    let gif = format!("R0lGODlhAQABAIAAAP8AAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOwAA{}", "AAAA".repeat(3_000_000));
    let image = format!(r#"<image x="20" width="20" height="20" xlink:href="data:image/gif;base64,{gif}"/>"#);
    let definitions = r#"<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>"#;
    for text in [svg(&image), format!("{definitions}{}", svg(&image))] {
        let made = made(text.as_bytes(), identified(text.as_bytes()).await).await.unwrap();
        let [red, rest @ ..] = shown(&made, 0).get_pixel(900, 300).0;
        assert!(red > 250 && rest == [0, 0, 255], "{red} {rest:?}");
    }
    // Entities that multiply stay forbidden.
    let definitions = r#"<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>"#;
    let refusal = made(format!("{definitions}{}", svg(&image)).as_bytes(), "image/svg+xml").await.unwrap_err();
    assert!(matches!(&refusal, MediaError::Unusable(reason) if reason.contains("and defines entities")), "{refusal:?}");
}

#[tokio::test]
async fn what_is_missing_in_a_drawing_is_told() {
    let image = r#"<image x="20" width="20" height="20" xlink:href="photo.jpg"/>"#;
    let html = r#"<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>"#;
    let nothing =
        format!(r#"<svg {NAMESPACES} width="40" height="20"><rect width="20" height="20" fill="none"/></svg>"#);
    for (text, part) in [
        (svg(image), Some("pictures or parts in other files")),
        (svg("<style>@import url('https://example.com/a.css');</style>"), Some("style sheets in other files")),
        (svg(html), Some("foreignObject")),
        (svg(&image.replace("photo.jpg", "data:image/webp;base64,UklGRg==")), Some("WebP, AVIF, or SVG themselves")),
        (svg("<style>@font-face { font-family: A; src: url(data:font/woff2;base64,AAAA) }</style>"), Some("fonts")),
        (nothing, Some("comes out empty")),
        (svg(""), None),
    ] {
        for bytes in [text.clone().into_bytes(), packed(text.as_bytes())] {
            let warning = made(&bytes, identified(&bytes).await).await.unwrap().warning;
            let is_right = match (warning.as_deref(), part) {
                (Some(warning), Some(part)) => warning.contains(part),
                (warning, part) => warning == part,
            };
            assert!(is_right, "{text}: {warning:?}");
        }
    }
}
