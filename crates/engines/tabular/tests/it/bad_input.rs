use std::io::Write as _;

use captely_tabular::{Limits, ReadError, ReadOptions, RowFault, open};

use crate::shared::{all, file, read, read_bytes};

#[track_caller]
fn refused(ending: &str, bytes: &[u8], words: &str) {
    let file = file(ending, bytes);
    let why = read(file.path()).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(why.contains(words), "{why:?} lacks {words:?}");
    assert!(why.contains(file.path().to_str().unwrap()), "{why}");
}

#[test]
fn files_that_are_no_lists() {
    refused(".csv", b"", "empty");
    refused(".csv", b"\n \n\r\n", "empty");
    refused(".csv", b"\xEF\xBB\xBF", "empty");
    refused(".csv", b"name,email\n", "is a header (2 columns) and no row follows");
    refused(".csv", b"%PDF-1.7\n%\xE2\xE3", "a PDF document");
    refused(".xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image");
    refused(".xls", b"<html><table><tr><td>a</td></tr></table>", "a web page");
    refused(".xlsx", b"PK\x03\x04 not really a zip", "damaged");
    refused(".csv", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0", "a Windows program");
    let noise: Vec<u8> = (0..4_000_u32)
        .map(|i| u8::try_from(i.wrapping_mul(2_654_435_761) >> 24).unwrap())
        .collect();
    refused(".csv", &noise, "a binary file");
    refused(".json", b"name,email\nAda,a@example.com\n", "named as JSON");
    refused(".json", b"{\"a\": 1}", "without a list of objects");
    refused(".json", b"[]", "no row follows");
}

#[test]
fn a_list_cut_off_gives_its_rows_and_then_says_so() {
    let got = read_bytes(".json", b"[{\"a\": 1}, {\"a\":").unwrap();
    assert_eq!(got.cells(), [["1"]]);
    assert!(got.faults[0].is_fatal());
    assert!(
        got.faults[0].to_string().contains("line 1: the file ends in the middle"),
        "{:?}",
        got.faults
    );
}

#[test]
fn names_that_lead_nowhere() {
    let missing = std::path::Path::new("/nowhere/list.csv");
    assert!(matches!(read(missing), Err(ReadError::NoSuchFile { .. })));
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(read(folder.path()), Err(ReadError::IsFolder { .. })));
}

#[test]
fn the_words_md_and_mz_may_begin_a_list() {
    let got = read_bytes(".csv", b"MZ,city\n1,Bath\n").unwrap();
    assert_eq!(got.header, ["MZ", "city"]);
    let got = read_bytes(".csv", b"ID3,city\n1,Bath\n").unwrap();
    assert_eq!(got.header, ["ID3", "city"]);
}

#[test]
fn cells_and_rows_over_the_limit_are_left_out_alone() {
    let limits = Limits { cell_bytes_max: 1_000, row_bytes_max: 400_000, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let huge = "x".repeat(5_000);
    let endless = "y".repeat(3_000_000);
    let quoted = "z\n".repeat(4_000);
    let text = format!("a,b\n1,2\n3,{huge}\n4,{endless}\n5,6\n7,\"{quoted}\"\n8,9\n");
    let file = file(".csv", text.as_bytes());
    let got = all(open(file.path(), &options).unwrap());
    assert_eq!(got.cells(), [["1", "2"], ["5", "6"], ["8", "9"]]);
    let faults: Vec<String> = got.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 3, "{faults:?}");
    for (fault, line) in faults.iter().zip([3, 4, 6]) {
        assert!(
            fault.contains(&format!("line {line}, column 2 (b): the cell is larger than 1000")),
            "{fault}"
        );
    }
}

#[test]
fn limits_on_columns_rows_and_bytes() {
    let many = vec!["c"; 2_001].join(",");
    let why = read_bytes(".csv", format!("{many}\n{many}\n").as_bytes()).unwrap_err().to_string();
    assert!(why.contains("more than 2000 cells"), "{why}");
    let limits = Limits { rows_max: 2, ..Limits::default() };
    let list = file(".csv", b"a\n1\n2\n3\n4\n");
    let got = all(open(list.path(), &ReadOptions { limits, ..ReadOptions::default() }).unwrap());
    assert_eq!(got.rows.len(), 2);
    assert!(
        matches!(got.faults.as_slice(), [RowFault::Fatal(ReadError::TooLarge { .. })]),
        "{:?}",
        got.faults
    );
    let limits = Limits { file_bytes_max: 5, ..Limits::default() };
    let why = open(list.path(), &ReadOptions { limits, ..ReadOptions::default() }).err().unwrap();
    assert!(matches!(why, ReadError::TooLarge { .. }));
}

#[test]
fn options_that_mean_nothing() {
    let list = file(".csv", b"a,b\n1,2\n");
    for options in [
        ReadOptions { delimiter: Some('x'), ..ReadOptions::default() },
        ReadOptions { delimiter: Some('é'), ..ReadOptions::default() },
        ReadOptions { encoding: Some("klingon".to_owned()), ..ReadOptions::default() },
    ] {
        assert!(matches!(open(list.path(), &options), Err(ReadError::BadOption(_))), "{options:?}");
    }
}

