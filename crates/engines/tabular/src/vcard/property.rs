use encoding_rs::Encoding;

use crate::decode::{self, TextCoding};

/// One property of a card: `item1.TEL;TYPE=cell,pref:+1 555`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// Without its group, in upper case.
    pub(super) name: String,
    /// Values of `TYPE` (and 2.1's bare parameters), in lower case.
    pub(super) types: Vec<String>,
    /// Decoded, its escapes left in.
    pub(super) value: String,
    /// Whether bytes that were not UTF-8 were read as Windows-1252.
    pub(super) foreign: bool,
}

impl Property {
    /// `None` where no colon ends a name.
    pub(super) fn parse(line: &[u8], coding: TextCoding) -> Option<Self> {
        let colon = value_start(line)?;
        let head = String::from_utf8_lossy(line.get(..colon)?).into_owned();
        let mut parts = head.split(';');
        let name = parts.next()?.rsplit('.').next()?.trim().to_ascii_uppercase();
        let (mut types, mut charset, mut encoded) = (Vec::new(), None, false);
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or(("TYPE", part));
            let value = value.trim().trim_matches('"');
            match key.trim().to_ascii_uppercase().as_str() {
                "CHARSET" => charset = Encoding::for_label(value.as_bytes()),
                "ENCODING" => encoded = value.eq_ignore_ascii_case("QUOTED-PRINTABLE"),
                "PREF" => types.push("pref".to_owned()),
                "TYPE" if value.eq_ignore_ascii_case("QUOTED-PRINTABLE") => encoded = true,
                "TYPE" => types.extend(value.split(',').map(|t| t.trim().to_lowercase())),
                _ => {}
            }
        }
        if name.is_empty() || name.contains(char::is_whitespace) {
            return None;
        }
        let raw = line.get(colon + 1..)?;
        let bytes = if encoded { quoted_printable(raw) } else { raw.to_vec() };
        let (value, foreign) = text(&bytes, charset, coding);
        Some(Self { name, types, value, foreign })
    }

    /// Whether `TYPE` has one of these.
    pub(super) fn is(&self, types: &[&str]) -> bool {
        self.types.iter().any(|t| types.contains(&t.as_str()))
    }

    /// The whole value with its escapes undone (RFC 6350 §3.4).
    pub(super) fn text(&self) -> String {
        unescape(self.value.trim())
    }

    /// The components of a structured value, which stand between semicolons; the several values of one, which
    /// stand between commas, with blanks between them.
    pub(super) fn components(&self) -> Vec<String> {
        split(&self.value, ';')
            .into_iter()
            .map(|part| {
                let values: Vec<String> =
                    split(part, ',').into_iter().map(|v| unescape(v.trim())).collect();
                values.join(" ").trim().to_owned()
            })
            .collect()
    }

    /// The values of a list, which stand between commas.
    pub(super) fn list(&self) -> Vec<String> {
        split(&self.value, ',').into_iter().map(|v| unescape(v.trim())).collect()
    }
}

/// The colon before the value: the first that is not in quotes.
fn value_start(line: &[u8]) -> Option<usize> {
    let mut quoted = false;
    line.iter().position(|b| {
        quoted ^= *b == b'"';
        *b == b':' && !quoted
    })
}

fn text(bytes: &[u8], charset: Option<&'static Encoding>, coding: TextCoding) -> (String, bool) {
    if let Some(charset) = charset.filter(|c| *c != encoding_rs::UTF_8) {
        return (charset.decode_without_bom_handling(bytes).0.into_owned(), false);
    }
    let mut scratch = String::new();
    match decode::text(bytes, coding, &mut scratch) {
        Ok((text, foreign)) => (text.to_owned(), foreign),
        Err(_undefined) => (String::from_utf8_lossy(bytes).into_owned(), true),
    }
}

/// RFC 2045 §6.7. What is no code stays as it stands.
fn quoted_printable(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        let code = (*byte == b'=').then(|| raw.get(at + 1..at + 3)).flatten();
        let code = code.filter(|c| c.iter().all(u8::is_ascii_hexdigit));
        let code = code.and_then(|c| std::str::from_utf8(c).ok());
        let decoded = code.and_then(|c| u8::from_str_radix(c, 16).ok());
        out.push(decoded.unwrap_or(*byte));
        at += if decoded.is_some() { 3 } else { 1 };
    }
    out
}

/// Parts between marks that no backslash stands before.
fn split(value: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in value.char_indices() {
        if c == mark && !escaped {
            parts.push(value.get(from..at).unwrap_or_default());
            from = at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(value.get(from..).unwrap_or_default());
    parts
}

fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        match escaped {
            None => out.push(c),
            Some('n' | 'N') => out.push('\n'),
            Some(mark @ (',' | ';' | ':' | '\\')) => out.push(mark),
            Some(other) => out.extend(['\\', other]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Property {
        Property::parse(line.as_bytes(), TextCoding::Utf8).unwrap()
    }

    #[test]
    fn lines_become_properties() {
        let tel = parse("item1.tel;TYPE=CELL,voice;type=pref:+1 555");
        assert_eq!((tel.name.as_str(), tel.text().as_str()), ("TEL", "+1 555"));
        assert_eq!(tel.types, ["cell", "voice", "pref"]);
        assert_eq!(parse("TEL;WORK;VOICE:1").types, ["work", "voice"]);
        assert_eq!(parse("URL;X=\"a:b\":http://x.example").value, "http://x.example");
        let name = parse("N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg");
        assert_eq!(name.components(), ["Müller", "Jörg"]);
        assert_eq!(parse("N:O\\;B\\,x;Ann,Bo;;;").components(), ["O;B,x", "Ann Bo", "", "", ""]);
        assert_eq!(parse("NOTE:a\\nb\\\\c\\d").text(), "a\nb\\c\\d");
        assert_eq!(parse("CATEGORIES:a,b\\,c").list(), ["a", "b,c"]);
        assert!(Property::parse(b"no colon", TextCoding::Utf8).is_none());
    }
}
