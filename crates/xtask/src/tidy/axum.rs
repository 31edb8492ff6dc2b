//! The web framework behind routes.

use crate::house::House;
use crate::report::{Rule, Violation};
use crate::source::is_test_path;

pub(crate) const RULE: Rule = Rule {
    name: "axum",
    why: "rules that know HTTP cannot be called from a job, a test or the command line",
    check,
};

fn may_name_it(path: &str) -> bool {
    path.contains("/src/routes/")
        || path.ends_with("/src/routes.rs")
        || path.starts_with("crates/platform/src/http")
        || path.starts_with("crates/sandbox/")
        || path.starts_with("crates/testkit/")
        || is_test_path(path)
        || super::is_rule(path)
}

fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in house.rust().filter(|file| !may_name_it(&file.path)) {
        let source = file.source();
        for word in ["axum", "axum_extra", "tower_http"] {
            for line in source.lines_with(word).filter(|line| !source.is_test(*line)) {
                found.push(Violation::at(
                    &file.path,
                    line,
                    format!("names {word}"),
                    "move the handler into routes/, or what all handlers need into platform::http",
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    #[test]
    fn the_framework_outside_its_rooms_is_found() {
        let text = "//! axum\nuse axum::Router;\n";
        let tree = Planted::new()
            .file("crates/services/crm/src/rule.rs", text)
            .file("crates/services/crm/src/routes/list_contacts.rs", text)
            .file("crates/platform/src/http/problem.rs", text)
            .file("crates/platform/src/jobs.rs", "use taxum::a;")
            .file("crates/engines/providers/tests/it/main.rs", text)
            .file("crates/sandbox/src/icypeas.rs", text);
        let found = super::check(&tree.house());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].path.as_str(), found[0].line),
            ("crates/services/crm/src/rule.rs", Some(2))
        );
    }
}
