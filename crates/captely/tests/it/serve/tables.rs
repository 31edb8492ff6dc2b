//! Databases that are not of this version.

use captely_platform::db::Migration;
use captely_testkit::TestDb;

use crate::program::Room;
use crate::serving::Serving;

/// What works on a database; a server at any port that is free.
const WORKERS: [&[&str]; 2] = [&["serve", "--listen", "127.0.0.1:0"], &["worker"]];

/// Adds what a later version would add.
fn later(url: &str) {
    captely_testkit::run(async {
        let db = captely_platform::db::Db::open(url, &captely_testkit::db_options()).await.unwrap();
        let mut all = captely::commands::migrate::all();
        let last = all.iter().filter(|migration| migration.family == "accounts").count();
        all.push(Migration {
            family: "accounts",
            number: u32::try_from(last + 1).expect("small"),
            name: "later",
            sql: "CREATE TABLE later (id @int@ PRIMARY KEY) @strict@;",
        });
        db.migrate(&all).await.unwrap();
        db.close().await;
    });
}

#[test]
fn a_newer_database_is_refused_on_sqlite() {
    let room = Room::new();
    Serving::start(&room, &[]).stop();
    later(&format!("sqlite:{}", room.path().join("data/captely.db").display()));
    for command in WORKERS {
        room.run(&[command, &["--data-dir", "data"]].concat()).expect(5).says("a newer captely");
    }
}

#[test]
fn postgres_without_tables_is_refused_with_a_hint() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    let room = Room::new();
    let words = ["--data-dir", "data", "--database", db.url()];
    for command in WORKERS {
        let ran = room.run(&[command, &words].concat());
        ran.expect(5).says("lacks").says("captely migrate");
    }
    Serving::start(&room, &["--database", db.url(), "--migrate"]).stop();
    Serving::start(&room, &["--database", db.url()]).stop();
    later(db.url());
    for more in [&[][..], &["--migrate"]] {
        let ran = room.run(&[WORKERS[0], &words, more].concat());
        ran.expect(5).says("a newer captely");
    }
}
