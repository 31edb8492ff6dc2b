//! The database driver behind one door.

use crate::house::House;
use crate::report::{Rule, Violation};

pub(crate) const RULE: Rule = Rule {
    name: "sqlx",
    why: "platform alone knows which database it talks to; a second door would know it differently",
    check,
};

const DRIVERS: &[&str] = &["sqlx", "sea-query", "rusqlite", "tokio-postgres", "libsqlite3-sys"];

fn is_door(path: &str) -> bool {
    path.starts_with("crates/platform/") || path.starts_with("crates/testkit/")
}

fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for package in &house.packages {
        if ["crates/platform", "crates/testkit"].contains(&package.dir.as_str()) {
            continue;
        }
        for dependency in &package.dependencies {
            if DRIVERS.contains(&dependency.name.as_str()) {
                found.push(Violation::whole(
                    &format!("{}/Cargo.toml", package.dir),
                    format!("depends on {}", dependency.name),
                    "use platform::db (Db, Tx); tests use testkit",
                ));
            }
        }
    }
    for file in house.rust().filter(|file| file.path.starts_with("crates/")) {
        if is_door(&file.path) || super::is_rule(&file.path) {
            continue;
        }
        let source = file.source();
        for line in source.lines_with("sqlx") {
            found.push(Violation::at(
                &file.path,
                line,
                "names sqlx".into(),
                "let platform::db offer what is needed under a name of its own",
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    #[test]
    fn a_second_door_is_found() {
        let tree = Planted::new()
            .file(
                "crates/services/crm/src/rule.rs",
                "fn a() {}\nuse captely_platform::sqlx::Row;\n",
            )
            .file("crates/platform/src/db/pool.rs", "use sqlx::Row;\n")
            .file("crates/testkit/src/lib.rs", "use sqlx::Row;\n")
            .file("crates/services/crm/src/store.rs", "// sqlx::Row\n");
        let found = super::check(&tree.house());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].path.as_str(), found[0].line),
            ("crates/services/crm/src/rule.rs", Some(2))
        );
    }

    #[test]
    fn a_dependency_on_the_driver_is_found_even_in_tests() {
        let tree = Planted::new().member("vendor/sqlx", "sqlx", "").member(
            "crates/services/crm",
            "captely-crm",
            "[dev-dependencies]\nsqlx = { path = \"../../../vendor/sqlx\" }\n",
        );
        let found = super::check(&tree.house_with_packages());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].what, "depends on sqlx");
    }
}
