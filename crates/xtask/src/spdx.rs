//! SPDX licence expressions: whether a set of accepted licences can satisfy one.

use std::fmt;

/// Why a text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExpressionError(String);

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is not an SPDX expression: {}", self.0)
    }
}

/// Whether somebody who accepts the licences in `accepted` may use what comes under `expression`.
/// `A OR B` needs one of them, `A AND B` both; `A WITH x` counts as A, since an exception only ever
/// grants more. `A/B`, the form before SPDX, means `A OR B`.
///
/// Grammar: SPDX specification 2.3, annex D.
pub(crate) fn satisfied(expression: &str, accepted: &[&str]) -> Result<bool, ExpressionError> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, accepted };
    let answer = reader.any()?;
    match reader.words.first() {
        None => Ok(answer),
        Some(word) => Err(ExpressionError(format!("`{word}` is not expected in `{expression}`"))),
    }
}

struct Reader<'w> {
    words: &'w [&'w str],
    accepted: &'w [&'w str],
}

impl<'w> Reader<'w> {
    fn next(&mut self) -> Option<&'w str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn next_is(&mut self, word: &str) -> bool {
        let is = self.words.first().is_some_and(|next| next.eq_ignore_ascii_case(word));
        if is {
            self.next();
        }
        is
    }

    fn any(&mut self) -> Result<bool, ExpressionError> {
        let mut answer = self.all()?;
        while self.next_is("OR") {
            answer |= self.all()?;
        }
        Ok(answer)
    }

    fn all(&mut self) -> Result<bool, ExpressionError> {
        let mut answer = self.one()?;
        while self.next_is("AND") {
            answer &= self.one()?;
        }
        Ok(answer)
    }

    fn one(&mut self) -> Result<bool, ExpressionError> {
        let word = self.next().ok_or_else(|| ExpressionError("it ends too early".into()))?;
        if word == "(" {
            let answer = self.any()?;
            return if self.next_is(")") {
                Ok(answer)
            } else {
                Err(ExpressionError("a parenthesis is not closed".into()))
            };
        }
        if [")", "OR", "AND", "WITH"].contains(&word) {
            return Err(ExpressionError(format!("`{word}` stands where a licence should")));
        }
        if self.next_is("WITH") && self.next().is_none() {
            return Err(ExpressionError("WITH names no exception".into()));
        }
        Ok(self.accepted.contains(&word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, expected: Option<bool>) {
        let answer = satisfied(expression, &["MIT", "Apache-2.0", "ISC"]);
        assert_eq!(answer.clone().ok(), expected, "{expression}: {answer:?}");
    }

    #[test]
    fn one_licence() {
        check("MIT", Some(true));
        check("GPL-3.0-only", Some(false));
        check("Apache-2.0 WITH LLVM-exception", Some(true));
    }

    #[test]
    fn choices_and_sums() {
        check("GPL-3.0 OR MIT", Some(true));
        check("Unlicense/MIT", Some(true));
        check("MIT AND OpenSSL", Some(false));
        check("Apache-2.0 AND ISC AND MIT", Some(true));
        check("GPL-2.0 OR MIT AND ISC", Some(true));
        check("(GPL-2.0 OR MIT) AND LGPL-3.0", Some(false));
        check("(MIT OR Apache-2.0) AND ISC", Some(true));
    }

    #[test]
    fn nonsense() {
        for text in ["", "MIT OR", "(MIT", "MIT)", "AND MIT", "MIT ISC", "MIT WITH"] {
            check(text, None);
        }
    }
}
