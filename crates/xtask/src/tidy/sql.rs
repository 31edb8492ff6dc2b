//! SQL only in stores.

use crate::house::House;
use crate::report::{Rule, Violation};
use crate::source::is_test_path;

pub(crate) const RULE: Rule = Rule {
    name: "sql",
    why: "one place holds the SQL of a domain, so that every statement is prepared on both databases",
    check,
};

/// Floors that may hold no SQL outside a store. platform and testkit are the database layer itself.
const CHECKED: &[&str] =
    &["crates/engines/", "crates/services/", "crates/sandbox/", "crates/captely/"];

pub(super) fn is_store(path: &str) -> bool {
    path.starts_with("crates/services/")
        && (path.ends_with("/src/store.rs") || path.contains("/src/store/"))
}

fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in house.rust() {
        let path = file.path.as_str();
        let checked = CHECKED.iter().any(|floor| path.starts_with(floor));
        if !checked || is_store(path) || is_test_path(path) {
            continue;
        }
        let source = file.source();
        for literal in &source.literals {
            if is_sql(&literal.text) && !source.is_test(literal.line) {
                found.push(Violation::at(
                    path,
                    literal.line,
                    format!("holds SQL: `{}`", opening(&literal.text)),
                    "move the statement into the store of its service (src/store.rs or src/store/)",
                ));
            }
        }
    }
    found
}

/// The first words of a statement, for the message.
fn opening(text: &str) -> String {
    text.split_whitespace().take(4).collect::<Vec<_>>().join(" ")
}

/// Whether a text is a statement: it starts with an SQL word in capitals, as all our SQL does, and
/// has the second word that goes with it. Sentences such as `Update the plan` do not.
pub(super) fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "\\").collect();
    let has = |word: &str| words.contains(&word);
    match words.as_slice() {
        ["SELECT", _, ..]
        | ["INSERT", "INTO" | "OR", ..]
        | ["DELETE", "FROM", ..]
        | ["PRAGMA" | "VACUUM" | "TRUNCATE", ..] => true,
        ["UPDATE", _, ..] => has("SET"),
        ["WITH", _, ..] => has("SELECT") || has("UPDATE") || has("DELETE") || has("INSERT"),
        ["CREATE" | "DROP" | "ALTER", second, ..] => {
            ["TABLE", "INDEX", "UNIQUE", "VIEW", "TEMP", "TRIGGER"].contains(second)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    #[track_caller]
    fn check_at(path: &str, text: &str, lines: &[usize]) {
        let found = super::check(&Planted::new().file(path, text).house());
        let seen: Vec<_> = found.iter().filter_map(|violation| violation.line).collect();
        assert_eq!(seen, lines, "{path}: {found:?}");
    }

    const STATEMENTS: &str = r##"
        const A: &str = "SELECT id FROM contact";
        const B: &str = r#"
            INSERT INTO contact (id) VALUES ($1)"#;
        const C: &str = "\
            UPDATE contact SET name = $1";
        const D: &str = "WITH due AS (SELECT 1) DELETE FROM job";
        const E: &str = "DELETE FROM job";
    "##;

    #[test]
    fn statements_outside_a_store_are_found() {
        check_at("crates/services/crm/src/rule.rs", STATEMENTS, &[2, 3, 5, 7, 8]);
        check_at("crates/captely/src/main.rs", STATEMENTS, &[2, 3, 5, 7, 8]);
        check_at("crates/engines/verify/src/smtp.rs", STATEMENTS, &[2, 3, 5, 7, 8]);
    }

    #[test]
    fn stores_platform_and_tests_may_hold_them() {
        check_at("crates/services/crm/src/store.rs", STATEMENTS, &[]);
        check_at("crates/services/crm/src/store/contacts.rs", STATEMENTS, &[]);
        check_at("crates/platform/src/db/migrate.rs", STATEMENTS, &[]);
        check_at("crates/services/crm/tests/it/contacts.rs", STATEMENTS, &[]);
        let tested = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{STATEMENTS}}}\n");
        check_at("crates/services/crm/src/rule.rs", &tested, &[]);
        check_at("crates/captely/src/store.rs", "const A: &str = \"SELECT 1\";", &[1]);
    }

    #[test]
    fn sentences_and_comments_are_no_statements() {
        let text = r#"
            // "SELECT 1"
            const A: &str = "Select a column from the list";
            const B: &str = "UPDATE the plan";
            const C: &str = "WITH pleasure";
            const D: &str = "SELECT";
        "#;
        check_at("crates/services/crm/src/rule.rs", text, &[]);
    }
}
