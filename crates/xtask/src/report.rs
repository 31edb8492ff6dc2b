//! What a rule is, what it finds, and how that is said.

use std::io::{self, Write};
use std::time::Instant;

use crate::house::House;
use crate::tidy::length;

/// How many of the longest files are shown.
const LONGEST_SHOWN: usize = 10;

/// One rule of the house.
pub(crate) struct Rule {
    /// One word, shown in brackets in every message.
    pub(crate) name: &'static str,
    /// Why the rule exists, in one line.
    pub(crate) why: &'static str,
    pub(crate) check: fn(&House) -> Vec<Violation>,
}

/// One place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Relative to the root.
    pub(crate) path: String,
    /// From 1; `None` when the whole file is meant.
    pub(crate) line: Option<usize>,
    /// What is wrong.
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) todo: String,
}

impl Violation {
    pub(crate) fn at(path: &str, line: usize, what: String, todo: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: Some(line), what, todo: todo.into() }
    }

    pub(crate) fn whole(path: &str, what: String, todo: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, what, todo: todo.into() }
    }
}

/// Runs `rules`, prints what they find and a summary. `true`: nothing was found.
pub(crate) fn print(house: &House, rules: &[Rule], out: &mut dyn Write) -> io::Result<bool> {
    let started = Instant::now();
    let mut count = 0_usize;
    for rule in rules {
        for violation in (rule.check)(house) {
            count += 1;
            one(rule, &violation, out)?;
        }
    }
    if rules.len() > 1 {
        writeln!(out, "the longest files (limit {} lines):", length::LINES_MAX)?;
        for (lines, path) in length::longest(house).into_iter().take(LONGEST_SHOWN) {
            writeln!(out, "  {lines:>5}  {path}")?;
        }
    }
    let outcome = match count {
        0 => "no violation".to_owned(),
        1 => "1 violation".to_owned(),
        n => format!("{n} violations"),
    };
    writeln!(
        out,
        "tidy: {} files, {} packages, rules {}: {outcome} ({} ms)",
        house.files.len(),
        house.packages.len(),
        rules.iter().map(|rule| rule.name).collect::<Vec<_>>().join(" "),
        started.elapsed().as_millis(),
    )?;
    Ok(count == 0)
}

fn one(rule: &Rule, violation: &Violation, out: &mut dyn Write) -> io::Result<()> {
    let line = violation.line.map_or_else(String::new, |line| format!(":{line}"));
    writeln!(out, "{}{line}: [{}] {}", violation.path, rule.name, violation.what)?;
    writeln!(out, "    do:  {}", violation.todo)?;
    writeln!(out, "    why: {}", rule.why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted::Planted;

    #[test]
    fn a_violation_says_where_what_to_do_and_why() {
        let rule = Rule {
            name: "names",
            why: "a name says what is inside",
            check: |_| vec![Violation::at("a/b.rs", 7, "is called `b`".into(), "rename it")],
        };
        let mut out = Vec::new();
        let clean = print(&Planted::new().house(), &[rule], &mut out).unwrap();
        assert!(!clean);
        let said = String::from_utf8(out).unwrap();
        assert!(
            said.starts_with(
                "a/b.rs:7: [names] is called `b`\n    do:  rename it\n    \
                 why: a name says what is inside\n"
            ),
            "{said}"
        );
        assert!(said.contains("rules names: 1 violation ("), "{said}");
    }
}
