//! `captely import` and `captely imports`, as somebody uses them who has just got a file.

use serde_json::Value;

use crate::program::Room;

const LIST: &str = "\
Export of 5 January
Name;E-Mail;Firma;Position;Handy;Einwilligung;Region
Asha Rao;asha@mills.example;Mills GmbH;Head of Purchasing;0151 23456789;ja;North
Ravi Iyer;ravi@;Looms Ltd;;;;South
ASHA RAO; Asha@MILLS.example;Mills;;;;
";

fn ask(room: &Room, words: &[&str]) -> Value {
    let ran = room.run(&[words, &["--data-dir", "data", "--json"]].concat());
    ran.expect(0);
    ran.json()
}

fn counts(seen: &Value) -> [u64; 4] {
    ["created", "updated", "merged", "unchanged"]
        .map(|name| seen["counts"][name].as_u64().unwrap_or(u64::MAX))
}

#[test]
fn a_file_is_looked_at_tried_imported_and_taken_back() {
    let room = Room::new();
    room.write("leads.csv", LIST);
    let seen = ask(&room, &["import", "leads.csv", "--preview"]);
    let roles: Vec<&str> =
        seen["columns"].as_array().unwrap().iter().filter_map(|c| c["role"].as_str()).collect();
    assert_eq!(roles[..4], ["full_name", "email", "company_name", "title"], "{seen}");
    assert_eq!(seen["form"]["delimiter"], ";");

    let how = ["--map", "Region=custom.Region", "--country", "DE", "--tag", "fair"];
    let words = |more: &[&'static str]| [&["import", "leads.csv"], &how[..], more].concat();
    let tried = ask(&room, &words(&["--dry-run", "-o", "would.csv", "--errors", "would-not.csv"]));
    assert_eq!((&tried["dry_run"], &tried["import"]), (&true.into(), &Value::Null));
    assert_eq!(ask(&room, &["imports"])["items"], serde_json::json!([]), "nothing was imported");

    let done = ask(&room, &words(&["-o", "did.csv", "--errors", "errors.csv"]));
    assert_eq!(counts(&done), counts(&tried));
    assert_eq!(counts(&done), [2, 0, 1, 0]);
    assert_eq!(room.read("errors.csv"), room.read("would-not.csv"));
    let errors = room.read("errors.csv");
    assert!(errors.contains("2,4,2,E-Mail,ravi@,"), "row, line, column, name, value: {errors}");
    let rows = room.read("did.csv");
    assert!(rows.lines().nth(3).unwrap().starts_with("3,5,merged,"), "{rows}");

    let id = done["import"].as_str().unwrap();
    let again = ask(&room, &words(&[]));
    assert_eq!(counts(&again), [0, 0, 0, 3], "whoever is there is known again: {again}");
    let listed = room.run(&["imports", "--data-dir", "data"]);
    listed.expect(0);
    assert!(listed.out.contains(id) && listed.out.contains("leads.csv"), "{}", listed.out);
    let second = again["import"].as_str().unwrap();
    assert_eq!(ask(&room, &["imports", "undo", second])["undo"]["removed"], 0);
    let undone = ask(&room, &["imports", "undo", id]);
    assert_eq!(
        (&undone["undo"]["removed"], &undone["undo"]["kept"]),
        (&2.into(), &0.into()),
        "{undone}"
    );
    assert_eq!(ask(&room, &["imports", "show", id])["state"], "undone");
    room.run(&["imports", "undo", id, "--data-dir", "data"]).expect(2);
}

#[test]
fn duplicates_are_looked_for_at_the_end() {
    const HEAD: &str = "First Name,Last Name,Company,Title,Country\n";
    let room = Room::new();
    let one = "Nkechukwu,Okaforwitz,Silks,Dyer of fine cloth,NG\n";
    let other = "Nkechukwo,Okaforwitz,Silks,Dyer of fine cloth,NG\n";
    room.write("one.csv", format!("{HEAD}{one}"));
    room.write("other.csv", format!("{HEAD}{other}"));
    assert_eq!(ask(&room, &["import", "one.csv"])["duplicates"]["asked"], 0);
    let tried = ask(&room, &["import", "other.csv", "--dry-run"]);
    assert_eq!(tried["duplicates"], Value::Null, "{tried}");
    let done = ask(&room, &["import", "other.csv"]);
    let found = serde_json::json!({"asked": 1, "merged": 0, "trouble": []});
    assert_eq!(done["duplicates"], found, "{done}");
    assert_eq!(ask(&room, &["duplicates", "list"])["items"].as_array().unwrap().len(), 1);
    let again = ask(&room, &["import", "other.csv"]);
    assert_eq!(again["duplicates"]["asked"], 0, "it made nobody: {again}");
}

#[test]
fn what_is_no_list_is_told_in_a_sentence() {
    let room = Room::new();
    room.write("list.csv", "MZ\u{1}\u{2}\u{0}\u{0}\u{0}not a list");
    room.write("colours.csv", "Colour,Size\nred,7\n");
    for (words, code, said) in [
        (&["import", "gone.csv"][..], 3, "there is no such file"),
        (&["import", "list.csv"], 3, "list.csv"),
        (&["import", "colours.csv"], 3, "no column says whom a row is about"),
        (
            &["import", "colours.csv", "--map", "Colour=email", "--map", "Size=email"],
            3,
            "cannot both be email",
        ),
        (&["import", "colours.csv", "--map", "Wer=email"], 3, "there is no column \"Wer\""),
        (&["import", "colours.csv", "--tag", ""], 2, "there may be 20 tags"),
        (&["import", "colours.csv", "--field", "titel=skip"], 2, "did you mean title?"),
        (&["imports", "show", "imp_00000000000000000000000000000000"], 2, "there is no import"),
    ] {
        let ran = room.run(&[words, &["--data-dir", "data"]].concat());
        ran.expect(code);
        assert!(ran.err.contains(said), "{words:?}: {}", ran.err);
    }
}
