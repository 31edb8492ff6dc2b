//! Files that `captely import` cannot use, from the file to the database: each is refused in one sentence with a place,
//! and the workspace is what it was.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use captely_platform::db::{Db, Stmt};

use crate::bad_lists::{
    PROGRAM, cut_workbook, encrypted_workbook, entity_bomb, macro_workbook, wide, zip_bomb,
};
use crate::program::{Ran, Room};

const LIST: &str = "Name,Email\nAsha Rao,asha@mills.example\nRavi Iyer,ravi@looms.example\n";

/// Everything that an import may leave behind.
const TABLES: [&str; 9] = [
    "SELECT count(*) FROM import_job",
    "SELECT count(*) FROM import_row",
    "SELECT count(*) FROM import_problem",
    "SELECT count(*) FROM import_mapping",
    "SELECT count(*) FROM contact",
    "SELECT count(*) FROM contact_key",
    "SELECT count(*) FROM company",
    "SELECT count(*) FROM job",
    "SELECT count(*) FROM event",
];

/// Bytes of a line that no program should hold: 500 MB.
const LONG_LINE_BYTES: usize = 500_000_000;

/// A room whose workspace has a list already.
pub(crate) fn room() -> Room {
    let room = Room::with(&[("before.csv", LIST)]);
    room.run(&["import", "before.csv", "--data-dir", "data"]).expect(0);
    std::fs::remove_file(room.path().join("before.csv")).expect("removed");
    room
}

/// How much is in the database.
pub(crate) fn rows(room: &Room) -> [i64; 9] {
    let url = format!("sqlite:{}", room.path().join("data/captely.db").display());
    captely_testkit::run(async {
        let db = Db::open(&url, &captely_testkit::db_options()).await.expect("opens");
        let mut out = [0; 9];
        for (n, sql) in out.iter_mut().zip(TABLES) {
            let row: Option<(i64,)> = db.one(Stmt::text(sql, [])).await.expect("counted");
            *n = row.expect("a row").0;
        }
        db.close().await;
        out
    })
}

pub(crate) fn import(room: &Room, name: &str, more: &[&str]) -> Ran {
    room.run(&[&["import", name, "--data-dir", "data"], more].concat())
}

/// Imports a file that must be refused so.
#[track_caller]
fn refused(room: &Room, name: &str, more: &[&str], words: &[&str]) {
    let before = rows(room);
    for mode in [&[][..], &["--dry-run"], &["--preview"]] {
        let ran = import(room, name, &[more, mode].concat());
        ran.expect(3);
        assert_eq!(ran.out, "", "results only on standard output");
        let said = ran.err.trim_end();
        let sentence = said.strip_prefix("captely: error: ").unwrap_or(said);
        assert!(sentence.starts_with(name), "the place first: {sentence}");
        assert!(!sentence.contains('\n') && sentence.len() < 300, "one sentence: {sentence}");
        for word in words {
            ran.says(word);
        }
        assert_eq!(rows(room), before, "{mode:?}: {ran:?}");
    }
}

#[test]
fn each_is_refused_in_one_sentence_and_leaves_nothing() {
    let room = room();
    for (name, bytes, more, words) in [
        ("list.csv", PROGRAM.to_vec(), &[][..], &["a Windows program"][..]),
        ("list.xlsx", PROGRAM.to_vec(), &[], &["a Windows program"]),
        ("secret.xlsx", encrypted_workbook(), &[], &["protected by a password"]),
        ("cut.xlsx", cut_workbook(), &[], &["the workbook is damaged"]),
        ("zip.xlsx", zip_bomb(), &[], &["xl/worksheets/sheet1.xml unpacks to more than 250 times"]),
        ("xml.xlsx", entity_bomb(), &[], &["the workbook is damaged"]),
        ("wide.csv", wide(), &[], &["line 1", "more than 2000 cells"]),
        ("empty.csv", Vec::new(), &[], &["the file is empty"]),
        ("head.csv", b"Name,Email\n".to_vec(), &[], &["line 1 is a header (2 columns)"]),
        (
            "two.csv",
            b"Mail,E-Mail\na@mills.example,b@mills.example\n".to_vec(),
            &["--map", "Mail=email", "--map", "E-Mail=email"],
            &["columns 1 (\"Mail\") and 2 (\"E-Mail\") cannot both be email"],
        ),
    ] {
        room.write(name, bytes);
        refused(&room, name, more, words);
    }
}

#[test]
fn a_workbook_with_macros_is_a_list_as_any_other() {
    let room = room();
    room.write("list.xlsm", macro_workbook());
    let ran = import(&room, "list.xlsm", &["--json"]);
    ran.expect(0);
    let counts = &ran.json()["counts"];
    assert_eq!((&counts["rows"], &counts["created"]), (&1.into(), &1.into()), "{counts}");
}

/// `head`, one line of 500 MB, and `tail`.
fn with_long_line(path: &Path, head: &str, tail: &str) {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    file.write_all(head.as_bytes()).expect("written");
    let part = vec![b'x'; 1_000_000];
    for _ in 0..LONG_LINE_BYTES / part.len() {
        file.write_all(&part).expect("written");
    }
    file.write_all(tail.as_bytes()).expect("written");
    file.flush().expect("written");
}

#[test]
fn a_line_of_500_mb_is_left_out_without_being_held() {
    let room = room();
    let path = room.path().join("long.csv");
    with_long_line(&path, "", "");
    // As much memory as the process may have, in KiB: the line does not fit.
    let import = |more: &str| {
        let program = env!("CARGO_BIN_EXE_captely");
        room.shell(&format!(
            "ulimit -d 400000; exec {program} import long.csv --data-dir data {more}"
        ))
    };
    let before = rows(&room);
    let ran = import("");
    ran.expect(3).says("long.csv, line 1: the header cannot be read").says("larger than");
    assert_eq!(rows(&room), before, "{ran:?}");
    with_long_line(
        &path,
        "Name,Email\nEve Noor,eve@mills.example\nBob ",
        "\nCy Fox,cy@mills.example\n",
    );
    let ran = import("--json --errors errors.csv");
    ran.expect(0);
    let done = ran.json();
    let counts = &done["counts"];
    assert_eq!((&counts["faults"], &counts["created"]), (&1.into(), &2.into()), "{done}");
    let errors = room.read("errors.csv");
    assert!(errors.contains("2,3,") && errors.contains("larger than"), "row and line: {errors}");
}
