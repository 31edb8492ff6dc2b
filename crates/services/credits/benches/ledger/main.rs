//! What the ledger of credits takes a second, beside the least that any ledger must do (`raw.rs`), in the same run on
//! the same database with the same settings; and how it reads and checks a workspace with millions of entries.
//!
//! `cargo bench -p captely-credits --bench ledger -- FOLDER [TRANSACTIONS [ENTRIES]]` prints one line of JSON for
//! SQLite (a file in FOLDER, every commit on the disk, as it ships) and one for PostgreSQL where
//! `CAPTELY_TEST_POSTGRES_URL` is set.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and has nothing to do when its set-up fails"
)]

mod captures;
mod clients;
mod desk;
mod large;
mod raw;

use captely_platform::db::{Db, DbOptions};
use captely_testkit::TestDb;
use serde_json::{Map, Value, json};

use desk::Desk;

/// How often everything is measured, in turns with what it is compared to: many short rounds, since a disk is fast and
/// slow by turns of seconds.
const ROUNDS: usize = 15;
const CLIENTS: [usize; 3] = [1, 8, 64];
const ACCOUNTS: usize = 1_000;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let folder = given.first().map_or("target", String::as_str);
    let number = |n: usize, usual: usize| given.get(n).map_or(usual, |word| word.parse().unwrap());
    let (transactions, entries) = (number(1, 3_000), number(2, 10_000_000));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let place = tempfile::tempdir_in(folder).unwrap();
        let url = format!("sqlite:{}", place.path().join("ledger.db").display());
        let db = Db::open(&url, &DbOptions::default()).await.unwrap();
        println!("{}", all("sqlite", &db, transactions, entries).await);
        db.close().await;
        if let Some(db) = TestDb::postgres().await {
            println!("{}", all("postgres", &db, transactions, entries).await);
        }
    });
}

async fn all(engine: &str, db: &Db, transactions: usize, entries: usize) -> Value {
    for migrations in
        [captely_platform::MIGRATIONS, captely_accounts::MIGRATIONS, captely_credits::MIGRATIONS]
    {
        db.migrate(migrations).await.unwrap();
    }
    db.migrate(raw::TABLES).await.unwrap();
    let desk = Desk::new(db);
    let mut rates = Map::new();
    for (place, accounts) in [("hot", 1), ("many", ACCOUNTS)] {
        for clients in CLIENTS {
            let said = captures::rates(&desk, accounts, clients, transactions).await;
            rates.insert(format!("{place} {clients}"), said);
        }
    }
    let batch = captures::in_batches(&desk, transactions.saturating_mul(20)).await;
    let large = if entries > 0 { large::measure(&desk, entries).await } else { Value::Null };
    json!({ "engine": engine, "rates": rates, "batch_per_s": batch, "large": large })
}
