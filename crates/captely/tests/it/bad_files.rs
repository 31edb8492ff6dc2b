//! Lists that `captely enrich` cannot use: it says which file, what is wrong and what to do, exits
//! with 3 and leaves nothing behind.

use std::path::Path;

use crate::bad_lists::{encrypted_workbook, zip_bomb};
use crate::program::{Ran, Room};

/// Runs the job over a list that must be refused.
#[track_caller]
fn refused(name: &str, bytes: &[u8], words: &[&str]) -> Ran {
    let room = Room::new();
    room.write(name, bytes);
    let ran = room.run(&["enrich", name, "-o", "out.csv", "--sandbox", "1", "--data-dir", "data"]);
    ran.expect(3).says(name);
    assert_eq!(ran.out, "", "results only on standard output");
    for word in words {
        ran.says(word);
    }
    assert_eq!(room.files(), [name], "{ran:?}");
    ran
}

#[test]
fn nothing_to_read() {
    let room = Room::new();
    let words = ["enrich", "absent.csv", "--sandbox", "1", "--data-dir", "data"];
    room.run(&words).expect(3).says("absent.csv: there is no such file; check the path");
    // Even where everything else is wanting too.
    room.run(&["enrich", "no/absent.csv"]).expect(3).says("no/absent.csv: there is no such file");
    room.run(&["enrich", "."]).expect(3).says("this is a folder");
    room.run(&["enrich", "/dev/null"]).expect(3).says("no plain file");
    assert!(room.files().is_empty(), "{:?}", room.files());
    refused("empty.csv", b"", &["the file is empty"]);
    refused("blank.csv", b" \n\r\n\t\n", &["the file is empty"]);
    refused("head.csv", b"Name,Company,Title\n", &["line 1 is a header (3 columns)", "no row"]);
    refused("list.json", b"[]", &["no row"]);
}

#[test]
fn nobody_to_look_up_says_what_was_seen_and_what_comes_closest() {
    let list = b"Ful Name,Order,Compnay\nAda Lovelace,7,Acme\n";
    let ran = refused(
        "orders.csv",
        list,
        &[
            "no column is a person's name (First Name and Last Name, or Full Name)",
            "\"Ful Name\" looks close",
            "nor is one a company (Company, Domain, Website or Email)",
            "\"Compnay\" looks close",
            "Columns seen: \"Ful Name\", \"Order\", \"Compnay\"",
        ],
    );
    // What the message advises, works.
    let advised = ["Ful Name=full_name", "Compnay=company_name"];
    assert!(ran.err.contains("--map \"Ful Name\"=full_name"), "{}", ran.err);
    let room = Room::new();
    room.write("orders.csv", list);
    let job = ["enrich", "orders.csv", "--sandbox", "1", "--data-dir", "data", "--no-verify"];
    let words = [&job[..], &["--json", "--map", advised[0], "--map", advised[1]]].concat();
    let ran = room.run(&words);
    ran.expect(0);
    assert_eq!(ran.json()["contacts"], 1, "{ran:?}");
    let words = [&job[..], &["--map", "Nmae=full_name"]].concat();
    room.run(&words).expect(3).says("orders.csv: there is no column \"Nmae\"");
    let words = [&job[..], &["--map", "Order=number"]].concat();
    room.run(&words).expect(2).says("\"number\" is no kind of column");
    refused("x.csv", b"alpha,beta\n1,2\n", &["Columns seen: \"alpha\", \"beta\""]);
}

#[test]
fn files_of_other_kinds() {
    refused("leads.csv", &binary(), &["a binary file, not a list"]);
    refused("leads.csv", b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", &["a program"]);
    refused("leads.xlsx", b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", &["a PDF document"]);
    refused("leads.xlsx", b"PK\x03\x04broken", &["the workbook is damaged"]);
    refused("leads.json", b"name,company\nAda,Acme\n", &["line 1", "named as JSON"]);
    refused("cut.json", b"[{\"name\": \"Ada\", \"company\": \"Acme\"}, {\"na", &["line 1"]);
}

/// Bytes of all kinds, as in a file that was never text.
fn binary() -> Vec<u8> {
    let noise = |i: u32| u8::try_from(i.wrapping_mul(2_654_435_761) >> 24).unwrap_or(0);
    (0..4_000).map(noise).collect()
}

#[test]
fn protected_workbooks() {
    let words = ["protected by a password; open it, remove the password and save it again"];
    refused("leads.xlsx", &encrypted_workbook(), &words);
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/xlsx-calamine");
    let Ok(real) = std::fs::read(shared.join("tests/pass_protected.xlsx")) else {
        println!("skipped: ../shared/data/xlsx-calamine is not there");
        return;
    };
    refused("real.xlsx", &real, &words);
}

#[test]
fn zip_bombs_do_not_go_off() {
    let bomb = zip_bomb();
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    refused("leads.xlsx", &bomb, &["xl/worksheets/sheet1.xml unpacks to more than 250 times"]);
}

#[test]
fn with_json_the_failure_is_the_one_object() {
    let room = Room::new();
    room.write("empty.csv", "");
    let words = ["enrich", "empty.csv", "--sandbox", "1", "--data-dir", "data", "--json"];
    let ran = room.run(&words);
    ran.expect(3);
    let error = &ran.json()["error"];
    assert_eq!((&error["exit"], &error["kind"]), (&3.into(), &"bad_input".into()));
    assert_eq!(error["message"], "empty.csv: the file is empty; export it again");
}
