//! How well headers are recognised: of the tables beside this, always, and of a corpus that others have labelled,
//! where it is beside the repository.
//!
//! Some of our tables were read in public sources, many were written from memory, and what their columns hold is ours to
//! judge. The words and presets were fitted to many of them: they hold what was reached and tell little of files that
//! nobody has seen. For that the last test takes from the words what only one program has.
//!
//! A column stands as `NAME=ROLES`: the words of the roles that are right with `/` between, `-` for none at all; without
//! `=` it is of no use in an import. With `!` behind it is a trap: any other role would put wrong values into contacts.

use std::collections::HashSet;

use super::words::squashed;
use super::*;

const OURS: &str = include_str!("../../tests/data/headers.jsonl");

/// A header, and what its columns hold.
struct Table {
    program: String,
    export: String,
    language: String,
    header: Vec<String>,
    columns: Vec<Expected>,
}

/// The words of the roles that are right, where none at all is nothing.
struct Expected {
    roles: Vec<String>,
    trap: bool,
}

impl Expected {
    fn of(said: &str) -> Self {
        let (roles, trap) = said.strip_suffix('!').map_or((said, false), |roles| (roles, true));
        let known = |role: &str| role == "-" || role.parse::<Role>().is_ok();
        let roles: Vec<String> = roles.split('/').map(str::to_owned).collect();
        assert!(roles.iter().all(|role| known(role)), "{said:?}");
        Self { roles, trap }
    }
}

fn text(of: &serde_json::Value, key: &str) -> String {
    of[key].as_str().unwrap().to_owned()
}

fn texts(of: &serde_json::Value, key: &str) -> Vec<String> {
    of[key].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

fn ours() -> Vec<Table> {
    let table = |line: &str| {
        let table: serde_json::Value = serde_json::from_str(line).unwrap();
        let column = |said: &String| {
            let (name, roles) = said.rsplit_once('=').unwrap_or((said, "-"));
            (name.to_owned(), Expected::of(roles))
        };
        let (header, columns) = texts(&table, "columns").iter().map(column).unzip();
        let [program, export, language] =
            ["program", "export", "language"].map(|key| text(&table, key));
        Table { program, export, language, header, columns }
    };
    OURS.lines().map(table).collect()
}

/// The corpus of others; nothing where it is not beside the repository.
fn theirs() -> Vec<Table> {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = here
        .ancestors()
        .map(|up| up.join("shared/data/headers-corpus/headers-dev.jsonl"))
        .find(|p| p.is_file());
    let Some(file) = file else {
        println!("skipped: shared/data/headers-corpus is not beside the repository");
        return Vec::new();
    };
    let table = |line: &str| {
        let table: serde_json::Value = serde_json::from_str(line).unwrap();
        let column = |role: String| {
            let role = if role == "ignore" { "-".to_owned() } else { role };
            Expected { roles: vec![role], trap: false }
        };
        // The first word of the name is what two files of one program share.
        let vendor = text(&table, "vendor");
        let (program, export) = vendor.split_once([' ', '-']).unwrap_or((&vendor, ""));
        Table {
            program: program.to_owned(),
            export: format!("{export} {}", text(&table, "object")),
            language: String::new(),
            header: texts(&table, "header"),
            columns: texts(&table, "label").into_iter().map(column).collect(),
        }
    };
    std::fs::read_to_string(file).unwrap().lines().map(table).collect()
}

#[derive(Default)]
struct Score {
    right: u32,
    wrong: u32,
    missed: u32,
    /// Traps that were walked into, in sentences.
    trapped: Vec<String>,
}

impl Score {
    fn add(&mut self, table: &Table, mapping: &Mapping) {
        for ((name, expected), found) in
            table.header.iter().zip(&table.columns).zip(&mapping.columns)
        {
            let known = !matches!(found.role, Role::Unknown | Role::Ignore);
            let role = if known { found.role.as_str() } else { "-" };
            let may = |role: &str| expected.roles.iter().any(|one| one == role);
            self.right += u32::from(known && may(role));
            self.wrong += u32::from(known && !may(role));
            self.missed += u32::from(!may(role) && !may("-"));
            if !may(role) {
                let (Table { program, export, .. }, roles) = (table, expected.roles.join("/"));
                let mistake = format!("{program} {export}: {name:?} is {roles}, not {role}");
                println!("{mistake}");
                if expected.trap && known {
                    self.trapped.push(mistake);
                }
            }
        }
    }

    /// Refuses less than these shares, and any trap.
    #[track_caller]
    fn check(&self, least: (f64, f64)) {
        let right = f64::from(self.right);
        let precision = right / f64::from(self.right + self.wrong);
        let recall = right / f64::from(self.right + self.missed);
        println!("precision {precision:.3}, recall {recall:.3}");
        assert!(precision >= least.0, "precision {precision:.3}");
        assert!(recall >= least.1, "recall {recall:.3}");
    }
}

/// Tables with what they are to be recognised at least, precision and recall.
fn corpora(ours_least: (f64, f64), theirs_least: (f64, f64)) -> Vec<(Vec<Table>, (f64, f64))> {
    let all = [(ours(), ours_least), (theirs(), theirs_least)];
    all.into_iter().filter(|(tables, _)| !tables.is_empty()).collect()
}

#[test]
fn our_tables_are_many_and_of_many_languages() {
    let tables = ours();
    let languages: HashSet<&str> = tables.iter().map(|t| t.language.as_str()).collect();
    let traps = tables.iter().flat_map(|t| &t.columns).filter(|column| column.trap).count();
    let all = (tables.len(), languages.len(), traps);
    assert!(all.0 >= 60 && all.1 >= 12 && traps >= 100, "{all:?}");
}

#[test]
fn headers_are_recognised_and_no_trap_is_walked_into() {
    for (tables, least) in corpora((0.98, 0.95), (0.98, 0.95)) {
        let mut score = Score::default();
        for table in &tables {
            score.add(table, &recognise(&table.header, &[]));
        }
        score.check(least);
        assert!(score.trapped.is_empty(), "{}", score.trapped.join("\n"));
    }
}

#[test]
fn without_presets_most_columns_are_still_known() {
    for (tables, least) in corpora((0.98, 0.98), (0.98, 0.98)) {
        let mut score = Score::default();
        for table in &tables {
            score.add(table, &recognise_by(&alias::KNOWN, &table.header, &[], None));
        }
        score.check(least);
    }
}

/// Each program in turn is one that nobody has seen: its presets are gone, and so is each name of a column that no
/// other program's file has.
#[test]
fn a_program_that_nobody_has_seen_is_known_in_parts() {
    for (tables, least) in corpora((0.97, 0.72), (0.96, 0.69)) {
        let mut score = Score::default();
        let programs: HashSet<&str> = tables.iter().map(|table| table.program.as_str()).collect();
        for program in programs {
            let names = |own: bool| -> HashSet<String> {
                let tables = tables.iter().filter(|table| (table.program == program) == own);
                tables.flat_map(|table| &table.header).map(|name| squashed(name)).collect()
            };
            let forgotten = &names(true) - &names(false);
            let mut known = alias::KNOWN.clone();
            known.0.retain(|name, _| !forgotten.contains(name));
            for table in tables.iter().filter(|table| table.program == program) {
                score.add(table, &recognise_by(&known, &table.header, &[], None));
            }
        }
        score.check(least);
    }
}
