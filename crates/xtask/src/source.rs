//! A Rust file cut into what runs and what is only said, without a parser: enough to look for words
//! in code but not in comments, and for texts in literals. A parser would cost tidy its speed.

use std::iter;

/// A string literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    /// Line of its opening quote, from 1.
    pub(crate) line: usize,
    /// Its text, escapes as written.
    pub(crate) text: String,
}

/// A cut file.
#[derive(Debug)]
pub(crate) struct Source {
    /// The file with comments and the insides of literals blanked; lines stay where they were.
    pub(crate) code: String,
    pub(crate) literals: Vec<Literal>,
    /// First line of the inline test module; the house puts it last in its file.
    pub(crate) tests_from: Option<usize>,
}

impl Source {
    /// Cuts the text of a Rust file.
    pub(crate) fn cut(text: &str) -> Self {
        let mut cutter = Cutter { rest: text, line: 1, code: String::new(), literals: Vec::new() };
        cutter.run();
        let tests_from = tests_from(&cutter.code);
        Self { code: cutter.code, literals: cutter.literals, tests_from }
    }

    /// Whether `line` lies in the inline test module.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.tests_from.is_some_and(|from| line >= from)
    }

    /// Lines of code (from 1) where `word` stands as a word of its own.
    pub(crate) fn lines_with<'s>(&'s self, word: &'s str) -> impl Iterator<Item = usize> + 's {
        // Most words are in no line at all, which one search tells faster than one a line.
        let code = if self.code.contains(word) { self.code.as_str() } else { "" };
        let numbered = code.lines().zip(1..);
        numbered.filter(|(line, _)| has_word(line, word)).map(|(_, number)| number)
    }
}

/// Whether a path is that of a test: an integration test or a test module in its own file.
pub(crate) fn is_test_path(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.contains("/benches/")
}

/// Whether `word` occurs in `line` and no letter, digit or `_` touches it on either side.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    let joined = |c: char| c.is_alphanumeric() || c == '_';
    let mut before = "";
    let mut rest = line;
    while let Some((head, tail)) = rest.split_once(word) {
        let left = head.chars().next_back().or_else(|| before.chars().next_back());
        if !left.is_some_and(joined) && !tail.chars().next().is_some_and(joined) {
            return true;
        }
        before = word;
        rest = tail;
    }
    false
}

struct Cutter<'t> {
    rest: &'t str,
    line: usize,
    code: String,
    literals: Vec<Literal>,
}

impl Cutter<'_> {
    fn run(&mut self) {
        while let Some(next) = self.plain() {
            if self.rest.starts_with("//") {
                self.blank_until(|rest| rest.starts_with('\n'));
            } else if self.rest.starts_with("/*") {
                self.block_comment();
            } else if let Some((prefix, hashes)) = self.raw_start() {
                self.keep(prefix);
                self.literal(&format!("\"{}", "#".repeat(hashes)), false);
            } else if next == '"' {
                self.keep(1);
                self.literal("\"", true);
            } else if next == '\'' {
                self.character_or_lifetime();
            } else {
                self.keep(1);
            }
        }
    }

    /// Moves everything up to the next character that may start a comment or a literal to the code
    /// at once, and gives that character.
    fn plain(&mut self) -> Option<char> {
        let end = self.rest.find(['/', '"', '\'', 'r', 'b', 'c']).unwrap_or(self.rest.len());
        let (plain, rest) = self.rest.split_at_checked(end)?;
        self.line += plain.matches('\n').count();
        self.code.push_str(plain);
        self.rest = rest;
        rest.chars().next()
    }

    /// Moves `count` characters to the code.
    fn keep(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(c) = self.take() {
                self.code.push(c);
            }
        }
    }

    /// Takes one character and leaves a blank in the code.
    fn blank(&mut self) -> Option<char> {
        let c = self.take()?;
        self.code.push(if c == '\n' { '\n' } else { ' ' });
        Some(c)
    }

    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn blank_until(&mut self, end: impl Fn(&str) -> bool) {
        while !self.rest.is_empty() && !end(self.rest) {
            self.blank();
        }
    }

    /// Block comments nest.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while !self.rest.is_empty() {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.blank();
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.blank();
            }
            self.blank();
            if depth == 0 {
                return;
            }
        }
    }

    /// The length of `r##"` and the number of `#`, if a raw literal starts here.
    fn raw_start(&self) -> Option<(usize, usize)> {
        let joined = |c: char| c.is_alphanumeric() || c == '_';
        if self.code.chars().next_back().is_some_and(joined) {
            return None; // the `r` ends an identifier
        }
        let prefix = iter::once("r").chain(["br", "cr"]).find(|p| self.rest.starts_with(p))?;
        let after = self.rest.strip_prefix(prefix)?;
        let hashes = after.chars().take_while(|c| *c == '#').count();
        (after.chars().nth(hashes) == Some('"')).then_some((prefix.len() + hashes + 1, hashes))
    }

    /// Takes the inside of a literal up to and with `end`.
    fn literal(&mut self, end: &str, escapes: bool) {
        let line = self.line;
        let mut text = String::new();
        while !self.rest.is_empty() && !self.rest.starts_with(end) {
            if escapes && self.rest.starts_with('\\') {
                text.extend(self.blank());
            }
            text.extend(self.blank());
        }
        self.keep(end.len());
        self.literals.push(Literal { line, text });
    }

    /// `'x'` and `'\n'` are characters; `'static` is a lifetime.
    fn character_or_lifetime(&mut self) {
        let mut ahead = self.rest.chars().skip(1);
        let (first, second) = (ahead.next(), ahead.next());
        self.keep(1);
        if first == Some('\\') {
            self.blank();
            self.blank();
            self.blank_until(|rest| rest.starts_with('\'') || rest.starts_with('\n'));
            self.keep(1);
        } else if second == Some('\'') {
            self.blank();
            self.keep(1);
        }
    }
}

