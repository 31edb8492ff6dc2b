use any_ascii::any_ascii_char;

/// Lower-case words of ASCII letters and digits with one blank between: other scripts are transliterated,
/// marks left out, apostrophes and dots inside abbreviations closed up, `&` is `and`.
///
/// `O'Brien & Søn, S.A.` → `obrien and son sa`.
pub fn fold_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    let mut put = |c: char, out: &mut String| {
        if c.is_ascii_alphanumeric() {
            if blank && !out.is_empty() {
                out.push(' ');
            }
            blank = false;
            out.push(c.to_ascii_lowercase());
        } else if !matches!(c, '\'' | '`') {
            blank = true;
        }
    };
    let mut before = Before::default();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let next = letters.peek().copied();
        if c == '.' && before.is_initial() && next.is_none_or(|next| !next.is_ascii_digit()) {
            // A dot after one letter: `S.A.`, `J.P. Morgan`; what follows it at once is the same word.
        } else if c == '&' {
            for c in " and ".chars() {
                put(c, &mut out);
            }
        } else if c.is_ascii() {
            put(c, &mut out);
        } else {
            // Letters of other scripts carry their blanks in the crate's answer where it knows of any.
            for c in any_ascii_char(c).chars() {
                put(c, &mut out);
            }
        }
        before.see(c);
    }
    out
}

/// Whether a dot stands behind a single letter.
#[derive(Default)]
struct Before {
    letters: usize,
}

impl Before {
    fn see(&mut self, c: char) {
        self.letters = if c.is_alphabetic() { self.letters.saturating_add(1) } else { 0 };
    }

    fn is_initial(&self) -> bool {
        self.letters == 1
    }
}

/// The words of a folded text.
pub(crate) fn words(folded: &str) -> impl DoubleEndedIterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(fold_words(text), expected, "{text}");
    }

    #[test]
    fn texts_fold_to_plain_words() {
        check("O'Brien & Søn, S.A.", "obrien and son sa");
        check("J.P. Morgan", "jp morgan");
        check("Müller-Lüdenscheidt", "muller ludenscheidt");
        check("Москва", "moskva");
        check("AT&T", "at and t");
        check("Version 2.0", "version 2 0");
        check("Example Ltd.", "example ltd");
        check("ﬁne—print", "fine print");
        check("…", "");
    }
}
