//! The documents name only what exists.

use crate::files::File;
use crate::house::House;
use crate::report::{Rule, Violation};

pub(crate) const RULE: Rule =
    Rule { name: "map", why: "a map that names a place which is gone is worse than no map", check };

/// A word that starts like this is a path from the root.
const TOPS: &[&str] = &[
    "crates/",
    "docs/",
    "scripts/",
    "bench/",
    "deploy/",
    "examples/",
    "web/",
    "extension/",
    ".ci/",
    ".cargo/",
];

/// In the pages of a crate, a word that starts like this is a path inside the crate.
const ROOMS: &[&str] = &["src/", "tests/", "migrations/", "fixtures/"];

/// A word with one of these stands for many paths, or for one that the reader fills in.
const OPEN: &[char] = &['*', '…', '<', '$', '?', '|', '='];

fn check(house: &House) -> Vec<Violation> {
    house.files.iter().filter(|file| file.is("md")).flat_map(|file| page(house, file)).collect()
}

fn page(house: &House, file: &File) -> Vec<Violation> {
    let mut found = Vec::new();
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut fenced = false;
    for (line, number) in file.text().lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let named = words(line, fenced).flat_map(|word| paths(folder, word));
        let linked = links(line).map(|link| resolve(folder, link));
        for path in named.chain(linked) {
            if !house.has(&path) && !around(folder).any(|near| house.has(&resolve(near, &path))) {
                let what = format!("names `{path}`, which does not exist");
                let todo = "correct the path, or take out what is no longer true";
                found.push(Violation::at(&file.path, number, what, todo));
            }
        }
    }
    found
}

/// In a fence every word may be a path; in prose only what stands in back-quotes.
fn words(line: &str, fenced: bool) -> impl Iterator<Item = &str> {
    let (skip, step) = if fenced { (0, 1) } else { (1, 2) };
    line.split('`').skip(skip).step_by(step).flat_map(str::split_whitespace)
}

/// The paths that a word names: none, one, or one for each word between braces.
fn paths(folder: &str, word: &str) -> Vec<String> {
    let word = word.trim_start_matches(['(', '"', '\'']).trim_start_matches("./");
    let word = word.trim_end_matches(['.', ',', ';', ')', '"', '\'', ':']);
    let top = TOPS.iter().any(|top| word.starts_with(top));
    let room = folder.starts_with("crates/") && ROOMS.iter().any(|room| word.starts_with(room));
    if !(top || room) || word.contains(OPEN) {
        return Vec::new();
    }
    let word = word.split(['#', ':']).next().unwrap_or_default();
    if word.split('/').any(|part| part.starts_with("NAME") || part.starts_with("NNNN")) {
        return Vec::new();
    }
    match word.split_once('{').and_then(|(head, rest)| Some((head, rest.split_once('}')?))) {
        Some((head, (inside, tail))) => {
            inside.split(',').map(|part| format!("{head}{part}{tail}")).collect()
        }
        None => vec![word.to_owned()],
    }
}

/// The targets of markdown links that stay in the tree.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', '#', ' ']).next()?;
        let leaves = target.contains("://") || target.starts_with("mailto:");
        (!target.is_empty() && !leaves).then_some(target)
    })
}

/// A folder and those around it: a page may name what is near it by its short path.
fn around(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |inner| inner.rsplit_once('/').map(|(outer, _)| outer))
}

/// A link is relative to the folder of its page.
fn resolve(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = match link.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').collect(),
    };
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    #[track_caller]
    fn check_page(path: &str, text: &str, expected: &[&str]) {
        let tree = Planted::new()
            .file("crates/engines/contact/src/lib.rs", "")
            .file("docs/adr/0001-one-program.md", "")
            .file(path, text);
        let found = super::check(&tree.house());
        let said: Vec<_> = found
            .iter()
            .map(|v| format!("{} {}", v.line.unwrap_or(0), v.what.replace('`', "")))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|path| path.split_once(' ').unwrap())
            .map(|(line, path)| format!("{line} names {path}, which does not exist"))
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn places_that_exist() {
        check_page(
            "ARCHITECTURE.md",
            "`crates/engines/contact/`, `crates/engines/contact/src/lib.rs:3`.\n\
             crates/nowhere in prose is not judged; `crates/services/<name>` stands for many.\n\
             [one](docs/adr/0001-one-program.md#why) [two](https://example.org/x)\n",
            &[],
        );
        check_page(
            "docs/adr/0002-x.md",
            "[one](0001-one-program.md) [root](../../ARCHITECTURE.md)\n",
            &["1 ARCHITECTURE.md"],
        );
    }

    #[test]
    fn pages_of_a_crate_name_its_own_files() {
        check_page(
            "crates/engines/contact/README.md",
            "Start at `src/lib.rs`, see `docs/adr/0001-one-program.md` and `src/gone.rs`.\n",
            &["1 src/gone.rs"],
        );
        check_page("crates/engines/contact/data/NOTES.md", "See `src/lib.rs`.\n", &[]);
    }

    #[test]
    fn places_that_are_gone() {
        check_page(
            "ARCHITECTURE.md",
            "See `crates/engines/{contact,verify}`.\n```\ncrates/old/ the old one\n```\n[x](docs/gone.md)\n",
            &["1 crates/engines/verify", "3 crates/old/", "5 docs/gone.md"],
        );
    }
}
