//! Names of files as people have them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The longest name that is kept, in characters.
const CHARS_MAX: usize = 200;
/// The longest ending that is kept whole when a name is cut, in characters.
const ENDING_CHARS_MAX: usize = 12;
/// Where nothing is left of a name.
const NAMELESS: &str = "file";

/// What RFC 8187 lets stand in `filename*` beside letters and digits.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A file name from outside that can do no harm in a path, a log, a header or on a screen: its last part,
/// without control characters and marks that turn the direction of writing, of at most 200 characters
/// with its ending kept.
pub fn tame_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control() && !is_direction(*c)).collect();
    let kept = kept.trim().trim_end_matches('.');
    let kept = if kept.trim_matches('.').is_empty() { NAMELESS } else { kept };
    if kept.chars().count() <= CHARS_MAX {
        return kept.to_owned();
    }
    let ending = kept.rsplit_once('.').map_or("", |(_, ending)| ending);
    let n = ending.chars().count();
    if n == 0 || n > ENDING_CHARS_MAX {
        return kept.chars().take(CHARS_MAX).collect();
    }
    let stem: String = kept.chars().take(CHARS_MAX.saturating_sub(n).saturating_sub(1)).collect();
    format!("{stem}.{ending}")
}

/// `list\u{202e}vsc.exe` shows as `listexe.csv`.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `Content-Disposition` of a file that is kept and not shown, with its name for old and new clients
/// (RFC 6266).
pub fn disposition(name: &str) -> String {
    let name = tame_file_name(name);
    let plain = |c: char| (c.is_ascii() && !matches!(c, '"' | '\\' | '%')).then_some(c);
    let plain: String = name.chars().map(|c| plain(c).unwrap_or('_')).collect();
    let whole = utf8_percent_encode(&name, PLAIN);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, tamed: &str) {
        assert_eq!(tame_file_name(name), tamed, "{name:?}");
    }

    #[test]
    fn names_are_tamed() {
        check("leads.csv", "leads.csv");
        check("C:\\Users\\ada\\leads 2026.xlsx", "leads 2026.xlsx");
        check("../../etc/passwd", "passwd");
        check("a\0b\r\nc.csv", "abc.csv");
        check("list\u{202e}vsc.exe", "listvsc.exe");
        check("Kund:innen-Übersicht.csv", "Kund:innen-Übersicht.csv");
        check(" . ", "file");
        check("..", "file");
        check("/", "file");
        check("", "file");
        check(".csv", ".csv");
        check(&format!("{}.csv", "x".repeat(300)), &format!("{}.csv", "x".repeat(196)));
        check(&"é".repeat(300), &"é".repeat(200));
        check(&format!("a.{}", "b".repeat(300)), &format!("a.{}", "b".repeat(198)));
    }

    #[test]
    fn a_header_cannot_be_broken_out_of() {
        let said = disposition("Übersicht \"Q1\"\r\nX: y%.csv");
        let plain = "attachment; filename=\"_bersicht _Q1_X: y_.csv\"";
        let whole = "filename*=UTF-8''%C3%9Cbersicht%20%22Q1%22X%3A%20y%25.csv";
        assert_eq!(said, format!("{plain}; {whole}"));
    }
}
