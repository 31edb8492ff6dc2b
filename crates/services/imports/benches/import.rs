//! How fast a list becomes contacts: `cargo bench -p captely-imports --bench import` (with `scripts/postgres run --`
//! before it also on PostgreSQL) imports a million rows of 12 columns with recognition, normalisation and marks, beside
//! the bulk insert of the same rows that the database itself does: prepared rows of many on SQLite, COPY on PostgreSQL.
//! Prints lines of JSON: the first look at a list of a gigabyte, then of each database rows a second, those of the same
//! people imported once more, their share, and the most memory. `ROWS=100000 PREVIEW_ROWS=1000` takes less.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a measurement prints and may stop"
)]

use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use captely_crm::{OnMatch, Policy};
use captely_imports::{Ask, Importer};
use captely_platform::db::{Db, DbOptions, Migration, Value};
use captely_platform::ids::WorkspaceId;
use captely_tabular::ReadOptions;
use captely_testkit::{POSTGRES_URL, TestClock, ids_at};
use serde_json::json;

// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HEADER: &str = "First Name,Last Name,Title,Company,Website,Email,Work Phone,LinkedIn URL,City,Country,\
    # Employees,Industry";
const TITLES: [&str; 8] = [
    "VP Sales",
    "Software Engineer",
    "Head of Marketing",
    "CFO",
    "Account Executive",
    "Geschäftsführer",
    "Data Analyst",
    "Office Manager",
];
/// Rows of one transaction of the bare insert.
const BARE_ROWS: u64 = 10_000;
const TABLE: &str = "CREATE TABLE bare (id BIGINT PRIMARY KEY, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT, g TEXT, \
    h TEXT, i TEXT, j TEXT, k TEXT, l TEXT)";
const BARE: Migration = Migration { family: "bare", number: 1, name: "bare", sql: TABLE };

fn row(n: u64) -> [String; 12] {
    let company = n / 20;
    [
        format!("Asha{}", n % 9_973),
        format!("Rao{n}"),
        TITLES.get((n % 8) as usize).copied().unwrap().to_owned(),
        format!("Mills {company} GmbH"),
        format!("https://www.mills{company}.example"),
        format!("asha{n}@mills{company}.example"),
        String::new(),
        format!("https://www.linkedin.com/in/asha-rao-{n}"),
        "Berlin".to_owned(),
        "Germany".to_owned(),
        format!("{}", 10 + n % 500),
        "Textiles".to_owned(),
    ]
}

fn write_list(path: &Path, rows: u64) {
    let mut out = BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(out, "{HEADER}").unwrap();
    for n in 0..rows {
        writeln!(out, "{}", row(n).join(",")).unwrap();
    }
}

/// The same rows by the database's own means; seconds.
async fn bare_sqlite(db: &Db, rows: u64) -> f64 {
    let begun = Instant::now();
    let mut from = 0;
    while from < rows {
        let to = (from + BARE_ROWS).min(rows);
        let mut values: Vec<Value> = Vec::new();
        for n in from..to {
            values.push(i64::try_from(n).unwrap().into());
            values.extend(row(n).map(Value::from));
        }
        let mut tx = db.writer().await.unwrap();
        let head = "INSERT INTO bare (id, a, b, c, d, e, f, g, h, i, j, k, l)";
        tx.insert_many(head, 13, values, "").await.unwrap();
        tx.commit().await.unwrap();
        from = to;
    }
    begun.elapsed().as_secs_f64()
}

fn bare_postgres(url: &str, list: &Path, rows: u64) -> f64 {
    let with_ids = list.with_extension("ids.csv");
    let mut out = BufWriter::new(std::fs::File::create(&with_ids).unwrap());
    for n in 0..rows {
        writeln!(out, "{n},{}", row(n).join(",")).unwrap();
    }
    out.flush().unwrap();
    let begun = Instant::now();
    // psql does not know what sqlx adds behind it.
    let url = url.split('?').next().unwrap_or(url);
    let copy = format!("\\copy bare FROM '{}' WITH (FORMAT csv)", with_ids.display());
    let done = Command::new("psql").args([url, "-q", "-c", &copy]).status().unwrap();
    assert!(done.success());
    begun.elapsed().as_secs_f64()
}