/// The line of a `#[cfg(test)]` that stands before an inline module.
fn tests_from(code: &str) -> Option<usize> {
    let lines: Vec<&str> = code.lines().map(str::trim).collect();
    let mut marked = lines.iter().zip(1..).filter(|(line, _)| line.starts_with("#[cfg(test)]"));
    marked.find_map(|(line, number)| {
        let here = line.trim_start_matches("#[cfg(test)]").trim();
        let next = iter::once(here)
            .chain(lines.iter().skip(number).copied())
            .find(|line| !line.is_empty() && !line.starts_with("#["))?;
        (next.starts_with("mod ") && next.ends_with('{')).then_some(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: &str, literals: &[(usize, &str)]) {
        let source = Source::cut(text);
        assert_eq!(source.code, code, "{text:?}");
        let seen: Vec<_> = source.literals.iter().map(|l| (l.line, l.text.as_str())).collect();
        assert_eq!(seen, literals, "{text:?}");
    }

    #[test]
    fn comments_are_blanked() {
        check("a // b\nc", "a     \nc", &[]);
        check("a /* b /* c\n */ */ d", "a          \n       d", &[]);
        check("/// \"x\"\nf()", "       \nf()", &[]);
    }

    #[test]
    fn literals_are_blanked_and_kept_apart() {
        check(r#"f("a\"b", 1)"#, r#"f("    ", 1)"#, &[(1, r#"a\"b"#)]);
        check("x\n\"a\nb\" // c", "x\n\" \n \"     ", &[(2, "a\nb")]);
        check("r#\"a\"b\"#;", "r#\"   \"#;", &[(1, "a\"b")]);
        check("br\"a\";", "br\" \";", &[(1, "a")]);
        check("bar(\"//\")", "bar(\"  \")", &[(1, "//")]);
    }

    #[test]
    fn characters_and_lifetimes() {
        check(
            "'\"' 'a 'b' '\\'' '\\u{1F600}' \"t\"",
            "' ' 'a ' ' '  ' '         ' \" \"",
            &[(1, "t")],
        );
    }

    #[test]
    fn words_have_edges() {
        let source = Source::cut("rand::rngs::X; my_rand::rng();\n// rand::rng()\nrand::rng();");
        assert_eq!(source.lines_with("rand::rng").collect::<Vec<_>>(), [3]);
        assert!(has_word("xa a", "a"));
        assert!(!has_word("aa", "a"));
    }

    #[test]
    fn the_test_module_is_found() {
        let source = Source::cut("fn a() {}\n\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\n");
        assert_eq!(source.tests_from, Some(3));
        assert!(source.is_test(5) && !source.is_test(1));
        assert_eq!(Source::cut("#[cfg(test)]\nmod tests;\nfn a() {}").tests_from, None);
        assert_eq!(Source::cut("#[cfg(test)]\nuse a::b;\nfn a() {}").tests_from, None);
    }
}
