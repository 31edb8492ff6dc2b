//! Where `captely enrich` cannot write, what it lacks, and settings under which it cannot work.

use std::fmt::Write as _;

use crate::job::Job;
use crate::program::{Ran, Room};
use crate::served::Served;

const LIST: &str = "First Name,Last Name,Company,Domain\nAnn,Bo,Acme,acme.example\n";

fn room() -> Room {
    Room::with(&[("leads.csv", LIST)])
}

/// Runs the job in this room; it must end so and say this, and leave the list alone.
#[track_caller]
fn refused(room: &Room, more: &[&str], code: i32, words: &[&str]) -> Ran {
    let before = (room.files(), room.read("leads.csv"));
    let job = ["enrich", "leads.csv", "--sandbox", "1", "--data-dir", "data"];
    let ran = room.run(&[&job[..], more].concat());
    ran.expect(code);
    assert_eq!(ran.out, "", "results only on standard output");
    for word in words {
        ran.says(word);
    }
    assert_eq!((room.files(), room.read("leads.csv")), before, "{ran:?}");
    ran
}

#[test]
fn results_that_cannot_be_put_there() {
    let room = room();
    refused(&room, &["-o", "no/out.csv"], 4, &["no/out.csv", "there is no such folder", "try: "]);
    std::fs::create_dir(room.path().join("folder.csv")).expect("made");
    refused(&room, &["-o", "folder.csv"], 4, &["it is a folder", "another place with -o"]);
    refused(&room, &["-o", "/dev/full", "--format", "csv"], 4, &["it is no plain file"]);
    refused(&room, &["-o", "out.pdf"], 2, &["\"out.pdf\" is no format to write", "--format csv"]);
    refused(&room, &["-o", "out"], 2, &["\"out\" is no format to write"]);
    refused(&room, &["-o", "leads.csv"], 2, &["the output would replace the input"]);
    std::os::unix::fs::symlink("leads.csv", room.path().join("same.csv")).expect("a link");
    refused(&room, &["-o", "same.csv"], 2, &["the output would replace the input"]);
}

#[test]
fn a_folder_without_rights() {
    use std::os::unix::fs::PermissionsExt as _;
    let room = room();
    let folder = room.path().join("closed");
    std::fs::create_dir(&folder).expect("made");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).expect("closed");
    // Root may write anywhere but in the system's own file systems.
    let out = if tempfile::tempfile_in(&folder).is_err() {
        "closed/out.csv"
    } else {
        "/sys/kernel/captely-out.csv"
    };
    refused(&room, &["-o", out], 4, &[out, "cannot be written (", "another place with -o"]);
    refused(&room, &["--data-dir", "leads.csv"], 2, &["cannot be used multiple times"]);
    let ran = room.run(&["enrich", "leads.csv", "--sandbox", "1", "--data-dir", "leads.csv"]);
    ran.expect(4).says("the data directory").says("leads.csv").says("another --data-dir");
}

/// A file may be 8 MiB in this shell; the result is larger, the database is not.
#[test]
fn a_disk_that_is_full_keeps_what_was_found() {
    let mut list = "First Name,Last Name,Company,Domain".to_owned();
    for i in 0..200 {
        write!(list, ",column {i:03} {}", "x".repeat(180)).expect("written");
    }
    list.push('\n');
    for i in 0..250 {
        writeln!(list, "Ann{i},Bo{i},C{i},c{i}.example{}", ",".repeat(200)).expect("written");
    }
    let room = Room::with(&[("leads.csv", &list)]);
    let words = "enrich leads.csv -o out.json --sandbox 1 --data-dir data --no-verify --json";
    let program = env!("CARGO_BIN_EXE_captely");
    let ran = room.shell(&format!("ulimit -f 16384; exec {program} {words}"));
    ran.expect(4)
        .says("out.json: cannot be written (file too large)")
        .says("what was found is kept");
    assert_eq!(ran.json()["error"]["kind"], "output");
    assert_eq!(room.files(), ["leads.csv"], "nothing half-written");
    // With room again the same command asks nobody anew for what is known.
    let ran = room.shell(&format!("exec {program} {words}"));
    ran.expect(0);
    let json = ran.json();
    assert_eq!(json["rows"], 250, "{json}");
    assert_eq!((&json["cost_usd"], json["cached"].as_u64() > Some(200)), (&0.0.into(), true));
    assert_eq!(room.files(), ["leads.csv", "out.json"]);
}

