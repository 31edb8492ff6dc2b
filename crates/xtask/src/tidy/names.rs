//! Names that say what is inside.

use std::collections::BTreeSet;

use crate::house::House;
use crate::report::{Rule, Violation};

pub(crate) const RULE: Rule = Rule {
    name: "names",
    why: "a file that is named after nothing in particular collects everything",
    check,
};

const REFUSED: &[&str] = &[
    "util",
    "utils",
    "utilities",
    "helper",
    "helpers",
    "common",
    "manager",
    "managers",
    "misc",
    "stuff",
];

fn check(house: &House) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    for file in &house.files {
        let mut path = String::new();
        for part in file.path.split('/') {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(part);
            let stem = part.split('.').next().unwrap_or_default();
            if stem.to_lowercase().split(['_', '-']).any(|word| REFUSED.contains(&word)) {
                found.insert((path.clone(), stem.to_owned()));
            }
        }
    }
    found
        .into_iter()
        .map(|(path, stem)| {
            let what = format!("is called `{stem}`");
            Violation::whole(&path, what, "name it after its one job, or move its parts to theirs")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    #[test]
    fn empty_words_are_found_in_files_and_folders() {
        let tree = Planted::new()
            .file("a/utils.rs", "")
            .file("a/common/one.rs", "")
            .file("a/common/two.rs", "")
            .file("a/job_manager.rs", "")
            .file("a/commonest.rs", "")
            .file("a/key.rs", "");
        let paths: Vec<_> = super::check(&tree.house()).into_iter().map(|v| v.path).collect();
        assert_eq!(paths, ["a/common", "a/job_manager.rs", "a/utils.rs"]);
    }
}
