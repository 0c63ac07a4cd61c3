//! Captions of videos: files in `WebVTT` or `SubRip` that hang on a video.
//!
//! What browsers get is written anew ([`webvtt`]): the times and the text of each caption, and of its markup what is bold,
//! italic or underlined. So nothing else that somebody has put into the file reaches a visitor: no other tags, no style
//! sheets, no comments.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::{borrow::Cow, fmt::Write};

/// The largest file of captions that is shown, in bytes. Those of a long film have some hundred kilobytes.
pub const MAX_BYTES: i64 = 2 * 1024 * 1024;

/// Which captions a file has, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captions {
    /// The language as a tag of BCP 47, if the name says it.
    pub language: Option<String>,
    /// What people choose: the name of the language in itself, or else that of the file.
    pub label: String,
}

/// The languages that people read by their names; others by their tags.
const LANGUAGES: [(&str, &str); 40] = [
    ("ar", "العربية"),
    ("bg", "Български"),
    ("ca", "Català"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("ga", "Gaeilge"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("nl", "Nederlands"),
    ("no", "Norsk"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("sr", "Српски"),
    ("sv", "Svenska"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("ur", "اردو"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
];

impl Captions {
    /// The captions in a file of this name; none if it is not named like one: `Interview.de.vtt`, `Interview.srt`.
    pub fn named(file_name: &str) -> Option<Self> {
        let (stem, extension) = file_name.rsplit_once('.')?;
        if stem.is_empty() || !["vtt", "srt"].iter().any(|known| extension.eq_ignore_ascii_case(known)) {
            return None;
        }
        let language = stem.rsplit_once('.').map(|(_, tag)| tag).filter(|tag| is_language(tag));
        let label = language.map_or_else(|| stem.to_owned(), name_of);
        Some(Self { language: language.map(str::to_owned), label })
    }
}

/// Whether a part of a name is the tag of a language: two letters, and a region or a script.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_primary = parts.next().is_some_and(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase()));
    is_primary && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn name_of(tag: &str) -> String {
    let (primary, rest) = tag.split_once('-').map_or((tag, None), |(primary, rest)| (primary, Some(rest)));
    let name = LANGUAGES.iter().find(|(code, _)| *code == primary).map_or(primary, |(_, name)| *name);
    rest.map_or_else(|| name.to_owned(), |rest| format!("{name} ({rest})"))
}

/// The captions of a file in `WebVTT` or `SubRip`, written anew as `WebVTT`; without any, if none can be read.
pub fn webvtt(file: &[u8]) -> String {
    let text = decoded(file).replace("\r\n", "\n").replace('\r', "\n");
    let mut vtt = "WEBVTT\n".to_owned();
    for Cue { start, end, place, lines } in cues(&text) {
        let _ = writeln!(vtt, "\n{} --> {}{place}", Time(start), Time(end));
        for line in lines {
            push_text(&mut vtt, line);
            vtt.push('\n');
        }
    }
    vtt
}

/// The text of a file in UTF-8, in UTF-16 with a byte order mark, or else in Windows-1252, which has all of Latin-1.
fn decoded(file: &[u8]) -> Cow<'_, str> {
    let encoding = match Encoding::for_bom(file) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(file).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    encoding.decode_with_bom_removal(file).0
}

/// One caption: its times, its place on the screen, and its lines.
struct Cue<'t> {
    start: u64,
    end: u64,
    place: String,
    lines: Vec<&'t str>,
}

/// The captions of a text. One ends at an empty line, or where the times of the next are.
fn cues(text: &str) -> Vec<Cue<'_>> {
    let mut cues: Vec<Cue<'_>> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let found = times(line);
        let begins = found.is_some() || line.contains("-->") && line.trim().starts_with(|c: char| c.is_ascii_digit());
        match cues.last_mut().filter(|_| is_open) {
            // Without an empty line between, the number of the next one is the last line of this one.
            Some(open) if begins => drop(open.lines.pop_if(|last| last.trim().bytes().all(|b| b.is_ascii_digit()))),
            Some(open) if !line.is_empty() => open.lines.push(line),
            _ => {}
        }
        is_open = if begins { found.is_some() } else { is_open && !line.is_empty() };
        cues.extend(found.map(|(start, end, place)| Cue { start, end, place, lines: Vec::new() }));
    }
    for cue in &mut cues {
        while cue.lines.pop_if(|last| last.trim().is_empty()).is_some() {}
    }
    cues
}

/// Start and end in milliseconds, and the settings of the place on the screen.
fn times(line: &str) -> Option<(u64, u64, String)> {
    let (start, rest) = line.split_once("-->")?;
    let mut words = rest.split_whitespace();
    let (start, end) = (time(start.trim())?, time(words.next()?)?);
    let mut place = String::new();
    for (name, value) in words.filter_map(|word| word.split_once(':')) {
        let is_known = ["vertical", "line", "position", "size", "align"].contains(&name);
        if is_known && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"%.,-".contains(&b)) {
            let _ = write!(place, " {name}:{value}");
        }
    }
    (start < end).then_some((start, end, place))
}