#[test]
fn a_disk_too_small_for_the_data() {
    let room = room();
    let program = env!("CARGO_BIN_EXE_captely");
    let line = format!(
        "ulimit -f 100; exec {program} enrich leads.csv -o out.csv --sandbox 1 --data-dir data"
    );
    let ran = room.shell(&line);
    assert!(ran.code.is_some_and(|code| code > 0), "it ends by itself: {ran:?}");
    ran.says("the database").says("try: ");
    assert_eq!(room.files(), ["leads.csv"], "{ran:?}");
}

#[test]
fn providers_and_keys() {
    let room = room();
    let job = ["enrich", "leads.csv", "--data-dir", "data"];
    let ran = room.run(&job);
    ran.expect(5).says("no data provider can be asked").says("captely demo");
    for variable in ["ICYPEAS_API_KEY", "DROPCONTACT_API_KEY", "HUNTER_API_KEY", "APOLLO_API_KEY"] {
        ran.says(&format!("{variable} is not set"));
    }
    refused(&room, &["--order", "hunter,apolo"], 2, &["names \"apolo\"", "did you mean apollo?"]);
    room.write("captely.toml", "[providers.huntr]\nkey = 'x'\n");
    let words = ["captely.toml:1: providers.huntr is unknown; did you mean providers.hunter?"];
    refused(&room, &[], 2, &words);
    room.write("captely.toml", "[providers.apollo]\nenabled = false\n");
    let only = ["--order", "hunter", "--fields", "phone"];
    refused(&room, &only, 5, &["no provider that takes part gives phone", "captely providers"]);
    refused(&room, &["--sandbox", "127.0.0.1:1"], 2, &["cannot be used multiple times"]);
    let nobody = ["--sandbox", "127.0.0.1:1"];
    let ran = room.run(&[&job[..], &nobody].concat());
    ran.expect(5).says("the sandbox at http://127.0.0.1:1").says("captely sandbox");
    let ran =
        room.run(&[&job[..], &["--sandbox", "--database", "postgres://127.0.0.1:1/x"]].concat());
    ran.expect(5).says("postgres://127.0.0.1:1/x: the database cannot be reached").says("doctor");
}

#[test]
fn budgets_below_one_call() {
    let room = room();
    for name in ["--max-cost-usd", "--max-cost-per-row-usd"] {
        for amount in ["0", "0.001"] {
            let words = [name, "is below one call: the cheapest question costs up to $0."];
            refused(&room, &[name, amount], 2, &words);
        }
    }
    refused(&room, &["--max-cost-usd", "-1"], 2, &[]);
    refused(&room, &["--max-cost-usd", "ten"], 2, &["'ten'"]);
}

#[test]
fn two_runs_on_one_data_directory() {
    let room = room();
    let served = Served::start(&room, &["--latency-ms", "20000-20000", "--limits", "off"]);
    let words = ["enrich", "leads.csv", "-o", "one.csv", "--data-dir", "data", "--no-verify"];
    let words = [&words[..], &["--sandbox", served.http()]].concat();
    let mut first = Job::start(&room, &words);
    served.wait_for_calls(1.0);
    let place = format!("the data directory {}", room.path().join("data").display());
    refused(&room, &["-o", "two.csv"], 7, &[&place, "(process ", "--data-dir"]);
    // Whoever cannot wait for the call under way, presses Ctrl-C twice.
    first.signal(captely_testkit::Signal::INT);
    first.wait_for("Ctrl-C again ends without them");
    first.signal(captely_testkit::Signal::INT);
    let ran = first.end();
    ran.expect(130).says("stopped without waiting for calls under way").says("  try: ");
    assert_eq!(room.files(), ["leads.csv"], "{ran:?}");
}
