//! Imports by the command line that something keeps from their end: they are taken back whole, or go on where they were.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use crate::imports_bad::{import, room, rows};
use crate::program::{Ran, Room};

/// People of a list; several chunks of rows.
const PEOPLE: u64 = 6_000;

fn people(n: u64) -> String {
    let mut list = String::from("Name,Email,Note\n");
    for i in 0..n {
        writeln!(list, "Ada{i} Rao{i},ada{i}@mills{i}.example,{}", "x".repeat(200))
            .expect("written");
    }
    list
}

/// The number of contacts of a room beyond those of [`room`].
fn contacts(room: &Room) -> i64 {
    rows(room)[4] - 2
}

#[test]
fn a_file_that_breaks_off_is_failed_and_taken_back_whole() {
    let room = room();
    let before = rows(&room);
    let mut list = String::from("[");
    for n in 0..PEOPLE {
        let email = format!("ada{n}@mills{n}.example");
        writeln!(list, "{{\"name\": \"Ada{n} Rao\", \"email\": \"{email}\"}},").expect("written");
    }
    list.push_str("{\"name\": \"Ada");
    room.write("cut.json", list);
    let ran = import(&room, "cut.json", &[]);
    ran.expect(3).says("cut.json, line 6001").says("the file ends in the middle");
    assert_eq!(contacts(&room), 6_000, "{ran:?}");
    let listed = room.run(&["imports", "--data-dir", "data", "--json"]);
    let last = &listed.json()["items"][0];
    assert_eq!(last["state"], "failed", "{last}");
    assert!(last["trouble"].as_str().is_some_and(|why| why.contains("line 6001")), "{last}");
    let id = last["import"].as_str().expect("an id");
    room.run(&["imports", "undo", id, "--data-dir", "data"]).expect(0);
    let after = rows(&room);
    assert_eq!(after[4..7], before[4..7], "contacts, their marks, companies");
}

#[test]
fn the_same_file_twice_at_once_is_imported_once() {
    let room = room();
    room.write("list.csv", people(PEOPLE));
    let both: Vec<_> = (0..2)
        .map(|_| {
            let mut command = room.command(&["import", "list.csv", "--data-dir", "data", "--json"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts")
        })
        .collect();
    let ended: Vec<_> = both.into_iter().map(|one| one.wait_with_output().expect("ends")).collect();
    let codes: Vec<_> = ended.iter().map(|one| one.status.code()).collect();
    // The folder is one process's; who comes when the first is through imports the file again, and meets everybody.
    assert!(codes.contains(&Some(0)), "{ended:?}");
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 7))), "{ended:?}");
    let refused = ended.iter().find(|one| one.status.code() == Some(7));
    if let Some(one) = refused {
        let said = String::from_utf8_lossy(&one.stdout);
        assert!(said.contains("the data directory"), "{said}");
    }
    assert_eq!(contacts(&room), 6_000);
}

/// A disk of its own for the folder `data`, seen by the shell alone (mount_namespaces(7)).
const SMALL_DISK: &str = "mkdir -p data && mount -t tmpfs -o size=8m captely-test data";

#[test]
fn a_disk_that_is_full_stops_it_and_with_room_it_goes_on() {
    let room = Room::with(&[("list.csv", &people(PEOPLE))]);
    let mut can = Command::new("unshare");
    can.args(["-rm", "sh", "-c", SMALL_DISK]).current_dir(room.path());
    if !can.output().is_ok_and(|ran| ran.status.success()) {
        println!("skipped: unshare(1) may not make a mount namespace on this machine");
        return;
    }
    let program = env!("CARGO_BIN_EXE_captely");
    // The disk lives as long as the shell: the import, more room, and the same command again.
    let script = format!(
        "{SMALL_DISK}; {program} import list.csv --data-dir data --json > full.json; echo $? > code; \
         mount -o remount,size=256m data; exec {program} import list.csv --data-dir data --json"
    );
    let ran: Ran = room.shell(&format!("unshare -rm sh -c '{script}'"));
    ran.expect(0);
    let error: serde_json::Value = serde_json::from_str(&room.read("full.json")).expect("JSON");
    assert_eq!(room.read("code").trim(), "4", "{error}");
    let said = error["error"]["message"].as_str().expect("a sentence");
    assert!(said.contains("full") && !said.contains('\n'), "{said}");
    assert!(
        error["error"]["try"].as_str().is_some_and(|hint| hint.contains("make room")),
        "{error}"
    );
    let done = ran.json();
    let counts = &done["counts"];
    assert_eq!((&counts["rows"], &counts["created"]), (&PEOPLE.into(), &PEOPLE.into()), "{done}");
    assert!(done["known_rows"].as_u64().is_some_and(|known| known > 0), "it goes on: {done}");
}