/// `01:02:03.004`, or without hours, or with a comma as in `SubRip`, or with fewer digits, in milliseconds.
fn time(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once(['.', ','])?;
    let digits = |part: &str, most: usize| {
        let is_number = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<u64>().ok())?
    };
    let mut parts = whole.rsplit(':');
    let (seconds, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let hours = parts.next().map_or(Some(0), |hours| digits(hours, 4))?;
    if parts.next().is_some() || seconds > 59 || minutes > 59 {
        return None;
    }
    let millis = digits(fraction, 3)? * [100, 10, 1][fraction.len() - 1];
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + millis)
}

struct Time(u64);

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0 / 1000;
        write!(f, "{:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, self.0 % 1000)
    }
}

/// The tags that are kept.
const TAGS: [&str; 6] = ["b", "i", "u", "/b", "/i", "/u"];

/// The characters with a name, as in HTML.
const NAMED: [(&str, char); 8] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
];

/// Adds a line of text: with the tags that are kept, without others, and with all other signs as text.
fn push_text(vtt: &mut String, line: &str) {
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = after;
        match c {
            '<' => match tag(after) {
                Some((tag, after)) => {
                    if TAGS.contains(&tag) {
                        let _ = write!(vtt, "<{tag}>");
                    }
                    rest = after;
                }
                None => push_char(vtt, c),
            },
            '&' => {
                let (c, after) = named(after).unwrap_or((c, after));
                push_char(vtt, c);
                rest = after;
            }
            // Where `SubRip` has `{\an8}`, as in `SubStation Alpha`, it says how the text looks.
            '{' if after.starts_with('\\') => match ended_by('}', after) {
                Some((_, after)) => rest = after,
                None => push_char(vtt, c),
            },
            c => push_char(vtt, c),
        }
    }
}

/// Adds a character as text.
fn push_char(vtt: &mut String, c: char) {
    match c {
        '&' => vtt.push_str("&amp;"),
        '<' => vtt.push_str("&lt;"),
        '>' => vtt.push_str("&gt;"),
        '\t' => vtt.push(' '),
        c if c.is_control() => {}
        c => vtt.push(c),
    }
}

