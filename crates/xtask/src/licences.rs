//! Licences and bans of all dependencies. `deny.toml` says the same to cargo-deny; this check needs
//! no further tool, so that it runs on every machine that can build.

use crate::house::House;
use crate::metadata::{self, Licensed};
use crate::report::{Rule, Violation};
use crate::spdx;

pub(crate) const RULE: Rule = Rule {
    name: "licences",
    why: "Captely is given away under MIT: what it is built from must allow that, and must build anywhere",
    check,
};

/// Licences that MIT software may be built from. The Unlicense is not here: it is good enough only
/// as an alternative to one of these, and then that one is taken.
pub(crate) const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];

/// Crates that bind a C library of the machine: the binary would no longer start everywhere.
pub(crate) const BANNED: &[&str] = &["native-tls", "openssl", "openssl-sys"];

const LOCK: &str = "Cargo.lock";

fn check(house: &House) -> Vec<Violation> {
    match metadata::dependencies(&house.root) {
        Ok((packages, _)) => packages.iter().flat_map(|package| judge(house, package)).collect(),
        Err(error) => vec![Violation::whole(
            LOCK,
            format!("the dependencies cannot be listed: {error}"),
            "run `cargo fetch --locked` once, or `cargo check` if a manifest has changed",
        )],
    }
}

fn judge(house: &House, package: &Licensed) -> Vec<Violation> {
    let Licensed { name, version, licence } = package;
    let mut found = Vec::new();
    let line = line_of(house, name);
    if BANNED.contains(&name.as_str()) {
        let todo = format!("`cargo tree --target all -i {name}` says who brings it; use rustls");
        found.push(Violation::at(LOCK, line, format!("{name} {version} is banned"), todo));
    }
    let todo = format!("`cargo tree --target all -i {name}` says who brings it; use another crate");
    let what = match licence.as_deref().map(|text| (text, spdx::satisfied(text, ACCEPTED))) {
        Some((_, Ok(true))) => return found,
        Some((text, Ok(false))) => format!("{name} {version} comes under `{text}`"),
        Some((text, Err(error))) => format!("{name} {version}: `{text}` {error}"),
        None => format!("{name} {version} names no licence"),
    };
    found.push(Violation::at(LOCK, line, what, todo));
    found
}

fn line_of(house: &House, name: &str) -> usize {
    let wanted = format!("name = \"{name}\"");
    let text = house.file(LOCK).map(crate::files::File::text).unwrap_or_default();
    text.lines().zip(1..).find(|(line, _)| *line == wanted).map_or(1, |(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planted::Planted;

    #[track_caller]
    fn check_one(name: &str, licence: Option<&str>, expected: &[&str]) {
        let lock = format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n");
        let house = Planted::new().file(LOCK, &lock).house();
        let package = Licensed {
            name: name.into(),
            version: "1.0.0".into(),
            licence: licence.map(str::to_owned),
        };
        let found = judge(&house, &package);
        let said: Vec<_> = found.iter().map(|v| v.what.as_str()).collect();
        assert_eq!(said, expected);
        assert!(found.iter().all(|v| v.line == Some(2)));
    }

    #[test]
    fn licences_are_judged() {
        check_one("a", Some("MIT OR Apache-2.0"), &[]);
        check_one("a", Some("Unlicense OR MIT"), &[]);
        check_one("a", Some("Unlicense"), &["a 1.0.0 comes under `Unlicense`"]);
        check_one("a", Some("MIT AND AGPL-3.0"), &["a 1.0.0 comes under `MIT AND AGPL-3.0`"]);
        check_one("a", None, &["a 1.0.0 names no licence"]);
    }

    #[test]
    fn banned_crates_are_found() {
        check_one("openssl-sys", Some("MIT"), &["openssl-sys 1.0.0 is banned"]);
    }

    #[test]
    fn a_workspace_that_cannot_be_listed_is_a_violation() {
        let tree = Planted::new().member("crates/platform", "captely-platform", "");
        let found = check(&tree.house_with_packages());
        assert_eq!(found.len(), 1, "without Cargo.lock, --locked refuses: {found:?}");
        assert!(found[0].what.starts_with("the dependencies cannot be listed: "));
    }

    /// `deny.toml` and this file say the same.
    #[test]
    fn deny_toml_agrees() {
        let text = include_str!("../../../deny.toml");
        let quoted: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
        for word in ACCEPTED.iter().chain(BANNED) {
            assert!(quoted.contains(word), "deny.toml does not name {word}");
        }
    }
}
