//! Lists that are not as they should be: `captely verify` gives every row a verdict or an error of its
//! own, and always ends.

use crate::program::Room;
use crate::verify::columns;

/// Checks `list` at level syntax; the result's text.
#[track_caller]
fn checked(list: impl AsRef<[u8]>) -> String {
    let room = Room::new();
    room.write("leads.csv", list);
    room.run(&["verify", "leads.csv", "-o", "out.csv", "--level", "syntax"]).expect(0);
    room.read("out.csv")
}

#[test]
fn huge_cells() {
    let huge = "a".repeat(10 << 20);
    let out = checked(format!("Email,Row\na@gmail.com,1\n{huge}@x.com,2\nb@gmail.com,3\n"));
    assert_eq!(columns(&out, "Row"), ["1", "", "3"]);
    let why = &columns(&out, "reason")[1];
    assert!(why.contains("leads.csv") && out.contains("larger than"), "{out}");
    // Just below the limit of a cell it is an address, and an invalid one.
    let long = "a".repeat(1 << 19);
    let out = checked(format!("Email,Row\na@gmail.com,1\n{long}@x.com,2\n"));
    assert_eq!(columns(&out, "status"), ["unknown", "invalid"]);
}

#[test]
fn control_characters_and_mixed_encodings() {
    let mut list = b"Email,Row\n\"a\x01b@x.com\",1\nada\x00@gmail.com,2\n".to_vec();
    list.extend(b"j\xf6rg@gmail.com,3\n");
    list.extend("jörg@gmail.com,4\n\u{202e}ada@gmail.com,5\nok@gmail.com,6\n".as_bytes());
    let out = checked(list);
    assert_eq!(columns(&out, "Row"), ["1", "2", "3", "4", "5", "6"]);
    let status = columns(&out, "status");
    assert_eq!((status[0].as_str(), status[4].as_str()), ("invalid", "invalid"), "{out}");
    assert!(status.iter().all(|status| !status.is_empty()), "{out}");
}

#[test]
fn cells_beyond_the_header_and_rows_without_anything() {
    let out = checked("Email,Name\na@gmail.com,Ada,extra,\"more, yet\"\n,nobody\nb@gmail.com\n");
    let header = out.lines().next().expect("a header");
    assert!(header.starts_with("Email,Name,captely_surplus_1,captely_surplus_2,input"), "{header}");
    assert!(out.contains("a@gmail.com,Ada,extra,\"more, yet\",a@gmail.com,email"), "{out}");
    assert!(out.contains("\n,nobody,,,,,,,,,,,The row has nothing to check.,,2"), "{out}");
}

#[test]
fn our_own_result_is_checked_again_beside_itself() {
    let room = Room::with(&[("leads.csv", "Email\na@gmail.com\nbad@\n")]);
    room.run(&["verify", "leads.csv", "-o", "one.csv", "--level", "syntax"]).expect(0);
    room.run(&["verify", "one.csv", "-o", "two.csv", "--level", "syntax"]).expect(0);
    let (one, two) = (room.read("one.csv"), room.read("two.csv"));
    for (before, after) in one.lines().zip(two.lines()) {
        assert!(after.starts_with(before), "{before}\n{after}");
    }
    assert_eq!(columns(&two, "status"), columns(&two, "status (2)"));
}

#[test]
fn pipes_folders_and_absent_columns_are_told() {
    let room = Room::with(&[("names.csv", "Name,Town\nAda,Bonn\n")]);
    let said = room.run(&["verify", "names.csv"]);
    said.expect(3).says("names.csv, line 1").says("columns seen: \"Name\", \"Town\"");
    room.run(&["verify", "/dev/null"]).expect(3).says("no plain file");
    std::fs::create_dir(room.path().join("folder.csv")).expect("made");
    room.run(&["verify", "folder.csv"]).expect(3).says("folder");
}
