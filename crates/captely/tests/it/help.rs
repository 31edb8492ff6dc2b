use std::time::{Duration, Instant};

use crate::program::Room;

const COMMANDS: &[&str] = &[
    "config",
    "credits",
    "duplicates",
    "demo",
    "doctor",
    "enrich",
    "ledger",
    "migrate",
    "providers",
    "sandbox",
    "serve",
    "verify",
    "worker",
];

#[test]
fn help_teaches_commands_examples_and_exit_codes() {
    let room = Room::new();
    let ran = room.run(&["--help"]);
    ran.expect(0);
    for command in COMMANDS {
        assert!(ran.out.contains(&format!("\n  {command}")), "{command}: {}", ran.out);
    }
    assert!(ran.out.contains("Examples:") && ran.out.contains("130  interrupted"), "{}", ran.out);
    for command in COMMANDS {
        let ran = room.run(&[command, "--help"]);
        ran.expect(0);
        assert!(ran.out.contains("Examples:"), "{command}: {}", ran.out);
        assert!(ran.out.contains("--json"), "{command}: {}", ran.out);
    }
}

#[test]
fn a_wrong_line_is_told_in_our_shape_with_a_hint() {
    let room = Room::new();
    room.run(&["doctr"]).expect(2).says("captely: error: ").says("  try: ").says("doctor");
    room.run(&["migrate", "--nonsense"]).expect(2).says("'--nonsense'");
    room.run(&[]).expect(2).says("Usage:");
    let ran = room.run(&["migrate", "--nonsense", "--json"]);
    ran.expect(2);
    assert_eq!(ran.json()["error"]["kind"], "usage");
    assert_eq!(ran.json()["error"]["exit"], 2);
}

#[test]
fn the_version_is_the_crates() {
    let ran = Room::new().run(&["--version"]);
    ran.expect(0);
    assert_eq!(ran.out.trim(), concat!("captely ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_reads_no_settings_and_starts_fast() {
    let room = Room::with(&[("captely.toml", "not toml"), (".env", "not an env file")]);
    let best = (0..5)
        .map(|_| {
            let start = Instant::now();
            room.run(&["--help"]).expect(0);
            start.elapsed()
        })
        .min()
        .expect("five runs");
    // The release build stays under 20 ms; this is the unoptimised one on a busy machine.
    assert!(best < Duration::from_millis(500), "{best:?}");
}

#[test]
fn no_colours_where_nobody_looks() {
    let ran = Room::new().run(&["providers"]);
    ran.expect(0);
    assert!(!ran.out.contains('\u{1b}'), "{:?}", ran.out);
}

#[test]
fn a_reader_that_leaves_is_no_error_and_a_full_disk_is() {
    use std::fs::OpenOptions;
    let room = Room::new();
    let full = OpenOptions::new().write(true).open("/dev/full").expect("a Linux machine");
    let output = room.command(&["providers"]).stdout(full).output().expect("starts");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = room.command(&["providers"]).stdout(writer).output().expect("starts");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