/// The character whose name or number stands after an `&`, and what comes after it.
fn named(text: &str) -> Option<(char, &str)> {
    let (name, after) = ended_by(';', text)?;
    let number = |number: &str| match number.strip_prefix(['x', 'X']) {
        Some(number) => u32::from_str_radix(number, 16).ok(),
        None => number.parse().ok(),
    };
    let c = match name.strip_prefix('#') {
        Some(text) => char::from_u32(number(text)?)?,
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((c, after))
}

/// The tag that begins here, and what comes after it; none if this is no tag.
fn tag(text: &str) -> Option<(&str, &str)> {
    let (tag, after) = ended_by('>', text)?;
    let is_tag = tag.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.!?".contains(c)) && !tag.contains('<');
    is_tag.then_some((tag, after))
}

/// The longest tag or name of a character, in bytes. The work for a line is proportional to its length, because no end is
/// looked for beyond.
const LONGEST: usize = 200;

/// What comes before this sign of ASCII, and what comes after it.
fn ended_by(end: char, text: &str) -> Option<(&str, &str)> {
    let place = text.bytes().take(LONGEST).position(|byte| char::from(byte) == end)?;
    Some((&text[..place], &text[place + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_tells_the_language() {
        let named = |name: &str| Captions::named(name).map(|found| (found.language, found.label));
        let told = |language: &str, label: &str| Some((Some(language.to_owned()), label.to_owned()));
        assert_eq!(named("Interview.de.vtt"), told("de", "Deutsch"));
        assert_eq!(named("a.b.pt-BR.SRT"), told("pt-BR", "Português (BR)"));
        assert_eq!(named("a.cy.vtt"), told("cy", "cy"));
        for (name, label) in [("Interview.vtt", "Interview"), ("My cut.v2.srt", "My cut.v2"), ("a.DE.vtt", "a.DE")] {
            assert_eq!(named(name), Some((None, label.to_owned())));
        }
        for other in ["", ".vtt", "vtt", "a.txt", "a.vtt.zip", "a.de"] {
            assert_eq!(named(other), None, "{other}");
        }
        assert!(LANGUAGES.is_sorted() && LANGUAGES.iter().all(|(tag, _)| is_language(tag)));
    }

    #[test]
    fn times_and_text_are_written_anew() {
        let file = "\u{feff}WEBVTT - a film\r\nX-TIMESTAMP-MAP=LOCAL:0\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n\
            NOTE who reads this\r\n\r\nfirst\r\n00:01.000 --> 00:02.500 line:0 align:start region:r x:<b>\r\n\
            <v Ada>Look, <b>there</b>!</v>\r\n- 1 < 2 & 3 > 2, R&amp;D\r\n\r\n\r\n01:00:00.000 --> 01:00:01.000\r\n\
            <script>alert(1)</script><img src=x onerror=alert(2)><00:00:01.000>end\0\r\n";
        let expected = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500 line:0 align:start\nLook, <b>there</b>!\n\
            - 1 &lt; 2 &amp; 3 &gt; 2, R&amp;D\n\n01:00:00.000 --> 01:00:01.000\nalert(1)end\n";
        assert_eq!(webvtt(file.as_bytes()), expected);
        assert_eq!(webvtt(expected.as_bytes()), expected);
    }

    #[test]
    fn subrip_becomes_webvtt() {
        let file = "1\n00:00:01,000 --> 00:00:02,500\n<font color=\"#ff0000\">Grüße</font> <i>aus</i>\n\n2\n\
            00:00:03,000 --> 00:00:04,000 X1:10 X2:20\nطوكيو\n";
        let expected =
            "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nGrüße <i>aus</i>\n\n00:00:03.000 --> 00:00:04.000\nطوكيو\n";
        assert_eq!(webvtt(file.as_bytes()), expected);
    }

    #[test]
    fn files_of_other_programs_are_read_as_they_are_meant() {
        let first = "\n00:00:01.000 --> 00:00:02.000\n";
        let second = "\n00:00:03.000 --> 00:00:04.000\n";
        for (file, expected) in [
            // A line of a space is none between captions.
            ("00:01.000 --> 00:02.000\none\n \ntwo\n", format!("{first}one\n \ntwo\n")),
            // The empty line between them is missing.
            (
                "1\n00:00:01,000 --> 00:00:02,000\none\n2\n00:00:03,000 --> 00:00:04,000\ntwo\n",
                format!("{first}one\n{second}two\n"),
            ),
            (
                "1\n00:00:01,000 --> 00:00:02,000\none\n \n2\n00:00:03,000 --> 00:00:04,000\n2\n",
                format!("{first}one\n{second}2\n"),
            ),
            ("00:00:01,0-->00:00:02,00\none\n", format!("{first}one\n")),
            (
                "00:00:01,000 --> 00:00:02,000\n{\\an8}&#60;b&#x3E; &quot;&lt;&apos;&amp;&#10;&#99999999; &x; {a}{\\b\n",
                format!("{first}&lt;b&gt; \"&lt;'&amp;&amp;#99999999; &amp;x; {{a}}{{\\b\n"),
            ),
            // The times of the second are backwards.
            (
                "00:01.000 --> 00:02.000\none --> two\n00:04.000 --> 00:03.000\nthree\n",
                format!("{first}one --&gt; two\n"),
            ),
        ] {
            let vtt = webvtt(file.as_bytes());
            assert_eq!(vtt, format!("WEBVTT\n{expected}"), "{file}");
            assert_eq!(webvtt(vtt.as_bytes()), vtt, "{file}");
        }
    }

    #[test]
    fn captions_are_in_utf_8_or_16_or_latin_1() {
        let text = "00:01.000 --> 00:02.000\nGr\u{fc}\u{df}e\n";
        let units = || text.encode_utf16();
        let little: Vec<u8> = [0xfeff].into_iter().chain(units()).flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = [0xfeff].into_iter().chain(units()).flat_map(u16::to_be_bytes).collect();
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for file in [text.as_bytes(), &little, &big, &latin] {
            assert_eq!(webvtt(file), "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGr\u{fc}\u{df}e\n");
        }
    }

    #[test]
    fn signs_without_an_end_are_text_and_take_no_time() {
        for sign in ["&", "<b", "{\\"] {
            let text = sign.repeat(100_000);
            let vtt = webvtt(format!("00:01.000 --> 00:02.000\n{text}\n").as_bytes());
            assert_eq!(vtt.matches(['&', '{']).count(), 100_000, "{sign}");
        }
    }

    #[test]
    fn what_has_no_captions_is_empty() {
        let pages: [&[u8]; 5] = [
            b"",
            b"WEBVTT\n",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"00:02.000 --> 00:01.000\nbackwards\n",
            b"0:0:0:01.000 --> 00:99.000\nno time\n",
        ];
        for page in pages {
            assert_eq!(webvtt(page), "WEBVTT\n", "{}", String::from_utf8_lossy(page));
        }
    }
}