/// A workbook whose sheet is `megabytes` of blanks: small packed, huge unpacked.
fn bomb(part: &str, megabytes: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("xl/workbook.xml", options).unwrap();
    zip.write_all(b"<workbook/>").unwrap();
    zip.start_file(part, options).unwrap();
    let blank = vec![b' '; 1 << 20];
    for _ in 0..megabytes {
        zip.write_all(&blank).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    refused(
        ".xlsx",
        &bomb("xl/worksheets/sheet1.xml", 20),
        "unpacks to more than 250 times its size",
    );
    let limits = Limits { workbook_held_bytes_max: 4 << 20, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let strings = file(".xlsx", &bomb("xl/sharedStrings.xml", 5));
    let why = open(strings.path(), &options).err().unwrap().to_string();
    assert!(why.contains("xl/sharedStrings.xml unpacks to more than 4 MiB"), "{why}");
    let mut lying = bomb("xl/worksheets/sheet1.xml", 20);
    // The size that the directory tells, made small: it is unpacked no further than that.
    let size = (20_u32 << 20).to_le_bytes();
    let mut at = 0;
    while let Some(found) = lying.get(at..).and_then(|rest| rest.windows(4).position(|w| w == size))
    {
        at += found;
        lying[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    assert!(at > 0, "the size was found");
    refused(".xlsx", &lying, "the workbook");
}

#[test]
fn a_sheet_that_repeats_itself_without_end_is_refused() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("mimetype", options).unwrap();
    zip.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
    zip.start_file("content.xml", options).unwrap();
    let cells = "<table:table-cell table:number-columns-repeated=\"1000\" office:value-type=\"float\" office:value=\"1\"/>";
    let rows =
        format!("<table:table-row table:number-rows-repeated=\"90000\">{cells}</table:table-row>");
    let text =
        format!("<office:body><table:table table:name=\"a\">{rows}</table:table></office:body>");
    zip.write_all(text.as_bytes()).unwrap();
    refused(".ods", &zip.finish().unwrap().into_inner(), "more than 10000000 cells");
}

#[test]
fn twenty_thousand_columns_are_refused_in_every_format() {
    let names: Vec<String> = (0..20_000).map(|n| format!("c{n}")).collect();
    let line = names.join(",");
    refused(".csv", format!("{line}\n{line}\n").as_bytes(), "line 1: the header cannot be read");
    let pairs: Vec<String> = names.iter().map(|n| format!("\"{n}\":1")).collect();
    refused(".jsonl", format!("{{{}}}\n", pairs.join(",")).as_bytes(), "has 20000 columns");
    let lines: Vec<String> = names.iter().map(|n| format!("X-{n}:1")).collect();
    let card = format!("BEGIN:VCARD\nFN:Ada\n{}\nEND:VCARD\n", lines.join("\n"));
    assert!(read_bytes(".vcf", card.as_bytes()).unwrap().header.len() <= 500);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for column in 0..16_384 {
        sheet.write_string(0, column, "c").unwrap();
    }
    refused(".xlsx", &book.save_to_buffer().unwrap(), "more than 2000 cells");
}

#[test]
fn a_line_without_end_is_refused_without_being_held() {
    let endless = "x".repeat(40 << 20);
    refused(".csv", endless.as_bytes(), "line 1: the header cannot be read");
    refused(".csv", endless.as_bytes(), "larger than");
    let got = read_bytes(".csv", format!("a,b\n1,{endless}\n3,4\n").as_bytes()).unwrap();
    assert_eq!(got.cells(), [["3", "4"]]);
    assert!(got.faults[0].to_string().contains("line 2, column 2 (b): the cell is larger"));
    let got = read_bytes(".jsonl", format!("{{\"a\":1}}\n{{\"a\":\"{endless}\"}}\n").as_bytes());
    let got = got.unwrap();
    assert!(got.faults[0].to_string().contains("line 2: the row is larger"), "{:?}", got.faults[0]);
}

#[test]
fn entities_that_multiply_are_not_expanded() {
    let entity = |n: u32| format!("<!ENTITY a{} \"{}\">", n + 1, format!("&a{n};").repeat(10));
    let levels: Vec<String> = (0..11).map(entity).collect();
    let entities = format!("<!ENTITY a0 \"xxxxxxxxxx\">{}", levels.concat());
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "name").unwrap().write_string(1, 0, "BOMB").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        if name == "xl/sharedStrings.xml" {
            let end = text.find("?>").unwrap() + 2;
            text.insert_str(end, &format!("<!DOCTYPE sst [{entities}]>"));
            text = text.replace("BOMB", "&a11;");
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    let bytes = to.finish().unwrap().into_inner();
    // Refused, or read with the name of the entity: never the 10^12 letters it stands for.
    match read_bytes(".xlsx", &bytes) {
        Ok(got) => assert!(got.rows.iter().flat_map(|r| &r.cells).all(|c| c.len() < 100)),
        Err(why) => assert!(why.to_string().contains("the workbook is damaged"), "{why}"),
    }
}

#[test]
fn a_workbook_cut_in_half_is_told() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..2_000 {
        sheet.write_string(row, 0, format!("name {row}")).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    refused(".xlsx", &bytes[..bytes.len() / 2], "the workbook is damaged");
}
