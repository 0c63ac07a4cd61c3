//! Captions of videos: files in `WebVTT` or `SubRip` that hang on a video.
//!
//! What browsers get is written anew ([`webvtt`]): the times and the text of each caption, and of its markup what is bold,
//! italic or underlined. So nothing else that somebody has put into the file reaches a visitor: no other tags, no style
//! sheets, no comments.

use std::fmt::Write;

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

/// The captions of a file in `WebVTT` or `SubRip`, written anew as `WebVTT`; none if it has none that can be read. The file is
/// in UTF-8.
pub fn webvtt(file: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(file).ok()?.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut vtt = "WEBVTT\n".to_owned();
    let mut has_any = false;
    let lines: Vec<&str> = text.lines().collect();
    for block in lines.split(|line| line.trim().is_empty()) {
        let mut lines = block.iter().copied();
        // A caption may have a name or a number before its times.
        let times = lines.next().and_then(times).or_else(|| lines.next().and_then(times));
        let Some((start, end, place)) = times else { continue };
        has_any = true;
        let _ = writeln!(vtt, "\n{} --> {}{place}", Time(start), Time(end));
        for line in lines {
            push_text(&mut vtt, line);
            vtt.push('\n');
        }
    }
    has_any.then_some(vtt)
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

/// `01:02:03.004`, or without hours, or with a comma as in `SubRip`, in milliseconds.
fn time(text: &str) -> Option<u64> {
    let (whole, millis) = text.split_once(['.', ','])?;
    let digits = |part: &str, most: usize| {
        let is_number = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<u64>().ok())?
    };
    let mut parts = whole.rsplit(':');
    let (seconds, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let hours = parts.next().map_or(Some(0), |hours| digits(hours, 4))?;
    if parts.next().is_some() || seconds > 59 || minutes > 59 || millis.len() != 3 {
        return None;
    }
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + digits(millis, 3)?)
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

/// The characters with a name in `WebVTT`.
const NAMED: [&str; 6] = ["amp;", "lt;", "gt;", "nbsp;", "lrm;", "rlm;"];

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
                None => vtt.push_str("&lt;"),
            },
            '>' => vtt.push_str("&gt;"),
            '&' if NAMED.iter().any(|name| after.starts_with(name)) => vtt.push('&'),
            '&' => vtt.push_str("&amp;"),
            '\t' => vtt.push(' '),
            c if c.is_control() => {}
            c => vtt.push(c),
        }
    }
}

/// The tag that begins here, and what comes after it; none if this is no tag.
fn tag(text: &str) -> Option<(&str, &str)> {
    let (tag, after) = text.split_once('>')?;
    let is_tag = tag.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.!?".contains(c)) && !tag.contains('<');
    is_tag.then_some((tag, after))
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
        assert_eq!(webvtt(file.as_bytes()).as_deref(), Some(expected));
        assert_eq!(webvtt(expected.as_bytes()).as_deref(), Some(expected));
    }

    #[test]
    fn subrip_becomes_webvtt() {
        let file = "1\n00:00:01,000 --> 00:00:02,500\n<font color=\"#ff0000\">Grüße</font> <i>aus</i>\n\n2\n\
            00:00:03,000 --> 00:00:04,000 X1:10 X2:20\nطوكيو\n";
        let expected =
            "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nGrüße <i>aus</i>\n\n00:00:03.000 --> 00:00:04.000\nطوكيو\n";
        assert_eq!(webvtt(file.as_bytes()).as_deref(), Some(expected));
    }

    #[test]
    fn what_has_no_captions_is_none() {
        let pages: [&[u8]; 6] = [
            b"",
            b"WEBVTT\n",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"00:02.000 --> 00:01.000\nbackwards\n",
            b"0:0:0:01.000 --> 00:99.000\nno time\n",
            b"00:01.000 --> 00:02.000\nGr\xfc\xdfe\n",
        ];
        for page in pages {
            assert_eq!(webvtt(page), None, "{}", String::from_utf8_lossy(page));
        }
    }
}
