//! How fast a list becomes contacts: `cargo bench -p captely-imports --bench import` (with `scripts/postgres run --`
//! before it also on PostgreSQL) imports a million rows of 12 columns with recognition, normalisation and marks, beside
//! the bulk insert of the same rows that the database itself does: prepared rows of many on SQLite, COPY on PostgreSQL.
//! Prints rows a second, their share, and the most memory. `ROWS=100000` takes fewer.
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
use std::time::Instant;

use captely_crm::{OnMatch, Policy};
use captely_imports::{Ask, Importer};
use captely_platform::db::{Db, DbOptions, Migration, Value};
use captely_platform::ids::WorkspaceId;
use captely_tabular::ReadOptions;
use captely_testkit::{POSTGRES_URL, TestClock, ids_at};

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

async fn import(db: &Db, list: &Path, rows: u64) -> f64 {
    let clock = Arc::new(TestClock::default());
    let ids = Arc::new(ids_at(Arc::<TestClock>::clone(&clock), 1));
    let importer = Importer { db: db.clone(), ids, clock, workspace: WorkspaceId::LOCAL };
    let policy = Policy { usual: OnMatch::FillBlanks, ..Policy::default() };
    let ask = Ask { policy, ..Ask::default() };
    let begun = Instant::now();
    let done = importer.import_with(list, ReadOptions::default(), ask, |_rows| ()).await.unwrap();
    assert_eq!(done.rows, rows);
    begun.elapsed().as_secs_f64()
}

/// The most memory that this process has had, in MB.
fn memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse().ok());
    kb.unwrap_or(0_u64) / 1_024
}

fn say(what: &str, rows: u64, bare_s: f64, import_s: f64) {
    let rate = |seconds: f64| rows as f64 / seconds;
    println!(
        "{what}: imported {:.0} rows/s, bare {:.0} rows/s, {:.0} % of it; {} MB at most",
        rate(import_s),
        rate(bare_s),
        100.0 * bare_s / import_s,
        memory_mb(),
    );
}

fn main() {
    let rows = std::env::var("ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("leads.csv");
    write_list(&list, rows);
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
        let bare_s = bare_sqlite(&db, rows).await;
        let import_s = import(&db, &list, rows).await;
        say("SQLite", rows, bare_s, import_s);
        db.close().await;
        if std::env::var_os(POSTGRES_URL).is_none() {
            return;
        }
        let db = captely_testkit::TestDb::postgres().await.unwrap();
        db.migrate(&tables).await.unwrap();
        let bare_s = bare_postgres(db.url(), &list, rows);
        let import_s = import(&db, &list, rows).await;
        say("PostgreSQL", rows, bare_s, import_s);
    });
}
