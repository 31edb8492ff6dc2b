//! The command line of `cargo xtask`.

use std::fmt;
use std::path::PathBuf;

use crate::new::Room;

/// What `cargo xtask --help` says.
pub(crate) const HELP: &str = "\
Chores of this repository.

Usage: cargo xtask CHORE [--root DIR]

  tidy                        check the rules of the house: floors, rooms, names, sizes, licences
                              (exit 1 and one message a violation; ARCHITECTURE.md says why they exist)
  licences                    check only the licences and the banned crates of all dependencies
  new engine NAME             write the scaffold of a library of field knowledge
  new service NAME            write the scaffold of a product domain (NAME has its place in the order
                              of services, crates/xtask/src/tidy/floors.rs)
  new provider NAME           write the first file of a data provider's client, and say what is missing

  --root DIR                  the tree to work on (default: the workspace around this directory)
  --help                      this text

Exit codes: 0 done, 1 violations were found, 2 the chore could not run.
";

/// A chore with its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chore {
    Help,
    Tidy { root: Option<PathBuf> },
    Licences { root: Option<PathBuf> },
    New { root: Option<PathBuf>, room: Room, name: String },
}

/// Why the arguments are not a chore.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ArgumentError {
    UnknownChore(String),
    UnknownRoom(String),
    Missing(&'static str),
    TooMany(String),
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownChore(word) => {
                write!(f, "there is no chore `{word}`; `cargo xtask --help` lists them")
            }
            Self::UnknownRoom(word) => {
                write!(f, "`new {word}` is not known; say engine, service or provider")
            }
            Self::Missing(what) => write!(f, "{what} is missing; see `cargo xtask --help`"),
            Self::TooMany(word) => write!(f, "`{word}` is one argument too many"),
        }
    }
}

/// Reads the words after `cargo xtask`.
pub(crate) fn parse(arguments: &[String]) -> Result<Chore, ArgumentError> {
    let mut root = None;
    let mut words = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "-h" | "--help" => return Ok(Chore::Help),
            "--root" => {
                let dir = rest.next().ok_or(ArgumentError::Missing("the directory of --root"))?;
                root = Some(PathBuf::from(dir));
            }
            word => words.push(word),
        }
    }
    match words.as_slice() {
        [] | ["help"] => Ok(Chore::Help),
        ["tidy"] => Ok(Chore::Tidy { root }),
        ["licences"] => Ok(Chore::Licences { root }),
        ["new"] => Err(ArgumentError::Missing("what to make (engine, service or provider)")),
        ["new", room] => {
            Room::parse(room).ok_or_else(|| ArgumentError::UnknownRoom((*room).to_owned()))?;
            Err(ArgumentError::Missing("the name"))
        }
        ["new", room, name] => {
            let room =
                Room::parse(room).ok_or_else(|| ArgumentError::UnknownRoom((*room).to_owned()))?;
            Ok(Chore::New { root, room, name: (*name).to_owned() })
        }
        ["tidy" | "licences", word, ..] | ["new", _, _, word, ..] => {
            Err(ArgumentError::TooMany((*word).to_owned()))
        }
        [word, ..] => Err(ArgumentError::UnknownChore((*word).to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &Result<Chore, ArgumentError>) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        assert_eq!(&parse(&words), expected, "{line:?}");
    }

    #[test]
    fn chores() {
        check("", &Ok(Chore::Help));
        check("tidy --help", &Ok(Chore::Help));
        check("tidy", &Ok(Chore::Tidy { root: None }));
        check("tidy --root x", &Ok(Chore::Tidy { root: Some("x".into()) }));
        check("licences", &Ok(Chore::Licences { root: None }));
        check(
            "new provider acme",
            &Ok(Chore::New { root: None, room: Room::Provider, name: "acme".into() }),
        );
    }

    #[test]
    fn mistakes() {
        check("sweep", &Err(ArgumentError::UnknownChore("sweep".into())));
        check("tidy now", &Err(ArgumentError::TooMany("now".into())));
        check("tidy --root", &Err(ArgumentError::Missing("the directory of --root")));
        check("new kitchen x", &Err(ArgumentError::UnknownRoom("kitchen".into())));
        check("new engine", &Err(ArgumentError::Missing("the name")));
        check("new engine a b", &Err(ArgumentError::TooMany("b".into())));
    }
}
