//! `kill -9` at any moment, then the same command again: no row is lost, and nobody is charged twice
//! beyond the calls in doubt that the summary owns up to.

use std::hash::{BuildHasher as _, RandomState};

use captely_testkit::TestDb;

use crate::job::Job;
use crate::program::Room;
use crate::served::Served;
use crate::verify_killed::ask;

/// Of one list.
const KILLS: u64 = 4;
/// The world of the first list.
const SEED: u64 = 11;
const ROWS: u32 = 200;
/// Between two kills the providers get at most so many calls; the whole job makes a hundred and more.
const CALLS_MAX: u64 = 20;
/// The same where each question has a call of its own.
const CALLS_MAX_ALONE: u64 = 80;
/// What an address costs, and a number.
const EMAIL_CREDITS: i64 = 1;
const PHONE_CREDITS: i64 = 3;
/// What all workspaces have spent, and what is set aside for work, in thousandths of credits.
const SPENT: &str = "SELECT 'spent', CAST(COALESCE(SUM(spent), 0) AS BIGINT) FROM credit_account";
const HELD: &str = "SELECT 'held', CAST(COALESCE(SUM(held), 0) AS BIGINT) FROM credit_account";
/// For that.
const ALONE: [&str; 2] = ["--set", "providers.icypeas.questions_per_call=1"];

/// As many lists as the kills are for, in the database of this URL or in the data directory's own.
fn check(database: Option<&str>, calls_max: u64, more: &[&str]) {
    let mut killed = 0;
    for list in 0..captely_testkit::kills(KILLS).div_ceil(KILLS) {
        killed += check_one(database, calls_max, more, SEED + list);
    }
    println!("{killed} kills");
}

/// Kills the job at random moments, at most `calls_max` calls apart, and brings it to its end. How often it was.
fn check_one(database: Option<&str>, calls_max: u64, more: &[&str], seed: u64) -> u64 {
    let seed = seed.to_string();
    // A call that is never answered ends soon, so that the test does.
    let room = Room::with(&[("captely.toml", "[waterfall]\nprovider_timeout_s = 2\n")]);
    let faulty = ["--latency-ms", "5-40", "--limits", "off", "--fault-rate", "0.02"];
    let served = Served::start(&room, &[&["--seed", seed.as_str()], &faulty[..]].concat());
    let list = served.leads(ROWS);
    room.write("leads.csv", &list);
    let words = ["enrich", "leads.csv", "-o", "out.csv", "--data-dir", "data", "--json"];
    let mut words = [&words[..], &["--sandbox", served.http()], more].concat();
    if let Some(url) = database {
        words.extend(["--database", url]);
    }
    let embedded = format!("sqlite:{}", room.path().join("data/captely.db").display());
    let url = database.unwrap_or(&embedded);
    let spent_before = ask(url, SPENT)[0].1;
    let chance = RandomState::new().hash_one(1_u8);
    println!("the kills' chance is {chance}");
    let (mut killed, mut whole) = (0, None);
    for kill in 0..KILLS {
        let pause = 1 + (chance >> (16 * kill)) % calls_max;
        let from = served.ledger("calls");
        let mut job = Job::start(&room, &words);
        let calls = from + f64::from(u32::try_from(pause).expect("small"));
        served.wait_for_calls_or(calls, || job.has_ended());
        if !job.has_ended() {
            job.signal(captely_testkit::Signal::KILL);
        }
        let ran = job.end();
        if ran.code == Some(0) {
            // What was left took fewer calls than that: the work is done.
            whole = Some(ran);
            break;
        }
        killed += 1;
        assert_eq!((ran.code, ran.out.as_str()), (None, ""), "killed half way: {ran:?}");
        assert_eq!(room.files(), ["captely.toml", "leads.csv"], "{ran:?}");
    }
    assert!(killed >= 2, "killed {killed} times only");
    let ran = whole.unwrap_or_else(|| room.run(&words));
    ran.expect(0);
    let json = ran.json();
    assert_eq!((&json["resumed"], &json["rows"]), (&true.into(), &ROWS.into()), "{json}");
    let (twice, in_doubt) = (served.ledger("charged_twice"), json["in_doubt"].as_f64());
    let ledger = served.get("/_sandbox/calls");
    assert!(in_doubt.is_some_and(|own| twice <= own), "{twice} charged twice: {json}\n{ledger}");
    let (charged, told) = (served.ledger("charged_usd"), json["cost_usd"].as_f64());
    assert!(told.is_some_and(|told| told + 1e-6 >= charged), "{charged} $ charged: {json}");
    // Every row of the list is there once, in order, untouched.
    let out = room.read("out.csv");
    let rows: Vec<(&str, &str)> = list.lines().zip(out.lines()).collect();
    assert_eq!(rows.len(), usize::try_from(ROWS).expect("small") + 1);
    assert_eq!(out.lines().count(), rows.len());
    for (given, got) in rows {
        assert!(got.starts_with(&format!("{given},")), "{given}\n{got}");
    }
    let empty = out.lines().filter(|row| row.contains(",,,,,,,,,,,,,,,")).count();
    assert_eq!(empty, 0, "every row has its end");
    check_credits(&room, url, spent_before, &json);
    killed
}

/// What was delivered was paid for once, nothing is set aside any more, and the ledger is right.
fn check_credits(room: &Room, url: &str, spent_before: i64, run: &serde_json::Value) {
    let number = |name: &str| run[name].as_i64().unwrap_or_else(|| panic!("{name}: {run}"));
    let spent = number("email_found") * EMAIL_CREDITS + number("phone_found") * PHONE_CREDITS;
    assert_eq!(run["credits"], spent.to_string(), "{run}");
    assert_eq!(ask(url, SPENT)[0].1 - spent_before, spent * 1_000, "{run}");
    assert_eq!(ask(url, HELD)[0].1, 0, "{run}");
    let verified = room.run(&["ledger", "verify", "--data-dir", "data", "--database", url]);
    verified.expect(0);
}

#[test]
fn on_sqlite() {
    check(None, CALLS_MAX, &["--no-verify", "--fields", "email,phone"]);
}

#[test]
fn on_sqlite_one_by_one() {
    let more = [&ALONE[..], &["--no-verify", "--fields", "email,phone"]].concat();
    check(None, CALLS_MAX_ALONE, &more);
}

#[test]
fn on_sqlite_with_verification() {
    check(None, CALLS_MAX, &[]);
}

#[test]
fn on_postgres() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    check(Some(db.url()), CALLS_MAX, &["--no-verify", "--fields", "email,phone"]);
}
