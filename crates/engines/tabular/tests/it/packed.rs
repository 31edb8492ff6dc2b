use std::io::{Cursor, Write as _};

use captely_tabular::{FileForm, Limits, ReadError, ReadOptions, open, open_stream};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;

use crate::shared::{All, all, file, read, read_bytes};

const LIST: &[u8] = b"name,email\nAda,ada@example.com\nBo,bo@example.com\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, value) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        sheet.write_string(0, 0, "name").unwrap().write_string(1, 0, *value).unwrap();
    }
    book.save_to_buffer().unwrap()
}

fn chosen(bytes: &[u8], sheet: &str) -> Result<All, ReadError> {
    let options = ReadOptions { sheet: Some(sheet.to_owned()), ..ReadOptions::default() };
    open(file(".zip", bytes).path(), &options).map(all)
}

#[track_caller]
fn refused(outcome: Result<All, ReadError>, words: &[&str]) {
    let why = outcome.err().map(|why| why.to_string()).unwrap_or_default();
    for word in words {
        assert!(why.contains(word), "{why:?} lacks {word:?}");
    }
}

#[test]
fn packed_lists_are_read() {
    let people = [["Ada", "ada@example.com"], ["Bo", "bo@example.com"]];
    let two_members = [gzip(&LIST[..20]), gzip(&LIST[20..])].concat();
    for (ending, bytes) in [
        (".csv.gz", gzip(LIST)),
        (".gz", gzip(LIST)),
        (".csv.gz", two_members),
        (".zip", archive(&[("leads.csv", LIST)])),
        (".zip", archive(&[("a/", b""), ("a/leads.csv", LIST), ("__MACOSX/a/._leads.csv", b"x"), ("readme.md", b"x")])),
        (".zip", archive(&[("leads.jsonl", b"{\"name\":\"Ada\",\"email\":\"ada@example.com\"}\n{\"name\":\"Bo\",\"email\":\"bo@example.com\"}")])),
    ] {
        let got = read_bytes(ending, &bytes).unwrap();
        assert_eq!(got.cells(), people, "{ending}");
        assert!(got.faults.is_empty(), "{:?}", got.faults);
    }
    let utf16: Vec<u8> =
        "\u{FEFF}name;city\nZoë;Köln\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_bytes(".csv.gz", &gzip(&utf16)).unwrap().cells(), [["Zoë", "Köln"]]);
    let book = workbook(&[("One", "Ada"), ("Two", "Bo")]);
    assert_eq!(read_bytes(".zip", &archive(&[("leads.xlsx", &book)])).unwrap().cells(), [["Ada"]]);
    let got = read_bytes(".xlsx.gz", &gzip(&book)).unwrap();
    assert!(matches!(&got.facts.form, FileForm::Sheet { kind: "xlsx", sheet } if sheet == "One"));
}

#[test]
fn of_several_lists_one_is_chosen() {
    let book = workbook(&[("One", "Ada"), ("Two", "Bo")]);
    let bytes = archive(&[("a/leads.csv", LIST), ("book.xlsx", &book)]);
    refused(
        read_bytes(".zip", &bytes),
        &["holds several lists; name one", "a/leads.csv, book.xlsx"],
    );
    assert_eq!(chosen(&bytes, "leads.csv").unwrap().rows.len(), 2);
    assert_eq!(chosen(&bytes, "book.xlsx").unwrap().cells(), [["Ada"]]);
    assert_eq!(chosen(&bytes, "book.xlsx/two").unwrap().cells(), [["Bo"]]);
    refused(chosen(&bytes, "other.csv"), &["holds no list \"other.csv\"", "a/leads.csv"]);
    let single = archive(&[("book.xlsx", &book)]);
    assert_eq!(chosen(&single, "Two").unwrap().cells(), [["Bo"]], "a sheet of the only list");
    refused(chosen(&single, "Three"), &["(book.xlsx): there is no sheet \"Three\""]);
    refused(read_bytes(".zip", &archive(&[("a.md", b"x")])), &["without a list in it"]);
    refused(read_bytes(".zip", &archive(&[("b.csv", &gzip(LIST))])), &["an archive in an archive"]);
}

