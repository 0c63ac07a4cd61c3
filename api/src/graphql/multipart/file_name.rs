//! The name of a file as it was before a client wrote it into the head of a part, for which clients have several ways.

use actix_multipart::Field;
use actix_web::http::header::{Charset, ContentDisposition, ExtendedValue};
use encoding_rs::{UTF_8, WINDOWS_1252};

/// The name of the file in a part; empty if it has none.
pub(super) fn of(part: &Field) -> String {
    part.content_disposition().map(name).unwrap_or_default()
}

fn name(disposition: &ContentDisposition) -> String {
    // By RFC 7578 this form has no place in a body, but .NET writes it.
    if let Some(ExtendedValue { charset, value, .. }) = disposition.get_filename_ext() {
        let encoding = if *charset == Charset::Ext("UTF-8".to_owned()) { UTF_8 } else { WINDOWS_1252 };
        return encoding.decode_without_bom_handling(value).0.into_owned();
    }
    let name = disposition.get_filename().unwrap_or_default();
    if name.contains("=?") {
        return of_encoded_words(name);
    }
    unescaped(name)
}

/// The name in the encoded words of RFC 2047, as mail programs and .NET write it. What is no such word stays.
fn of_encoded_words(name: &str) -> String {
    let header = format!("Name: {}", name.replace(['\r', '\n'], " "));
    let decoded = mailparse::parse_header(header.as_bytes()).map(|(header, _)| header.get_value());
    decoded.unwrap_or_else(|_| name.to_owned())
}

/// A name with the three characters restored that browsers escape, by
/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>.
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn a_name_is_what_it_was() {
        for (parameters, is) in [
            (r#"filename="f\u{fc}r Anna.jpg""#.replace("\\u{fc}", "\u{fc}").as_str(), "f\u{fc}r Anna.jpg"),
            (r"filename=photo.jpg", "photo.jpg"),
            (r#"filename="a%22b.jpg""#, "a\"b.jpg"),
            (r#"filename="100%.jpg""#, "100%.jpg"),
            (r#"filename="a\"b.jpg""#, "a\"b.jpg"),
            (r#"filename="=?utf-8?B?ZsO8ci5qcGc=?=""#, "f\u{fc}r.jpg"),
            (r#"filename="=?utf-8?Q?f=C3=BCr_Anna.jpg?=""#, "f\u{fc}r Anna.jpg"),
            (r#"filename="=?iso-8859-1?Q?f=FCr.jpg?=""#, "f\u{fc}r.jpg"),
            (r#"filename="=?utf-8?B?ZsO8?= =?utf-8?B?ci5qcGc=?=""#, "f\u{fc}r.jpg"),
            (r#"filename="a=?b.jpg""#, "a=?b.jpg"),
            (r#"filename="=?utf-8?X?abc?=.jpg""#, "=?utf-8?X?abc?=.jpg"),
            (r"filename=fur.jpg; filename*=utf-8''f%C3%BCr.jpg", "f\u{fc}r.jpg"),
            (r#"filename*=UTF-8''%e6%9d%b1.jpg; filename="east.jpg""#, "\u{6771}.jpg"),
            (r"filename*=iso-8859-1'de'f%FCr.jpg", "f\u{fc}r.jpg"),
            ("", ""),
        ] {
            let header = format!("form-data; name=\"0\"; {parameters}");
            let header = HeaderValue::from_bytes(header.trim_end_matches("; ").as_bytes()).expect("a header");
            let disposition = ContentDisposition::from_raw(&header).expect(parameters);
            assert_eq!(name(&disposition), is, "{parameters}");
        }
    }
}
