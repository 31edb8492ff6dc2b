//! How SQLite looks things up: by an index that says more than the workspace.

use captely_crm::{MIGRATIONS, statements};
use captely_platform::db::Stmt;
use captely_testkit::{Engine, TestDb};

/// One row a workspace, or a few dozen.
const SMALL: [&str; 6] = [
    "contact_count",
    "contact_key_run",
    "contact_key_state",
    "contact_unmarked",
    "duplicate_settings",
    "record_clock",
];

/// Those that go through a table from where a page before ended, or that need one row of it.
const PAGES: [&str; 9] = [
    "SELECT CAST(1 AS BIGINT) FROM contact_barred WHERE workspace_id = $1 LIMIT 1",
    "SELECT id FROM contact WHERE workspace_id = $1 AND id > $2 AND merged_into IS NULL ORDER BY id LIMIT $3",
    "SELECT id FROM contact WHERE workspace_id = $1 AND id > $2 AND marks IS NULL ORDER BY id LIMIT $3",
    "SELECT COUNT(*) FROM (SELECT id FROM contact WHERE workspace_id = $1 AND id > $2",
    "WHERE c.workspace_id = $1 AND c.id > $2 AND c.merged_into IS NULL ORDER BY c.id LIMIT $3",
    "SELECT id FROM company WHERE workspace_id = $1 AND origin_id = $2 AND id > $3 ORDER BY id LIMIT $4",
    "SELECT id FROM contact_merge WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1",
    "FROM contact_merge WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    "FROM contact_merge WHERE workspace_id = $1 AND origin_id = $2 AND id < $3 AND undone_at IS NULL ORDER BY",
];

/// The rows of one statement at most: with many, SQLite chooses otherwise than with few.
const ROWS: usize = 512;

/// A statement over rows as it is run, with as many of them as SQLite gets at once: what is listed selects a table's
/// columns instead.
fn over_rows(sql: &str) -> String {
    let (Some(from), Some(to)) = (sql.find("AS (SELECT"), sql.find("WHERE workspace_id = $1)"))
    else {
        return sql.to_owned();
    };
    let (head, rest) = sql.split_at(from);
    let (columns, tail) = rest.split_at(to - from);
    let width = columns.matches(',').count() + 1;
    let row = |row: usize| {
        let places: Vec<_> = (1..=width).map(|place| format!("${}", row * width + place)).collect();
        format!("({})", places.join(", "))
    };
    let rows = (0..ROWS).map(row).collect::<Vec<_>>().join(", ");
    format!("{head}AS (VALUES {rows}){}", tail.split_once(')').unwrap().1)
}

/// Whether a step of a plan reads all of a workspace, or all from some id on.
fn reads_all(step: &str) -> bool {
    let words: Vec<&str> = step.split_whitespace().collect();
    let by = step.split_once('(').map_or("", |(_, by)| by);
    match words[..] {
        ["SCAN", what, ..] => what.starts_with("contact") || what.starts_with("company"),
        ["SEARCH", table, ..] if SMALL.contains(&table) => false,
        ["SEARCH", ..] => {
            ["workspace_id=?)", "workspace_id=? AND id>?)", "workspace_id=? AND id<?)"]
                .contains(&by)
        }
        _ => false,
    }
}

#[tokio::test]
async fn nothing_reads_a_whole_workspace() {
    let db = TestDb::new(Engine::Sqlite, MIGRATIONS).await.unwrap();
    let mut tx = db.reader().await.unwrap();
    let mut out = Vec::new();
    for sql in statements() {
        let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        if PAGES.iter().any(|page| sql.contains(page)) {
            continue;
        }
        let plan = Stmt::owned(format!("EXPLAIN QUERY PLAN {}", over_rows(&sql)), []);
        let steps: Vec<(i64, i64, i64, String)> = tx.all(plan).await.unwrap();
        let bad = steps.into_iter().filter(|(.., step)| reads_all(step));
        out.extend(bad.map(|(.., step)| format!("{step}\n    {sql}")));
    }
    assert!(out.is_empty(), "{}", out.join("\n"));
}
