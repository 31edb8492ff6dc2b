//! The documents say what the program does.

use std::fs;
use std::path::{Path, PathBuf};

use captely::exit::Exit;
use clap::CommandFactory as _;

use crate::program::Room;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document(name: &str) -> String {
    let path = repository().join(name);
    fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

#[test]
fn configuration_md_describes_every_setting_as_it_is() {
    const MARKS: [&str; 2] = ["<!-- settings: UPDATE_DOCS=1 writes this -->", "<!-- end -->"];
    let text = document("docs/configuration.md");
    let (before, rest) = text.split_once(MARKS[0]).expect("the first mark");
    let (_, after) = rest.split_once(MARKS[1]).expect("the last mark");
    let expected =
        format!("{before}{}\n{}\n{}{after}", MARKS[0], captely::config::reference(), MARKS[1]);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(repository().join("docs/configuration.md"), &expected).expect("written");
    } else {
        assert!(text == expected, "docs/configuration.md is behind: test with UPDATE_DOCS=1");
    }
}

#[test]
fn cli_md_names_every_exit_code_and_command() {
    let text = document("docs/cli.md");
    for exit in Exit::ALL {
        let row = format!("| {} | `{}` |", exit.code(), exit.word());
        assert!(text.contains(&row), "put into docs/cli.md: {row}");
    }
    for command in captely::cli::Cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(text.contains(&format!("| `captely {name}")), "put into docs/cli.md: {name}");
    }
    let codes = text.lines().filter(|line| {
        let first = line.trim_start_matches("| ").split(' ').next().unwrap_or_default();
        line.starts_with("| ") && first.parse::<u8>().is_ok()
    });
    assert_eq!(codes.count(), Exit::ALL.len(), "docs/cli.md explains a code that is not there");
}

#[test]
fn the_examples_are_in_order_as_they_stand() {
    let toml = document("captely.example.toml");
    let env = document(".env.example");
    let room = Room::with(&[("captely.toml", &toml), (".env", &env)]);
    room.run(&["config", "check"]).expect(0);
    // With every line in use they are still in order, so no example is misspelt.
    let used = |text: &str| -> String {
        let plain = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => rest.to_owned(),
            _ => line.to_owned(),
        };
        text.lines().map(|line| plain(line) + "\n").collect()
    };
    let room = Room::with(&[("captely.toml", &used(&toml)), (".env", &used(&env))]);
    let ran = room.run(&["config", "check", "--json"]);
    ran.expect(0);
    assert!(ran.json()["set"].as_u64() > Some(20), "{ran:?}");
}
