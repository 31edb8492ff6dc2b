//! What an argument of `captely verify` is: a file, an address or a number.

use std::path::{Path, PathBuf};

use crate::exit::CliError;

/// What one argument stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A file whose rows are checked.
    File(PathBuf),
    /// An e-mail address or a number as it was written.
    One(String),
}

/// Endings that people give lists; such a name is a file even where it does not exist.
const ENDINGS: [&str; 11] =
    ["csv", "tsv", "txt", "tab", "xlsx", "xls", "xlsb", "ods", "json", "jsonl", "ndjson"];

impl Target {
    /// An existing file, else an address if it has an `@`, else a number if it looks like one.
    pub(super) fn of(argument: &str) -> Result<Self, CliError> {
        let path = Path::new(argument);
        if path.exists() || named_like_a_file(argument, path) {
            return Ok(Self::File(path.to_owned()));
        }
        if argument.contains('@') || looks_like_a_number(argument) {
            return Ok(Self::One(argument.to_owned()));
        }
        let sentence = format!(
            "{argument}: there is no such file, and it is neither an e-mail address (no @) nor a \
             phone number"
        );
        Err(CliError::bad_input(sentence).try_this("captely verify --help shows examples"))
    }
}

fn named_like_a_file(argument: &str, path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let listed = ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending));
    // No address and no number has a slash, but for the rare local part that has one.
    listed || (argument.contains('/') && !argument.contains('@'))
}

/// Seven digits or more among signs that numbers are written with, or `tel:` before it.
fn looks_like_a_number(argument: &str) -> bool {
    let text = argument.strip_prefix("tel:").unwrap_or(argument);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let sign = |c: char| c.is_ascii_digit() || " +-()./x#".contains(c) || c == '\u{a0}';
    digits >= 3 && text.to_lowercase().replace("ext", "").chars().all(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(argument: &str, expected: Option<&Target>) {
        assert_eq!(Target::of(argument).ok().as_ref(), expected, "{argument:?}");
    }

    #[test]
    fn told_apart() {
        let one = |text: &str| Target::One(text.into());
        let file = |text: &str| Target::File(text.into());
        for text in ["ada@example.com", "a/b@example.com", "+44 20 7946 0018", "(555) 010-9999"] {
            check(text, Some(&one(text)));
        }
        check("020 7946 0018 ext 4", Some(&one("020 7946 0018 ext 4")));
        check("no-such-leads.csv", Some(&file("no-such-leads.csv")));
        check("people@2024.xlsx", Some(&file("people@2024.xlsx")));
        check("./leads", Some(&file("./leads")));
        check("Cargo.toml", Some(&file("Cargo.toml")));
        check("leads", None);
        check("12", None);
        check("", None);
    }
}
