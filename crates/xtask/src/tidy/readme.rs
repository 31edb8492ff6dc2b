//! Every crate introduces itself.

use crate::files::File;
use crate::house::House;
use crate::metadata::Package;
use crate::report::{Rule, Violation};

pub(crate) const RULE: Rule = Rule {
    name: "readme",
    why: "a newcomer opens one page a crate: what it is for, where to start, what holds, what is not there",
    check,
};

fn check(house: &House) -> Vec<Violation> {
    house.packages.iter().flat_map(|package| check_package(house, package)).collect()
}

fn check_package(house: &House, package: &Package) -> Vec<Violation> {
    let mut found = Vec::new();
    let path = format!("{}/README.md", package.dir);
    let manifest = format!("{}/Cargo.toml", package.dir);
    if package.description.trim().is_empty() {
        let what = "has no description".to_owned();
        found.push(Violation::whole(&manifest, what, "say in one line what the crate is for"));
    }
    let Some(readme) = house.file(&path) else {
        let todo = "write purpose, entry file, Invariants, Deliberately absent (CONTRIBUTING.md shows one)";
        found.push(Violation::whole(&path, "is missing".into(), todo));
        return found;
    };
    let text = readme.text();
    if purpose(text).is_none() {
        let what = "does not start with a title and the purpose".to_owned();
        found.push(Violation::whole(&path, what, "write `# name` and then what the crate is for"));
    }
    for part in ["Invariants", "Deliberately absent"] {
        if !text.to_lowercase().contains(&part.to_lowercase()) {
            let todo = format!("add a paragraph that starts with `{part}`");
            found.push(Violation::whole(&path, format!("does not say `{part}`"), todo));
        }
    }
    if !quoted(text).any(|word| word.contains("src/") && house.has(&inside(package, word))) {
        let what = "does not name the file where reading starts".to_owned();
        found.push(Violation::whole(&path, what, "add: Start at `src/lib.rs`."));
    }
    found.extend(front_page(house, package));
    found
}

/// The first paragraph after the title.
fn purpose(text: &str) -> Option<&str> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let title = lines.next().filter(|line| line.starts_with("# "));
    title.and_then(|_| lines.next()).filter(|line| !line.starts_with('#'))
}

/// What stands in back-quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// A path in a crate's README is relative to the crate, or to the root.
fn inside(package: &Package, word: &str) -> String {
    if word.starts_with("crates/") { word.to_owned() } else { format!("{}/{word}", package.dir) }
}

/// The README is what rustdoc shows first.
fn front_page(house: &House, package: &Package) -> Option<Violation> {
    let roots = ["lib.rs", "main.rs"].map(|name| format!("{}/src/{name}", package.dir));
    let root = roots.iter().find_map(|path| house.file(path))?;
    let shown = File::text(root).contains("include_str!(\"../README.md\")");
    (!shown).then(|| {
        let todo = "start the file with #![doc = include_str!(\"../README.md\")]";
        Violation::whole(&root.path, "does not show the README".into(), todo)
    })
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    const GOOD: &str = "# captely-contact\n\nThe words of the field. Start at `src/lib.rs`.\n\n\
                        Invariants\n- pure\n\nDeliberately absent: storage.\n";

    #[track_caller]
    fn check_readme(readme: Option<&str>, root: &str, expected: &[&str]) {
        let mut tree = Planted::new().member("crates/engines/contact", "captely-contact", "");
        tree = tree.file("crates/engines/contact/src/lib.rs", root);
        if let Some(text) = readme {
            tree = tree.file("crates/engines/contact/README.md", text);
        }
        let house = tree.house_with_packages();
        let said: Vec<_> = super::check(&house).into_iter().map(|v| v.what).collect();
        assert_eq!(said, expected);
    }

    const SHOWN: &str = "#![doc = include_str!(\"../README.md\")]\n";

    #[test]
    fn a_whole_page_is_accepted() {
        check_readme(Some(GOOD), SHOWN, &[]);
    }

    #[test]
    fn each_missing_part_is_named() {
        check_readme(None, SHOWN, &["is missing"]);
        check_readme(Some(GOOD), "", &["does not show the README"]);
        check_readme(
            Some("# captely-contact\n\n## Invariants\n"),
            SHOWN,
            &[
                "does not start with a title and the purpose",
                "does not say `Deliberately absent`",
                "does not name the file where reading starts",
            ],
        );
        let lost = GOOD.replace("src/lib.rs", "src/gone.rs");
        check_readme(Some(&lost), SHOWN, &["does not name the file where reading starts"]);
    }

    #[test]
    fn a_package_has_a_description() {
        let tree = Planted::new()
            .member("crates/engines/contact", "captely-contact", "")
            .file("crates/engines/contact/README.md", GOOD)
            .file("crates/engines/contact/src/lib.rs", SHOWN);
        let mut house = tree.house_with_packages();
        for package in &mut house.packages {
            package.description.clear();
        }
        let found = super::check(&house);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "crates/engines/contact/Cargo.toml");
    }
}
