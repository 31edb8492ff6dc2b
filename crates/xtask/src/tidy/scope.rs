//! No query without the workspace.

use crate::files::File;
use crate::house::House;
use crate::report::{Rule, Violation};
use crate::source::has_word;

pub(crate) const RULE: Rule = Rule {
    name: "scope",
    why: "the workspace in every key and every statement keeps customers apart, and lets tables be spread",
    check,
};

const COLUMN: &str = "workspace_id";

/// What the comment above a table must say if it belongs to no workspace.
const SHARED: &str = "all workspaces";

/// A table of a migration.
struct Table {
    path: String,
    line: usize,
    name: String,
    scoped: bool,
    /// Its primary key starts with the workspace.
    keyed: bool,
    /// The comment above says that it is shared.
    declared_shared: bool,
}

fn check(house: &House) -> Vec<Violation> {
    let migrations = house.files.iter().filter(|file| {
        file.is("sql")
            && file.path.starts_with("crates/services/")
            && file.path.contains("/migrations/")
    });
    let tables: Vec<Table> = migrations.flat_map(tables).collect();
    let mut found: Vec<Violation> = tables.iter().filter_map(judge).collect();
    for file in house.rust().filter(|file| super::sql::is_store(&file.path)) {
        let source = file.source();
        for literal in &source.literals {
            if !super::sql::is_sql(&literal.text)
                || source.is_test(literal.line)
                || has_word(&literal.text, COLUMN)
            {
                continue;
            }
            let named = tables.iter().find(|t| t.scoped && has_word(&literal.text, &t.name));
            if let Some(table) = named {
                found.push(Violation::at(
                    &file.path,
                    literal.line,
                    format!("asks {} without the workspace", table.name),
                    "take the workspace as an argument and add `workspace_id = $…`",
                ));
            }
        }
    }
    found
}

fn judge(table: &Table) -> Option<Violation> {
    let (what, todo) = match (table.scoped, table.keyed) {
        (true, true) => return None,
        (true, false) => (
            "has a primary key that does not start with workspace_id",
            "write PRIMARY KEY (workspace_id, …)",
        ),
        (false, _) if table.declared_shared => return None,
        (false, _) => (
            "has no workspace_id",
            "add the column, or say in the comment above why the table is shared by all workspaces",
        ),
    };
    Some(Violation::at(&table.path, table.line, format!("the table {} {what}", table.name), todo))
}

/// The tables that a migration creates.
fn tables(file: &File) -> Vec<Table> {
    let mut found: Vec<Table> = Vec::new();
    let mut comment = String::new();
    for (line, number) in file.text().lines().zip(1..) {
        if let Some(said) = line.trim_start().strip_prefix("--") {
            comment.push_str(said);
            continue;
        }
        if let Some(rest) = line.trim_start().strip_prefix("CREATE TABLE ") {
            let rest = rest.strip_prefix("IF NOT EXISTS ").unwrap_or(rest);
            let name = rest.split([' ', '(']).next().unwrap_or_default().to_owned();
            found.push(Table {
                path: file.path.clone(),
                line: number,
                name,
                scoped: false,
                keyed: false,
                declared_shared: comment.contains(SHARED),
            });
        } else if let Some(table) = found.last_mut() {
            let code = line.split("--").next().unwrap_or_default().trim();
            table.scoped |= code.starts_with(COLUMN);
            table.keyed |= code.starts_with("PRIMARY KEY (workspace_id");
        }
        if !line.trim().is_empty() {
            comment.clear();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;

    const MIGRATION: &str = "\
CREATE TABLE contact (
    workspace_id @id@ NOT NULL,
    id           @id@ NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@strict@;

-- The provider counts for the whole account, so this is shared by all workspaces.
CREATE TABLE rate_slot (
    id @id@ NOT NULL PRIMARY KEY
)@strict@;
";

    #[track_caller]
    fn check_tree(migration: &str, store: &str, expected: &[&str]) {
        let tree = Planted::new()
            .file("crates/services/crm/migrations/0001_contacts.sql", migration)
            .file("crates/services/crm/src/store.rs", store);
        let found = super::check(&tree.house());
        let said: Vec<_> =
            found.iter().map(|v| format!("{}: {}", v.line.unwrap_or(0), v.what)).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn statements_name_the_workspace() {
        check_tree(
            MIGRATION,
            "const A: &str = \"SELECT id FROM contact WHERE workspace_id = $1\";\n\
             const B: &str = \"SELECT id FROM rate_slot\";\n\
             const C: &str = \"ON CONFLICT DO NOTHING\";\n\
             const D: &str = \"SELECT id FROM contact WHERE id = $1\";\n\
             const E: &str = \"DELETE FROM contact\";\n",
            &["4: asks contact without the workspace", "5: asks contact without the workspace"],
        );
    }

    #[test]
    fn tables_have_it_in_their_key() {
        check_tree(
            &MIGRATION.replace("PRIMARY KEY (workspace_id, id)", "PRIMARY KEY (id, workspace_id)"),
            "",
            &["1: the table contact has a primary key that does not start with workspace_id"],
        );
        check_tree(
            &MIGRATION.replace("all workspaces", "everybody"),
            "",
            &["8: the table rate_slot has no workspace_id"],
        );
    }
}
