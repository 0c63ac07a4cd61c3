//! Translates syntax errors of apollo-compiler into the words of graphql-js: what was expected, and what was found.

/// The message for a syntax error of the parser at this offset of the text.
pub(super) fn message(parsers: &str, text: &str, offset: usize) -> String {
    let found = found(text, offset);
    let quotes_nothing = parsers.contains("unterminated") || parsers.contains("end of data while lexing");
    if quotes_nothing {
        return "Syntax Error: Unterminated string.".to_owned();
    }
    match expected(parsers) {
        Some(expected) => format!("Syntax Error: Expected {expected}, found {found}."),
        None if is_about_a_character(parsers) => format!("Syntax Error: {}.", sentence(parsers)),
        None => format!("Syntax Error: Unexpected {found}."),
    }
}

/// What the parser expects, in the words of graphql-js.
fn expected(parsers: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 16] = [
        ("expected R_CURLY", "Name"),
        ("expected L_CURLY", "\"{\""),
        ("expected R_PAREN", "Name"),
        ("expected R_BRACK", "\"]\""),
        ("expected COLON", "\":\""),
        ("expected on", "\"on\""),
        ("expected 'on'", "\"on\""),
        ("expected at least one Selection", "Name"),
        ("expected a Selection Set", "\"{\""),
        ("expected Selection Set", "\"{\""),
        ("expected an Argument", "Name"),
        ("expected a Variable", "\"$\""),
        ("expected a Name", "Name"),
        ("expected Fragment Name", "Name"),
        ("expected a Type", "Name"),
        ("expected a type", "Name"),
    ];
    WORDS.iter().find(|(begin, _)| parsers.starts_with(begin)).map(|(_, word)| *word)
}

/// Whether the parser's message tells more than which token is wrong: about numbers, escapes and invalid characters.
fn is_about_a_character(parsers: &str) -> bool {
    ["character", "escape", "surrogate", "leading zero", "line terminator", "spread operator", "float value"]
        .iter()
        .any(|subject| parsers.contains(subject))
}

fn sentence(parsers: &str) -> String {
    let mut characters = parsers.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect::<String>().replace('`', "\"")
}

/// The token at this offset, in the words of graphql-js.
fn found(text: &str, offset: usize) -> String {
    let rest = text.get(offset..).unwrap_or_default();
    let rest = rest.trim_start_matches(|sign: char| sign.is_whitespace() || sign == ',' || sign == '\u{feff}');
    let Some(first) = rest.chars().next() else { return "<EOF>".to_owned() };
    let word = |is_part: fn(char) -> bool| rest.chars().take_while(|sign| is_part(*sign)).take(40).collect::<String>();
    match first {
        '"' => "String".to_owned(),
        '.' => "\"...\"".to_owned(),
        '_' | 'a'..='z' | 'A'..='Z' => format!("Name \"{}\"", word(|sign| sign == '_' || sign.is_ascii_alphanumeric())),
        '-' | '0'..='9' => format!("Int \"{}\"", word(|sign| sign == '-' || sign.is_ascii_digit())),
        sign => format!("\"{sign}\""),
    }
}