/// Many rows, no two alike, so that they do not pack to nothing.
fn long_list() -> Vec<u8> {
    let row = |n: u64| format!("Ada {n},a{}@example.com\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let rows: String = (0..20_000).map(row).collect();
    format!("name,email\n{rows}").into_bytes()
}

#[test]
fn archives_cut_in_half_give_their_rows_and_then_say_so() {
    let packed = gzip(&long_list());
    let got = read_bytes(".csv.gz", &packed[..packed.len() / 2]).unwrap();
    assert!(got.rows.len() > 1_000, "{}", got.rows.len());
    let fault = got.faults.last().unwrap();
    assert!(fault.is_fatal() && fault.line().unwrap() > 1_000, "{fault}");
    assert!(fault.to_string().contains("the archive is damaged (it ends too early)"), "{fault}");
    let zip = archive(&[("leads.csv", &long_list())]);
    refused(read_bytes(".zip", &zip[..zip.len() / 2]), &["may have been cut off"]);
}

#[test]
fn a_wrong_checksum_is_told() {
    let list = long_list();
    let mut packed = gzip(&list);
    let crc = packed.len() - 8;
    packed[crc] ^= 1;
    let got = read_bytes(".csv.gz", &packed).unwrap();
    assert!(got.faults.last().unwrap().to_string().contains("the archive is damaged"));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("leads.csv", stored).unwrap();
    zip.write_all(&list).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    bytes[200_000] ^= 1;
    let got = read_bytes(".zip", &bytes).unwrap();
    let fault = got.faults.last().unwrap().to_string();
    assert!(
        fault.contains("(leads.csv), line ") && fault.contains("its checksum is wrong"),
        "{fault}"
    );
}

#[test]
fn bombs_end_at_the_limit() {
    let row = format!("Ada,{}@example.com\n", "a".repeat(2_000));
    let bomb = format!("name,email\n{}", row.repeat(1_000)).into_bytes();
    let limits = Limits { file_bytes_max: 1 << 20, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    for (ending, bytes) in [(".csv.gz", gzip(&bomb)), (".zip", archive(&[("leads.csv", &bomb)]))] {
        let list = file(ending, &bytes);
        let got = all(open(list.path(), &options).unwrap());
        let fault = got.faults.last().unwrap();
        assert!(fault.to_string().contains("it unpacks to more than 1 MiB"), "{fault}");
        assert!(fault.is_fatal() && fault.line().unwrap() > 400, "{fault}");
    }
}

#[test]
fn a_protected_archive_is_told() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("leads.csv", SimpleFileOptions::default()).unwrap();
    zip.write_all(LIST).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    // The flag of encryption, in the member's own header and in the directory (APPNOTE §4.4.4).
    bytes[6] |= 1;
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    let list = file(".zip", &bytes);
    assert!(matches!(read(list.path()), Err(ReadError::PasswordProtected { .. })));
}

#[test]
fn streams_are_read_like_files() {
    let book = workbook(&[("One", "Ada"), ("Two", "Bo")]);
    for (name, bytes, rows) in [
        ("leads.csv", LIST.to_vec(), 2),
        ("leads.csv.gz", gzip(LIST), 2),
        ("leads.zip", archive(&[("leads.csv", LIST)]), 2),
        ("leads.xlsx", book, 1),
    ] {
        let from = Box::new(Cursor::new(bytes));
        let got = all(open_stream(name, from, &ReadOptions::default()).unwrap());
        assert_eq!((got.rows.len(), got.faults.len()), (rows, 0), "{name}");
    }
    let why = open_stream("a.pdf", Box::new(&b"%PDF-1.7"[..]), &ReadOptions::default()).err();
    assert!(why.unwrap().to_string().starts_with("a.pdf: this looks like a PDF document"));
}
