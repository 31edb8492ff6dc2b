//! `captely verify` killed at any moment: the same command goes on, and its result is that of one that
//! nobody killed.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::time::{Duration, Instant};

use captely_platform::db::{Db, DbOptions, Stmt};
use captely_testkit::{Process, TestDb};

use crate::job::Job;
use crate::program::Room;
use crate::served::Served;
use crate::verify::columns;

/// Of one list.
const KILLS: u64 = 4;
/// The world of the first list.
const SEED: u64 = 11;
/// Names that nobody has, for each address that somebody has.
const MADE_UP: usize = 9;

/// The addresses of a world, each with made-up ones at its domain, some of them twice. Of greylisting
/// hosts those that exist alone: whether such a host takes any name is told by the first name that it
/// refuses, and which that is depends on time.
fn list(served: &Served) -> String {
    let truth = served.truth();
    let [emails, kinds, mailboxes] =
        ["email", "personality", "mailbox"].map(|name| columns(&truth, name));
    let domain = |email: &str| email.split_once('@').map_or("", |(_, domain)| domain).to_owned();
    let at_greylists: HashSet<String> = emails
        .iter()
        .zip(kinds)
        .filter(|(_, kind)| kind == "greylisting")
        .map(|(email, _)| domain(email))
        .collect();
    let mut list = "Row,Email\n".to_owned();
    for (row, (email, mailbox)) in emails.iter().zip(mailboxes).enumerate() {
        let domain = domain(email);
        let greylisting = at_greylists.contains(&domain);
        if domain.is_empty() || (greylisting && mailbox != "exists") {
            continue;
        }
        let mut add = |row: &str, email: &str| writeln!(list, "{row},{email}").expect("written");
        let number = row.to_string();
        add(&number, email);
        let made_up = if greylisting { 0 } else { MADE_UP };
        (0..made_up).for_each(|n| add(&number, &format!("nobody.{row}.{n}@{domain}")));
        add("again", &email.to_uppercase());
    }
    list
}

/// What is the same in every run: all but times and, for servers in trouble, the words about it.
fn answers(csv: &str) -> Vec<[String; 4]> {
    let [row, input, status, safe] =
        ["Row", "input", "status", "safe"].map(|name| columns(csv, name).into_iter());
    row.zip(input).zip(status).zip(safe).map(|(((a, b), c), d)| [a, b, c, d]).collect()
}

