//! What `captely verify` remembers, and how it waits for mail servers that put strangers off.

use std::time::Duration;

use crate::program::Room;
use crate::served::Served;
use crate::verify::columns;

/// The world's addresses at mail hosts of one kind.
pub(crate) fn emails(served: &Served, personality: &str) -> Vec<String> {
    let truth = served.truth();
    let kinds = columns(&truth, "personality");
    let of_kind = columns(&truth, "email").into_iter().zip(kinds);
    let mut emails: Vec<String> = of_kind
        .filter(|(email, kind)| kind == personality && email.contains('@'))
        .map(|(email, _)| email)
        .collect();
    emails.dedup();
    assert!(!emails.is_empty(), "{personality}: {truth}");
    emails
}

#[test]
fn a_second_time_nobody_is_asked() {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "3"]);
    let list = emails(&served, "normal").join("\n");
    room.write("list.txt", format!("Email\n{list}\n{list}\n"));
    let words = ["verify", "list.txt", "--sandbox", served.http(), "--data-dir", "data", "--json"];
    let first = room.run(&[&words[..], &["-o", "first.csv"]].concat());
    first.expect(0);
    let json = first.json();
    let rows = json["rows"].as_u64().expect("a number");
    assert_eq!(json["checked"].as_u64().map(|n| n * 2), Some(rows), "each once: {json}");
    assert_eq!(json["from_memory"], 0, "{json}");
    assert!(json["safe"]["safe"].as_u64() > Some(rows / 2), "{json}");
    assert!(json["rows_per_second"].is_number() && json["seconds"].is_number(), "{json}");
    std::thread::sleep(Duration::from_millis(1_100));
    let json = room.run(&[&words[..], &["-o", "second.csv"]].concat()).json();
    assert_eq!((&json["checked"], &json["from_memory"]), (&0.into(), &rows.into()), "{json}");
    assert_eq!(room.read("first.csv"), room.read("second.csv"), "the time of the real check too");
    let json = room.run(&[&words[..], &["-o", "third.csv", "--fresh"]].concat()).json();
    assert_eq!((&json["from_memory"], &json["files"][0]["resumed"]), (&0.into(), &false.into()));
    assert_ne!(room.read("first.csv"), room.read("third.csv"));
    // A single address is answered from the same memory, with what was asked.
    let one = list.lines().next().expect("an address");
    let ran = room.run(&["verify", one, "--sandbox", served.http(), "--data-dir", "data", "-v"]);
    assert!(ran.out.contains("to be checked anew from") && ran.out.contains("RCPT TO"), "{ran:?}");
    let none = [&words[..], &["-o", "fourth.csv", "--set", "verify.remember_days=0"]].concat();
    assert_eq!(room.run(&none).json()["from_memory"], 0);
}

#[test]
fn own_lists_overrule_what_is_remembered() {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "3"]);
    let list = emails(&served, "normal");
    room.write("list.csv", format!("Email\n{}\n", list.join("\n")));
    let words = ["verify", "list.csv", "--sandbox", served.http(), "--data-dir", "data", "--json"];
    room.run(&[&words[..], &["-o", "first.csv"]].concat()).expect(0);
    room.write("block.txt", format!("{}\n", list[0]));
    let block = ["-o", "second.csv", "--set", "verify.own_block_list=block.txt"];
    room.run(&[&words[..], &block[..]].concat()).expect(0);
    let (first, second) = (room.read("first.csv"), room.read("second.csv"));
    assert!(columns(&second, "reason")[0].contains("own list"), "{second}");
    assert_eq!(columns(&second, "safe")[0], "invalid");
    assert_eq!(columns(&first, "reason")[1..], columns(&second, "reason")[1..]);
    room.run(&[&words[..], &["-o", "third.csv"]].concat()).expect(0);
    assert_eq!(columns(&first, "status"), columns(&room.read("third.csv"), "status"));
}

#[test]
fn put_off_addresses_are_waited_for() {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "3"]);
    let list = emails(&served, "greylisting");
    room.write("list.csv", format!("Email\n{}\n", list.join("\n")));
    let words = ["verify", "list.csv", "--sandbox", served.http(), "--data-dir", "data", "--json"];
    let words = [&words[..], &["-o", "out.csv"]].concat();
    let json = room.run(&[&words[..], &["--wait", "0"]].concat()).json();
    assert_eq!(json["put_off"].as_u64(), u64::try_from(list.len()).ok(), "{json}");
    assert!(json["waited_seconds"].as_f64().is_some_and(|s| s < 2.0), "{json}");
    let first = room.read("out.csv");
    assert!(columns(&first, "status").iter().all(|status| status == "unknown"), "{first}");
    assert!(columns(&first, "reason")[0].contains("To be asked again from 2"), "{first}");
    // Later, given time, the same command brings the answers.
    let json = room.run(&words).json();
    assert_eq!(json["put_off"], 0, "{json}");
    assert!(json["waited_seconds"].as_f64().is_some_and(|s| s < 60.0), "{json}");
    let second = room.read("out.csv");
    assert!(!second.contains("ask again") && !second.contains("asked again"), "{second}");
    // One address alone waits only where that was asked for.
    let world = ["--sandbox", served.http(), "--data-dir", "alone", "--json"];
    let made_up = format!("nobody.{}", list[0]);
    let ran = room.run(&[&["verify", &made_up][..], &world].concat());
    assert!(ran.json()["results"][0]["retry_at"].is_string(), "{ran:?}");
    let ran = room.run(&[&["verify", &made_up, "--wait", "1m"][..], &world].concat());
    assert_eq!(ran.json()["results"][0]["status"], "invalid", "{ran:?}");
}