/// Each with ids of its own.
fn importer(db: &Db) -> Importer {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let clock = Arc::new(TestClock::default());
    let seed = SEED.fetch_add(1, Ordering::Relaxed);
    let ids = Arc::new(ids_at(Arc::<TestClock>::clone(&clock), seed));
    Importer { db: db.clone(), ids, clock, workspace: WorkspaceId::LOCAL, ledger: None }
}

/// Imports a list; seconds.
async fn import(db: &Db, list: &Path, rows: u64) -> f64 {
    let policy = Policy { usual: OnMatch::FillBlanks, ..Policy::default() };
    let ask = Ask { policy, ..Ask::default() };
    let begun = Instant::now();
    let options = ReadOptions::default();
    let done = importer(db).import_with(list, options, ask, |_rows| ()).await.unwrap();
    assert_eq!(done.rows, rows);
    begun.elapsed().as_secs_f64()
}

/// The first look at a list; seconds.
async fn preview(db: &Db, list: &Path) -> f64 {
    let begun = Instant::now();
    let options = ReadOptions::default();
    importer(db).preview(list, options, &Ask::default()).await.unwrap();
    begun.elapsed().as_secs_f64()
}

/// The most memory that this process has had, in MB.
fn memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse().ok());
    kb.unwrap_or(0_u64) / 1_024
}

/// A line of JSON: rows a second of the import, of the same list once more, and of the bare insert.
fn say(engine: &str, rows: u64, (first_s, again_s, bare_s): (f64, f64, f64), memory_mb: u64) {
    let rate = |seconds: f64| (rows as f64 / seconds).round();
    let said = json!({
        "engine": engine,
        "rows": rows,
        "imported_per_s": rate(first_s),
        "again_per_s": rate(again_s),
        "bare_per_s": rate(bare_s),
        "share": bare_s / first_s,
        "memory_mb": memory_mb,
    });
    println!("{said}");
}

fn main() {
    let number = |name| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let rows = number("ROWS").unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let (list, again) = (folder.path().join("leads.csv"), folder.path().join("again.csv"));
    write_list(&list, rows);
    // The same people in a file of its own: the very same file is known as such.
    write_list(&again, rows);
    writeln!(std::fs::OpenOptions::new().append(true).open(&again).unwrap()).unwrap();
    let tables = [
        captely_platform::MIGRATIONS,
        captely_crm::MIGRATIONS,
        captely_imports::MIGRATIONS,
        &[BARE],
    ]
    .concat();
    captely_testkit::run(async {
        let url = format!("sqlite:{}", folder.path().join("bench.db").display());
        let db = Db::open(&url, &DbOptions::default()).await.unwrap();
        db.migrate(&tables).await.unwrap();
        let large = folder.path().join("large.csv");
        write_list(&large, number("PREVIEW_ROWS").unwrap_or(7_500_000));
        let bytes = std::fs::metadata(&large).unwrap().len();
        let seconds = preview(&db, &large).await;
        println!("{}", json!({ "preview_bytes": bytes, "seconds": seconds }));
        std::fs::remove_file(&large).unwrap();
        let first_s = import(&db, &list, rows).await;
        let memory = memory_mb();
        let again_s = import(&db, &again, rows).await;
        let bare_s = bare_sqlite(&db, rows).await;
        say("SQLite", rows, (first_s, again_s, bare_s), memory);
        db.close().await;
        if std::env::var_os(POSTGRES_URL).is_none() {
            return;
        }
        let db = captely_testkit::TestDb::postgres().await.unwrap();
        db.migrate(&tables).await.unwrap();
        let first_s = import(&db, &list, rows).await;
        let memory = memory_mb();
        let again_s = import(&db, &again, rows).await;
        let bare_s = bare_postgres(db.url(), &list, rows);
        say("PostgreSQL", rows, (first_s, again_s, bare_s), memory);
    });
}
