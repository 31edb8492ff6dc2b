//! Files stay small.

use std::cmp::Reverse;

use crate::files::File;
use crate::house::House;
use crate::report::{Rule, Violation};

pub(crate) const RULE: Rule = Rule {
    name: "length",
    why: "a file with one job is read whole; a long one is only ever searched",
    check,
};

/// The longest that a source file may be. Aim for 50 to 250.
pub(crate) const LINES_MAX: usize = 500;

/// Files that were longer when the rule came. May only become smaller.
const EXCESSES: &str = "crates/xtask/tidy-excesses.txt";

/// How many lines [`EXCESSES`] may have. Lower it whenever one is gone.
const EXCESSES_MAX: usize = 0;

/// What is written by hand and read by people.
const WRITTEN: &[&str] =
    &["rs", "py", "sh", "sql", "ts", "tsx", "js", "jsx", "css", "html", "toml", "yml", "yaml"];

fn is_written(file: &File) -> bool {
    WRITTEN.iter().any(|end| file.is(end))
        || file.path.starts_with("scripts/")
        || file.path.starts_with(".ci/")
        || file.name() == "Makefile"
}

/// The source files with their lines, longest first.
pub(crate) fn longest(house: &House) -> Vec<(usize, &str)> {
    let counted = house.files.iter().filter(|file| is_written(file));
    let mut found: Vec<_> =
        counted.map(|file| (file.text().lines().count(), file.path.as_str())).collect();
    found.sort_unstable_by_key(|(lines, path)| (Reverse(*lines), *path));
    found
}

fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    let excesses = excesses(house, &mut found);
    if excesses.len() > EXCESSES_MAX {
        found.push(Violation::whole(
            EXCESSES,
            format!("lists {} files; at most {EXCESSES_MAX} are allowed", excesses.len()),
            "split the new file instead of listing it",
        ));
    }
    for (line, path, allowed) in &excesses {
        let lines = house.file(path).map_or(0, |file| file.text().lines().count());
        if lines < *allowed {
            let what = format!("allows {path} {allowed} lines; it has {lines}");
            let todo = "lower the number, or take the line out once it fits the limit";
            found.push(Violation::at(EXCESSES, *line, what, todo));
        }
    }
    for (lines, path) in longest(house) {
        let excess = excesses.iter().find(|(_, listed, _)| listed == path);
        let allowed = excess.map_or(LINES_MAX, |(_, _, allowed)| *allowed);
        if lines > allowed {
            let what = format!("has {lines} lines; {allowed} are allowed");
            found.push(Violation::whole(path, what, "split it by its jobs, one job a file"));
        }
    }
    found
}

/// The lines of the list: (line, path, lines allowed).
fn excesses(house: &House, found: &mut Vec<Violation>) -> Vec<(usize, String, usize)> {
    let text = house.file(EXCESSES).map(File::text).unwrap_or_default();
    let mut listed = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        match line.split_once(' ').map(|(path, lines)| (path, lines.trim().parse())) {
            Some((path, Ok(lines))) => listed.push((number, path.to_owned(), lines)),
            _ => found.push(Violation::at(
                EXCESSES,
                number,
                format!("`{line}` is not `path lines`"),
                "write the path of the file, a blank and its number of lines",
            )),
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted::Planted;

    #[track_caller]
    fn check_tree(lines: usize, excesses: &str, expected: &[&str]) {
        let tree = Planted::new()
            .file("crates/a/src/long.rs", &"//\n".repeat(lines))
            .file("data/long.csv", &"a\n".repeat(2_000))
            .file(EXCESSES, excesses);
        let said: Vec<_> = super::check(&tree.house()).into_iter().map(|v| v.what).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn the_limit() {
        check_tree(500, "", &[]);
        check_tree(501, "# none\n", &["has 501 lines; 500 are allowed"]);
    }

    #[test]
    fn the_list_may_only_shrink() {
        const LISTED: &str = "lists 1 files; at most 0 are allowed";
        check_tree(600, "crates/a/src/long.rs 600\n", &[LISTED]);
        check_tree(601, "crates/a/src/long.rs 600\n", &[LISTED, "has 601 lines; 600 are allowed"]);
        check_tree(
            590,
            "crates/a/src/long.rs 600\n",
            &[LISTED, "allows crates/a/src/long.rs 600 lines; it has 590"],
        );
        check_tree(10, "nonsense\n", &["`nonsense` is not `path lines`"]);
    }

    #[test]
    fn the_longest_come_first() {
        let tree = Planted::new().file("a.rs", "1\n").file("b.rs", "1\n2\n").file("c.md", "1\n");
        assert_eq!(longest(&tree.house()), [(2, "b.rs"), (1, "a.rs")]);
    }
}
