//! The command line that is running, as it may be typed again.

/// This command, quoted for a shell where that is needed.
pub(super) fn this_command() -> String {
    std::env::args().map(|word| quoted(&word)).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were() {
        for (word, expected) in [
            ("--sandbox=127.0.0.1:4000", "--sandbox=127.0.0.1:4000"),
            ("my leads.csv", "'my leads.csv'"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("Müller.csv", "'Müller.csv'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