/// Fails with the first rows in which two results differ.
#[track_caller]
fn same(one: &str, two: &str) {
    let (one, two) = (answers(one), answers(two));
    assert_eq!(one.len(), two.len());
    let differing: Vec<_> = one.iter().zip(&two).filter(|(a, b)| a != b).take(5).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

/// The worlds of as many lists as the kills are for.
fn seeds() -> impl Iterator<Item = u64> {
    (0..captely_testkit::kills(KILLS).div_ceil(KILLS)).map(|list| SEED + list)
}

fn check(database: Option<&str>, seed: u64) {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", &seed.to_string()]);
    room.write("leads.csv", list(&served));
    let base = ["verify", "leads.csv", "--json", "--sandbox", served.http()];
    let whole = room.run(&[&base[..], &["-o", "whole.csv", "--data-dir", "data/whole"]].concat());
    whole.expect(0);
    let mut words = [&base[..], &["-o", "out.csv", "--data-dir", "data/killed"]].concat();
    if let Some(url) = database {
        words.extend(["--database", url]);
    }
    let embedded = format!("sqlite:{}", room.path().join("data/killed/captely.db").display());
    let url = database.unwrap_or(&embedded);
    let chance = RandomState::new().hash_one(1_u8);
    println!("the kills' chance is {chance}");
    for kill in 0..KILLS {
        let job = Job::start(&room, &words);
        wait_for_answers(url, 1 + (chance >> (16 * kill)) % 100);
        job.signal(captely_testkit::Signal::KILL);
        let ran = job.end();
        assert_eq!((ran.code, ran.out.as_str()), (None, ""), "killed half way: {ran:?}");
        assert_eq!(room.files(), ["leads.csv", "whole.csv"], "{ran:?}");
    }
    let ran = room.run(&words);
    ran.expect(0);
    let (whole, out) = (room.read("whole.csv"), room.read("out.csv"));
    same(&whole, &out);
    let list = room.read("leads.csv");
    assert_eq!(out.lines().count(), list.lines().count(), "every row is there");
    for (given, got) in list.lines().zip(out.lines()) {
        assert!(got.starts_with(given), "{given}\n{got}");
    }
    let json = ran.json();
    assert_eq!(json["files"][0]["resumed"], true, "{json}");
    asked_once(url);
}

/// Waits until the database has so many more answers than now, or has had its time for it.
fn wait_for_answers(url: &str, more: u64) {
    let count = || u64::try_from(ask(url, "SELECT 'all', count(*) FROM email_check")[0].1).ok();
    let until = Instant::now() + Duration::from_secs(3);
    let from = count().unwrap_or_default();
    while count().is_some_and(|n| n < from + more) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What the database answers; zero while it has no such table.
pub(crate) fn ask(url: &str, sql: &'static str) -> Vec<(String, i64)> {
    let nothing = || vec![(String::new(), 0)];
    if url.strip_prefix("sqlite:").is_some_and(|path| !Path::new(path).exists()) {
        return nothing();
    }
    captely_testkit::run(async {
        let Ok(db) = Db::open(url, &DbOptions::default()).await else { return nothing() };
        let mut tx = db.reader().await.expect("a reader");
        tx.all(Stmt::text(sql, Vec::new())).await.unwrap_or_else(|_no_table| nothing())
    })
}

/// Whatever was answered was not asked again: of all checks of an address, only one may be no put-off.
fn asked_once(url: &str) {
    const SQL: &str =
        "SELECT email, count(*) FROM email_check WHERE retry_at IS NULL GROUP BY email";
    let counts = ask(url, SQL);
    assert!(counts.len() > 1_000, "{} addresses", counts.len());
    let twice: Vec<_> = counts.into_iter().filter(|(_, n)| *n > 1).collect();
    assert_eq!(twice, []);
}

#[test]
fn on_sqlite() {
    seeds().for_each(|seed| check(None, seed));
}

#[test]
fn on_postgres() {
    for seed in seeds() {
        // Of its own for each: what one world's addresses are is remembered.
        let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
        check(Some(db.url()), seed);
    }
}

#[test]
fn two_processes_at_one_file_and_one_database() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "12"]);
    room.write("leads.csv", list(&served));
    let base = ["verify", "leads.csv", "--sandbox", served.http(), "--database", db.url()];
    room.run(&["migrate", "--database", db.url()]).expect(0);
    let start = |name: &'static str| {
        let mut command = room.command(&base);
        command.args(["-o", name, "--data-dir", &format!("data/{name}")]);
        Process::start(&mut command)
    };
    let mut both = ["one.csv", "two.csv"].map(start);
    assert!(both.iter_mut().all(|one| one.end().success()));
    same(&room.read("one.csv"), &room.read("two.csv"));
}

#[test]
fn one_data_directory_serves_one_list_at_a_time() {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "12"]);
    room.write("leads.csv", list(&served));
    let words = ["verify", "leads.csv", "--sandbox", served.http(), "--data-dir", "data"];
    let first = Job::start(&room, &words);
    while !room.path().join("data/captely.db").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let second = [&words[..], &["-o", "second.csv"]].concat();
    room.run(&second).expect(7).says("another captely is running");
    // One address is answered all the same, and not remembered.
    let one = ["verify", "a@b@c", "--data-dir", "data", "--json"];
    let ran = room.run(&one);
    ran.expect(0).says("nothing is remembered");
    assert_eq!(ran.json()["results"][0]["status"], "invalid");
    assert_eq!(first.end().code, Some(0));
}
