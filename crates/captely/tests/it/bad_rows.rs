//! Rows of a list that are not as they should be: `captely enrich` goes on and lists them.

use crate::program::{Ran, Room};

/// Runs the job over a list that can be used in part.
#[track_caller]
fn done(room: &Room, more: &[&str]) -> Ran {
    let job = ["enrich", "leads.csv", "-o", "out.csv", "--sandbox", "1", "--data-dir", "data"];
    let ran = room.run(&[&job[..], &["--no-verify"], more].concat());
    ran.expect(0);
    assert_eq!(room.files(), ["leads.csv", "out.csv"], "{ran:?}");
    ran
}

/// The first cells of the result's rows, with its header.
fn first_cells(room: &Room) -> Vec<String> {
    let text = room.read("out.csv");
    text.lines().map(|line| line.split(',').next().unwrap_or("").to_owned()).collect()
}

#[test]
fn broken_quoting_is_listed_and_the_rest_is_done() {
    let mut list = "First Name,Last Name,Company,Note\n".to_owned();
    for i in 1..=40 {
        let row = if i == 7 || i == 23 { "P,\"Q\"R\"S,T\",U,V,W\n" } else { "Ann,Bo,Acme,n\n" };
        list.push_str(row);
    }
    let room = Room::with(&[("leads.csv", &list)]);
    let ran = done(&room, &["--json"]);
    let json = ran.json();
    assert_eq!((&json["rows"], &json["rows_unreadable"]), (&38.into(), &2.into()), "{json}");
    for (at, row) in [(0, 7), (1, 23)] {
        let fault = &json["unreadable"][at];
        assert_eq!((&fault["row"], &fault["line"]), (&row.into(), &(row + 1).into()), "{json}");
        let why = fault["why"].as_str().unwrap_or("");
        let place = format!("leads.csv, line {}: the quoting is broken", row + 1);
        assert!(why.starts_with(&place) && why.contains("double or remove the quotes"), "{why}");
    }
    assert_eq!(first_cells(&room).len(), 1 + 38);
    // A second time the list is known, and its faults still are.
    let ran = done(&room, &[]);
    assert!(ran.out.contains("2 row(s) could not be read:"), "{}", ran.out);
    assert!(ran.out.contains("  row 23: leads.csv, line 24: the quoting is broken"), "{}", ran.out);
}

#[test]
fn a_huge_cell_is_left_out_in_little_memory() {
    let mut list = "First Name,Last Name,Company,Note\nAnn,Bo,Acme,n\nBig,Cell,Acme,".to_owned();
    list.push_str(&"x".repeat(100 << 20));
    list.push_str("\nCy,Day,Acme,n\n");
    let room = Room::with(&[("leads.csv", &list)]);
    drop(list);
    // In 1 GiB of address space the file fits once at most, beside the threads' stacks.
    let program = env!("CARGO_BIN_EXE_captely");
    let line = format!(
        "ulimit -v 1048576; exec {program} enrich leads.csv -o out.csv --sandbox 1 --data-dir data \
         --no-verify --json"
    );
    let output = room.shell(&line);
    output.expect(0);
    let json = output.json();
    assert_eq!((&json["rows"], &json["rows_unreadable"]), (&2.into(), &1.into()), "{json}");
    let why = json["unreadable"][0]["why"].as_str().unwrap_or("");
    assert!(why.contains("line 3, column 4 (Note): the cell is larger than"), "{why}");
    assert_eq!(first_cells(&room), ["First Name", "Ann", "Cy"]);
}

#[test]
fn bytes_that_are_not_utf8() {
    let mut list = "First Name,Last Name,Company\nZoë,Müller,Acme\n".as_bytes().to_vec();
    list.extend_from_slice(b"J\xF6rg,Bo,Acme\nBad,R\x81w,Acme\nCy,Day,Acme\n");
    let room = Room::new();
    room.write("leads.csv", &list);
    let json = done(&room, &["--json"]).json();
    assert_eq!(first_cells(&room), ["First Name", "Zoë", "Jörg", "Cy"], "{json}");
    let why = json["unreadable"][0]["why"].as_str().unwrap_or("");
    assert!(why.contains("leads.csv, line 4, column 2 (Last Name): byte 0x81"), "{json}");
    assert!(why.contains("save the file as UTF-8"), "{json}");
    let note = json["notes"][0].as_str().unwrap_or("");
    assert_eq!(note, "1 row(s) was not UTF-8 and was read as Windows-1252; first at line 3");

    // A list that is not UTF-8 anywhere.
    room.write("leads.csv", b"First Name,Last Name,Company\nJ\xF6rg,M\xFCller,Acme\n");
    let ran = done(&room, &[]);
    assert!(ran.out.contains("was read as windows-1252"), "{}", ran.out);
    assert_eq!(first_cells(&room), ["First Name", "Jörg"]);
}

#[test]
fn names_that_stand_twice_in_the_header() {
    let list = "Name,Name,Company,Email,Email,email_status\nAda Love,AL,Acme,,,mine\n";
    let room = Room::with(&[("leads.csv", list)]);
    let json = done(&room, &["--json"]).json();
    let notes = json["notes"].to_string();
    assert!(notes.contains("columns 1, 2 are all called"), "{notes}");
    assert!(notes.contains("column 1 is taken for full_name"), "{notes}");
    let out = room.read("out.csv");
    let expected = "Name,Name,Company,Email,Email,email_status,captely_email,captely_email_status,";
    assert!(out.starts_with(expected), "{out}");
    assert!(out.contains("\nAda Love,AL,Acme,,,mine,"), "{out}");
    // As JSON every value has a name of its own.
    let job = ["enrich", "leads.csv", "-o", "out.jsonl", "--sandbox", "1", "--data-dir", "data"];
    room.run(&job).expect(0);
    let row: serde_json::Value = serde_json::from_str(&room.read("out.jsonl")).expect("an object");
    assert_eq!((&row["Name"], &row["Name (2)"]), (&"Ada Love".into(), &"AL".into()), "{row}");
}

#[test]
fn a_list_of_which_no_row_can_be_read_is_refused() {
    let list = format!("First Name,Last Name,Company\nAnn,{},Acme\n", "x".repeat(2 << 20));
    let room = Room::with(&[("leads.csv", &list)]);
    let ran = room.run(&["enrich", "leads.csv", "--sandbox", "1", "--data-dir", "data"]);
    ran.expect(3).says("leads.csv: no row of it can be read");
    ran.says("leads.csv, line 2, column 2 (Last Name): the cell is larger than");
    assert_eq!(room.files(), ["leads.csv"]);
}
