use captely_tabular::{FileForm, RowFault, RowNote};

use crate::shared::{All, read_bytes};

#[track_caller]
fn check(bytes: &[u8], header: &[&str], rows: &[&[&str]]) -> All {
    let got = read_bytes(".csv", bytes).unwrap();
    let text = String::from_utf8_lossy(bytes);
    assert_eq!(got.header, header, "{text:?}");
    let cells = got.cells();
    assert_eq!(cells.iter().map(Vec::as_slice).collect::<Vec<_>>(), rows, "{text:?}\n{got:?}");
    got
}

fn dialect(all: &All) -> (u8, &'static str, bool) {
    match &all.facts.form {
        FileForm::Csv(d) => (d.delimiter, d.encoding, d.bom),
        other => panic!("{other:?}"),
    }
}

fn utf16(text: &str, big: bool, bom: bool) -> Vec<u8> {
    let mark = if bom { "\u{FEFF}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

#[test]
fn delimiters_are_found() {
    for (mark, name) in [(',', "comma"), (';', "semicolon"), ('\t', "tab"), ('|', "pipe")] {
        let text = format!(
            "name{mark}email{mark}city\nAda{mark}ada@example.com{mark}Bath\nBo{mark}bo@example.com{mark}Ely\n"
        );
        let got = check(
            text.as_bytes(),
            &["name", "email", "city"],
            &[&["Ada", "ada@example.com", "Bath"], &["Bo", "bo@example.com", "Ely"]],
        );
        assert_eq!(u32::from(dialect(&got).0), u32::from(mark), "{name}");
    }
    check(
        b"preis;menge\n1,50;2,25\n3,75;4,00\n",
        &["preis", "menge"],
        &[&["1,50", "2,25"], &["3,75", "4,00"]],
    );
    check(b"sep=;\na;b\n1;2\n", &["a", "b"], &[&["1", "2"]]);
    check(
        b"a, b, c\n1, \"2, 3\", 4\n5, \"6, 7\", 8\n",
        &["a", " b", " c"],
        &[&["1", "2, 3", " 4"], &["5", "6, 7", " 8"]],
    );
}

#[test]
fn one_column_stays_one_column() {
    check(
        b"email\nada@example.com\nbo@example.com\n",
        &["email"],
        &[&["ada@example.com"], &["bo@example.com"]],
    );
    check(
        b"name\nLovelace, Ada\nHopper, Grace\nRao, Asha\n",
        &["name"],
        &[&["Lovelace, Ada"], &["Hopper, Grace"], &["Rao, Asha"]],
    );
}

#[test]
fn encodings_are_found() {
    let text = "name;city\nJürgen;Köln\nZoë;Århus\n";
    let rows: &[&[&str]] = &[&["Jürgen", "Köln"], &["Zoë", "Århus"]];
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let bom: Vec<u8> = b"\xEF\xBB\xBF".iter().chain(text.as_bytes()).copied().collect();
    for (bytes, encoding, mark) in [
        (text.as_bytes().to_vec(), "UTF-8", false),
        (bom, "UTF-8", true),
        (latin.into_owned(), "windows-1252", false),
        (utf16(text, false, true), "UTF-16LE", true),
        (utf16(text, true, true), "UTF-16BE", true),
        (utf16(text, false, false), "UTF-16LE", false),
        (utf16(text, true, false), "UTF-16BE", false),
    ] {
        let got = check(&bytes, &["name", "city"], rows);
        assert_eq!(dialect(&got), (b';', encoding, mark));
    }
}

#[test]
fn a_stray_windows_1252_cell_in_utf8_is_repaired_and_noted() {
    let mut bytes = "name,city\nJürgen,Köln\nZoë,Ås\n".as_bytes().to_vec();
    bytes.extend(b"Ren\xE9,Orl\xE9ans\n");
    let got = check(
        &bytes,
        &["name", "city"],
        &[&["Jürgen", "Köln"], &["Zoë", "Ås"], &["René", "Orléans"]],
    );
    assert_eq!(got.rows[2].notes, [RowNote::ReadAsWindows1252]);
    assert_eq!(
        (got.facts.repairs.windows_1252.rows, got.facts.repairs.windows_1252.first_line),
        (1, 4)
    );
    let bytes = b"name,city\nA,B\nC,D\x81E\nF,G\n";
    let got = check(bytes, &["name", "city"], &[&["A", "B"], &["F", "G"]]);
    let message = got.faults[0].to_string();
    assert!(message.contains("line 3, column 2 (city): byte 0x81"), "{message}");
}

#[test]
fn line_ends_of_all_kinds() {
    let rows: &[&[&str]] = &[&["1", "2"], &["3", "4"]];
    for end in ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"] {
        let text = ["a,b", "1,2", "3,4", ""].join(end);
        let got = check(text.as_bytes(), &["a", "b"], rows);
        let step = if end.len() > 1 && end != "\r\n" { 2 } else { 1 };
        assert_eq!(got.rows[1].line, 1 + 2 * step, "{end:?}");
        let text = ["a,b", "1,2", "3,4"].join(end);
        check(text.as_bytes(), &["a", "b"], rows);
    }
}

#[test]
fn lines_are_physical_lines() {
    let text = "\n\nname,note\nAda,\"one\ntwo\r\nthree\"\n\n   \n,,\nBo,x\n";
    let got =
        check(text.as_bytes(), &["name", "note"], &[&["Ada", "one\ntwo\r\nthree"], &["Bo", "x"]]);
    assert_eq!(got.facts.header_line, 3);
    assert_eq!(got.rows.iter().map(|r| (r.line, r.number)).collect::<Vec<_>>(), [(4, 1), (10, 2)]);
}

#[test]
fn nul_characters_are_left_out_and_noted() {
    let got = check(b"a,b\nx\0y,1\nxy,1\n", &["a", "b"], &[&["xy", "1"], &["xy", "1"]]);
    assert_eq!(got.rows[0].notes, [RowNote::NulRemoved]);
    assert!(got.rows[1].notes.is_empty());
}

#[test]
fn ragged_rows_are_filled_and_kept() {
    let got = check(
        b"a,b,c\n1\n1,2,3,4,5\n1,2,3,,\n1,2,3\n",
        &["a", "b", "c"],
        &[&["1", "", ""], &["1", "2", "3"], &["1", "2", "3"], &["1", "2", "3"]],
    );
    assert_eq!(got.rows[0].notes, [RowNote::Short { have: 1 }]);
    assert_eq!(got.rows[1].extra, ["4", "5"]);
    assert_eq!(got.rows[1].notes, [RowNote::Long { have: 5 }]);
    assert!(got.rows[2].notes.is_empty(), "empty cells behind the last column are nothing");
}

#[test]
fn blank_rows_are_counted_not_read() {
    let got = check(b"a,b\n,\n  , \n1,2\n\n \n,,,\n", &["a", "b"], &[&["1", "2"]]);
    assert_eq!(got.facts.rows_blank, 5);
}

#[test]
fn headers_in_need_of_care() {
    let got = check(
        b"Tags,Tags,,\tName ,Tags\na,b,c,d,e\n",
        &["Tags", "Tags", "", "\tName ", "Tags"],
        &[&["a", "b", "c", "d", "e"]],
    );
    assert_eq!(
        captely_tabular::distinct_names(&got.header),
        ["Tags", "Tags (2)", "Column 3", "Name", "Tags (3)"]
    );
}

#[test]
fn linkedins_three_lines_are_stepped_over() {
    let text = "Notes:\n\"When exporting your connection data, some addresses may be missing. You will \
                only see those who allow it, see here: https://www.example.com/help/answer/261\"\n\n\
                First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
                Ada,Example,https://www.linkedin.com/in/ada,,Engines Ltd,Analyst,12 Mar 2024\n\
                Bo,Example,https://www.linkedin.com/in/bo,,\"Looms, Inc.\",Weaver,13 Mar 2024\n";
    let got = read_bytes(".csv", text.as_bytes()).unwrap();
    assert_eq!((got.facts.preamble.len(), got.facts.header_line), (2, 4));
    assert_eq!(got.header[0], "First Name");
    assert_eq!(got.rows[0].line, 5);
    assert_eq!(got.cells()[1][4], "Looms, Inc.");
}

#[test]
fn titles_above_the_header_are_stepped_over() {
    let text = "Leads of May;;;\nexported 2024-05-31;;;\n;;;\nname;email;city;phone\nAda;a@example.com;Bath;1\nBo;b@example.com;Ely;2\n";
    let got = read_bytes(".csv", text.as_bytes()).unwrap();
    assert_eq!(got.facts.preamble, ["Leads of May", "exported 2024-05-31"]);
    assert_eq!((got.facts.header_line, got.rows.len()), (4, 2));
}

#[test]
fn broken_quotes_do_not_swallow_the_file() {
    // An opening quote that never closes.
    let mut text = "name,company,city\n".to_owned();
    for i in 2..=400 {
        let line = match i {
            7 => "Ada,\"Acme,Bath\n".to_owned(),
            20 => "Bo,\"The \"Best\" Co\",Ely\n".to_owned(),
            30 => "Cy,Looms \"R\" Us,Rye\n".to_owned(),
            40 => "Di,\"two\nlines\",Wem\n".to_owned(),
            _ => format!("P{i},\"C{i}, Inc\",T{i}\n"),
        };
        text.push_str(&line);
    }
    let got = read_bytes(".csv", text.as_bytes()).unwrap();
    assert_eq!(got.rows.len(), 399, "{:?}", got.faults);
    let at = |line: u64| got.rows.iter().find(|r| r.line == line).unwrap();
    assert_eq!(at(7).cells, ["Ada", "\"Acme", "Bath"]);
    assert_eq!(at(7).notes, [RowNote::QuotesRepaired]);
    assert_eq!(at(20).cells, ["Bo", "The \"Best\" Co", "Ely"]);
    assert_eq!(at(30).cells, ["Cy", "Looms \"R\" Us", "Rye"]);
    assert!(at(30).notes.is_empty());
    assert_eq!(at(40).cells, ["Di", "two\nlines", "Wem"]);
    assert_eq!(at(42).cells[0], "P41");
    assert_eq!((got.facts.repairs.quotes.rows, got.facts.repairs.quotes.first_line), (2, 7));
}

#[test]
fn a_row_beyond_repair_is_named_and_the_next_is_read() {
    let text = "a,b,c\n1,2,3\n4,\"5\"x\"y,\"6\n7,8,9\n10,11,12\n";
    let got = read_bytes(".csv", text.as_bytes()).unwrap();
    println!("{:?} {:?}", got.rows, got.faults);
    assert_eq!(got.cells().last().unwrap(), &["10", "11", "12"]);
    let text = "a,b,c\n1,2,3\n\"4\"5,6\n7,8,9\n";
    let got = read_bytes(".csv", text.as_bytes()).unwrap();
    assert_eq!(got.cells(), [["1", "2", "3"], ["7", "8", "9"]]);
    assert!(
        matches!(got.faults[0], RowFault::Quoting { line: 3, last_line: 3, .. }),
        "{:?}",
        got.faults
    );
    assert!(got.faults[0].to_string().contains("line 3"));
}

#[test]
fn an_unclosed_quote_in_the_last_row() {
    let got = check(b"a,b\n1,2\n3,\"4\n", &["a", "b"], &[&["1", "2"], &["3", "\"4"]]);
    assert_eq!(got.rows[1].notes, [RowNote::QuotesRepaired]);
}

#[test]
fn rows_longer_than_one_chunk() {
    let long = "x".repeat(300_000);
    let lines = "y\n".repeat(90_000);
    let text = format!("a,b\n{long},1\n\"{lines}\",2\n3,4\n");
    let got = read_bytes(".csv", text.as_bytes()).unwrap();
    assert_eq!(got.cells(), [[long.as_str(), "1"], [lines.as_str(), "2"], ["3", "4"]]);
    assert_eq!(got.rows[2].line, 90_004);
}
