//! Ctrl-C: what is under way is finished, nothing is half-written, and the command says how to
//! continue.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::job::Job;
use crate::program::Room;
use crate::served::Served;

#[test]
fn the_command_that_it_prints_continues() {
    let room = Room::new();
    let served = Served::start(&room, &["--latency-ms", "100-200", "--limits", "off"]);
    let list = served.leads(100);
    room.write("my leads.csv", &list);
    let words = ["enrich", "my leads.csv", "-o", "out.csv", "--data-dir", "data", "--json"];
    let words = [&words[..], &["--no-verify", "--sandbox", served.http()]].concat();
    let job = Job::start(&room, &words);
    served.wait_for_calls(20.0);
    job.signal(captely_testkit::Signal::INT);
    let ran = job.end();
    ran.expect(130).says("finishing calls under way");
    let error = &ran.json()["error"];
    assert_eq!((&error["exit"], &error["kind"]), (&130.into(), &"interrupted".into()));
    let message = error["message"].as_str().unwrap_or("");
    assert!(message.starts_with("stopped after ") && message.contains(" of "), "{message}");
    assert_eq!(room.files(), ["my leads.csv"]);

    let calls = served.ledger("calls");
    let hint = error["try"].as_str().unwrap_or("");
    let (_, again) = hint.split_once(": ").expect("a command behind a colon");
    assert!(again.contains(" 'my leads.csv' "), "{again}");
    let ran = room.shell(again);
    ran.expect(0);
    let json = ran.json();
    assert_eq!((&json["resumed"], &json["rows"]), (&true.into(), &100.into()), "{json}");
    assert_eq!(json["in_doubt"], 0, "calls under way were finished: {json}");
    assert!(served.ledger("calls") > calls, "there was more to do");
    assert!(served.ledger("charged_twice").abs() < 0.5, "{json}");
    let rows = room.read("out.csv").lines().count();
    assert_eq!(rows, list.lines().count());

    // All is done: the same again is a new run that pays nothing.
    let ran = room.shell(again);
    ran.expect(0);
    let json = ran.json();
    assert_eq!((&json["resumed"], &json["cost_usd"]), (&false.into(), &0.0.into()), "{json}");
}

#[test]
fn rows_that_only_wait_for_mail_servers_are_left_at_once() {
    let room = Room::new();
    let served = Served::start(&room, &["--latency-ms", "0-5", "--limits", "off"]);
    room.write("leads.csv", served.leads(200));
    let words = ["enrich", "leads.csv", "-o", "out.csv", "--data-dir", "data"];
    let job = Job::start(&room, &[&words[..], &["--sandbox", served.http()]].concat());
    served.wait_for_calls(5.0);
    let asked = Instant::now();
    job.signal(captely_testkit::Signal::TERM);
    let ran = job.end();
    ran.expect(130).says("the same command continues there: ");
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(3), "slow mail servers take longer: {took:?}");
    assert_eq!(room.files(), ["leads.csv"]);
}

#[test]
fn while_the_list_is_read() {
    let mut list = "First Name,Last Name,Company,Domain\n".to_owned();
    for i in 0..300_000 {
        writeln!(list, "Ann{i},Bo{i},Company {i},c{i}.example").expect("written");
    }
    let room = Room::with(&[("leads.csv", &list)]);
    let words = ["enrich", "leads.csv", "-o", "out.csv", "--data-dir", "data", "--sandbox", "1"];
    let job = Job::start(&room, &words);
    // Rows are going into the database.
    let log = room.path().join("data/captely.db-wal");
    let until = Instant::now() + Duration::from_secs(30);
    while std::fs::metadata(&log).map_or(0, |meta| meta.len()) < 500_000 {
        assert!(Instant::now() < until, "no row is read");
        std::thread::sleep(Duration::from_millis(2));
    }
    job.signal(captely_testkit::Signal::INT);
    let ran = job.end();
    ran.expect(130).says("stopped while the list was read").says("continues there");
    assert_eq!(room.files(), ["leads.csv"]);
}
