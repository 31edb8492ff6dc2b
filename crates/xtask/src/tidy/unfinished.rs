//! Nothing half done.

use crate::house::House;
use crate::report::{Rule, Violation};
use crate::source::has_word;

pub(crate) const RULE: Rule = Rule {
    name: "unfinished",
    why: "a mark in the source is a task that nobody sees; work is finished or it is an issue",
    check,
};

/// Marks in comments and texts, as whole words.
const MARKS: &[&str] = &["FIXME", "XXX", "TODO", "HACK"];

/// Macros that stand for code that is not there, or that was left from a search for a fault.
const MACROS: &[&str] = &["todo!", "unimplemented!", "dbg!"];

const READ: &[&str] = &["rs", "py", "sh", "sql", "ts", "tsx", "js", "toml", "yml", "yaml", "md"];

fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in &house.files {
        let read = READ.iter().any(|end| file.is(end)) || file.path.starts_with("scripts/");
        if !read || super::is_rule(&file.path) {
            continue;
        }
        let suspicious = MARKS.iter().any(|mark| file.text().contains(mark));
        for (line, number) in file.text().lines().zip(1..).filter(|_| suspicious) {
            for mark in MARKS.iter().filter(|mark| has_word(line, mark)) {
                let todo = "finish it, or file an issue and take the mark out";
                found.push(Violation::at(&file.path, number, format!("says {mark}"), todo));
            }
        }
        if file.is("rs") {
            let source = file.source();
            for word in MACROS {
                for line in source.lines_with(word) {
                    let todo = "write what belongs there";
                    found.push(Violation::at(&file.path, line, format!("calls {word}"), todo));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    #[test]
    fn marks_and_macros_are_found() {
        let tree = Planted::new()
            .file("a.rs", "// FIXME: later\nfn a() { todo!() }\n// dbg!(x)\nlet b = dbg!(c);\n")
            .file("b.py", "x = 1  # XXX\ny = 'XXXL'\n")
            .file("c.csv", "TODO\n");
        let found = super::check(&tree.house());
        let said: Vec<_> =
            found.iter().map(|v| (v.path.as_str(), v.line.unwrap(), v.what.as_str())).collect();
        assert_eq!(
            said,
            [
                ("a.rs", 1, "says FIXME"),
                ("a.rs", 2, "calls todo!"),
                ("a.rs", 4, "calls dbg!"),
                ("b.py", 1, "says XXX"),
            ]
        );
    }
}
