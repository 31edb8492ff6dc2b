//! Lists that `captely enrich` cannot use: it says which file, what is wrong and what to do, exits
//! with 3 and leaves nothing behind.

use std::io::Write as _;
use std::path::Path;

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

/// The frame of a compound file with the two streams that an encrypted workbook is made of
/// (MS-CFB §2.2 and §2.6.1, MS-OFFCRYPTO §2.3.4).
fn encrypted_workbook() -> Vec<u8> {
    const SECTOR: usize = 512;
    const END: u32 = 0xFFFF_FFFE;
    let mut file = vec![0xFF; SECTOR * 3];
    file[..76].fill(0);
    file[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(24, &[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]); // version 3, sectors of 2^9, of 2^6
    put(44, &1_u32.to_le_bytes()); // one sector of the allocation table
    put(48, &1_u32.to_le_bytes()); // the directory is in sector 1
    put(56, &4_096_u32.to_le_bytes());
    put(60, &END.to_le_bytes());
    put(68, &END.to_le_bytes());
    put(76, &0_u32.to_le_bytes()); // the table is in sector 0
    put(SECTOR, &0xFFFF_FFFD_u32.to_le_bytes());
    put(SECTOR + 4, &END.to_le_bytes());
    for (index, (name, kind)) in
        [("Root Entry", 5), ("EncryptionInfo", 2), ("EncryptedPackage", 2)].iter().enumerate()
    {
        let mut entry = [0_u8; 128];
        let text: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..text.len()].copy_from_slice(&text);
        entry[64] = u8::try_from(text.len() + 2).expect("a short name");
        entry[66] = *kind;
        put(SECTOR * 2 + 128 * index, &entry);
    }
    file
}

#[test]
fn zip_bombs_do_not_go_off() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("xl/workbook.xml", options).expect("begun");
    zip.write_all(b"<workbook/>").expect("written");
    zip.start_file("xl/worksheets/sheet1.xml", options).expect("begun");
    for _ in 0..64 {
        zip.write_all(&vec![b' '; 1 << 20]).expect("written");
    }
    let bomb = zip.finish().expect("ended").into_inner();
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
