//! Nothing of one machine in the tree.

use crate::files::File;
use crate::house::House;
use crate::report::{Rule, Violation};

pub(crate) const RULE: Rule = Rule {
    name: "machine",
    why: "a path or host of one machine fails on every other, and tells strangers about ours",
    check,
};

/// Starts of absolute paths that belong to somebody's machine.
const PLACES: &[&str] = &["/work/", "/root/", "/home/", "/Users/", "C:\\Users\\", "/mnt/", "/opt/"];

/// Where packages come from, for everybody.
const REGISTRIES: &[&str] = &[
    "crates.io",
    "index.crates.io",
    "static.crates.io",
    "github.com",
    "registry.npmjs.org",
    "pypi.org",
    "files.pythonhosted.org",
    "deb.debian.org",
];

/// Files in which every host is that of a registry.
fn holds_registries(file: &File) -> bool {
    matches!(
        file.name(),
        "Cargo.lock" | "package-lock.json" | "pnpm-lock.yaml" | "yarn.lock" | ".npmrc" | "pip.conf"
    ) || file.path.ends_with(".cargo/config.toml")
        || (file.name().starts_with("requirements") && file.is("txt"))
}

/// Settings that send a package client elsewhere.
const DETOURS: &[&str] = &["replace-with", "index-url", "--registry", "sparse+http"];

fn check(house: &House) -> Vec<Violation> {
    let files = house.files.iter().filter(|file| !super::is_rule(&file.path));
    files.flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Violation> {
    let mut found = Vec::new();
    let registries = holds_registries(file);
    // Long data files have none of these words: one search a word, not one a line.
    let suspicious = |word: &&str| file.text().contains(*word);
    if !registries && !PLACES.iter().chain(DETOURS).any(suspicious) {
        return found;
    }
    for (line, number) in file.text().lines().zip(1..) {
        if let Some(place) = PLACES.iter().find(|place| has_path(line, place)) {
            let what = format!("names a path below `{place}`");
            let todo = "use a path relative to the repository, a setting or a temporary folder";
            found.push(Violation::at(&file.path, number, what, todo));
        }
        let detour = DETOURS.iter().find(|word| line.contains(*word)).filter(|_| !registries);
        let hosts = hosts(line).filter(|host| !REGISTRIES.contains(host));
        if let Some(word) = detour.filter(|_| line.contains("http")) {
            let what = format!("sends a package client elsewhere by `{word}`");
            let todo = "leave registries to the settings of the machine";
            found.push(Violation::at(&file.path, number, what, todo));
        }
        for host in hosts.filter(|_| registries) {
            let what = format!("takes packages from `{host}`");
            let todo = "write the lock file against the public registry";
            found.push(Violation::at(&file.path, number, what, todo));
        }
    }
    found
}

/// Whether `place` starts a path in `line`, and is not the middle of an address or of another path.
fn has_path(line: &str, place: &str) -> bool {
    let mut pieces = line.split(place);
    let first = pieces.next().unwrap_or_default();
    let starts = |before: &str| {
        before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !"_-./}>)]~".contains(c))
    };
    let mut before = first;
    for piece in pieces {
        if starts(before) {
            return true;
        }
        before = piece;
    }
    false
}

/// The hosts of the addresses in a line.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    line.split("://").skip(1).filter_map(|rest| {
        let end = |c: char| !(c.is_alphanumeric() || c == '.' || c == '-');
        rest.split(end).next().filter(|host| host.contains('.'))
    })
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    #[track_caller]
    fn check_line(path: &str, line: &str, expected: &[&str]) {
        let tree = Planted::new().file(path, &format!("first\n{line}\n"));
        let found = super::check(&tree.house());
        let said: Vec<_> = found.iter().map(|v| v.what.as_str()).collect();
        assert_eq!(said, expected, "{line}");
        assert!(found.iter().all(|v| v.line == Some(2)));
    }

    #[test]
    fn paths_of_a_machine() {
        check_line("a.md", "see /home/ada/captely", &["names a path below `/home/`"]);
        check_line("a.rs", "let p = \"/root/x\";", &["names a path below `/root/`"]);
        check_line("a.toml", "dir='/work/main'", &["names a path below `/work/`"]);
        check_line("a.md", "https://example.org/home/ada, $DIR/work/x, ~/work/y", &[]);
    }

    #[test]
    fn registries_other_than_the_public_ones() {
        check_line(
            "web/package-lock.json",
            "\"resolved\": \"https://npm.mirror.example/x.tgz\"",
            &["takes packages from `npm.mirror.example`"],
        );
        check_line("Cargo.lock", "source = \"registry+https://github.com/rust-lang/i\"", &[]);
        check_line(
            "scripts/x",
            "pip install --index-url https://pip.example/simple x",
            &["sends a package client elsewhere by `index-url`"],
        );
        check_line("docs/a.md", "see https://example.org/registry", &[]);
    }
}
