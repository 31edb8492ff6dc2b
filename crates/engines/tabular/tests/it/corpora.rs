use std::collections::BTreeMap;
use std::path::Path;

use captely_tabular::{FileForm, ReadError, ReadOptions, open};

use crate::shared::{All, all, files, folder, read};

#[test]
fn csv_spectrum_reads_as_its_json_says() {
    let Some(folder) = folder("csv-spectrum") else { return };
    let mut compared = 0;
    for path in files(&folder.join("csvs")) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let json = std::fs::read_to_string(folder.join(format!("json/{name}.json"))).unwrap();
        let mut json = json;
        if !std::fs::read(&path).unwrap().contains(&b'\r') {
            // The snapshot's own line ends were made LF, those in its JSON were not.
            json = json.replace("\\r\\n", "\\n");
        }
        let expected: Vec<BTreeMap<String, String>> = serde_json::from_str(&json).unwrap();
        let got = read(&path).unwrap();
        assert!(got.faults.is_empty(), "{name}: {:?}", got.faults);
        let objects: Vec<BTreeMap<String, String>> = got
            .rows
            .iter()
            .map(|r| got.header.iter().cloned().zip(r.cells.iter().cloned()).collect())
            .collect();
        assert_eq!(objects, expected, "{name}");
        compared += 1;
    }
    assert_eq!(compared, 11);
}

/// Reads a file to the end: rows, or a refusal in a sentence that names it.
fn outcome(path: &Path) -> Result<All, ReadError> {
    let got = read(path);
    if let Err(why) = &got {
        let text = why.to_string();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(text.contains(name), "a refusal names its file: {text}");
    }
    got
}

#[test]
fn every_csv_of_the_corpora_is_read_or_refused_with_a_reason() {
    let mut refused = Vec::new();
    let mut read = 0;
    for name in ["csv-csvkit", "csv-rustcsv", "csv-papaparse"] {
        let Some(folder) = folder(name) else { return };
        for path in files(&folder) {
            match outcome(&path) {
                Ok(_) => read += 1,
                Err(why) => refused.push(format!(
                    "{}: {}",
                    path.file_name().unwrap().to_str().unwrap(),
                    why.to_string().rsplit_once(": ").unwrap().1
                )),
            }
        }
    }
    println!("read {read}, refused {}:\n  {}", refused.len(), refused.join("\n  "));
    assert!(read >= 70, "only {read} files were read");
}

#[track_caller]
fn csvkit(name: &str, header: &[&str], rows: &[&[&str]]) -> Option<All> {
    let folder = folder("csv-csvkit")?;
    let got = read(&folder.join("examples").join(name)).unwrap();
    assert_eq!(got.header, header, "{name}");
    let cells = got.cells();
    assert_eq!(cells.iter().map(Vec::as_slice).collect::<Vec<_>>(), rows, "{name}");
    Some(got)
}

#[test]
fn csvkit_files_read_as_stated() {
    let abc = ["a", "b", "c"];
    let Some(_) =
        csvkit("test_utf8.csv", &["foo", "bar", "baz"], &[&["1", "2", "3"], &["4", "5", "ʤ"]])
    else {
        return;
    };
    csvkit("mac_newlines.csv", &abc, &[&["1", "2", "3"], &["Once upon\ra time", "5", "6"]]);
    csvkit("optional_quote_characters.csv", &abc, &[&["1", "2", "3"]]);
    csvkit("sniff_limit.csv", &abc, &[&["1", "2", "3"]]);
    csvkit("test_latin1.csv", &abc, &[&["1", "2", "3"], &["4", "5", "©"]]);
    csvkit("test_skip_lines.csv", &abc, &[&["1", "2", "3"]]);
    csvkit("null_byte.csv", &abc, &[&["", "2", "3"]]);
    csvkit("test_locale.csv", &abc, &[&["1,7", "200.000.000", ""]]);
    csvkit("test_utf16_little.csv", &abc, &[&["1", "2", "3"], &["4", "5", "ʤ"]]);
    csvkit("test_utf16_big.csv", &abc, &[&["1", "2", "3"], &["4", "5", "ʤ"]]);
    let bad = csvkit(
        "bad.csv",
        &["column_a", "column_b", "column_c"],
        &[&["1", "27", ""], &["", "I'm too short!", ""], &["0", "mixed types.... uh oh", "17"]],
    )
    .unwrap();
    assert_eq!(bad.rows[0].extra, ["I'm too long!"]);
    assert_eq!((bad.facts.repairs.long.rows, bad.facts.repairs.short.rows), (1, 1));
    let json =
        csvkit("testjson_multiline.json", &["a", "b", "d"], &[&["2", "3", ""], &["", "2", "4"]]);
    assert_eq!(json.unwrap().facts.form, FileForm::JsonLines);
}

#[test]
fn rust_csv_files_read_as_stated() {
    let Some(folder) = folder("csv-rustcsv") else { return };
    let data = folder.join("examples/data");
    let plain = read(&data.join("uspop.csv")).unwrap();
    assert_eq!(plain.header, ["City", "State", "Population", "Latitude", "Longitude"]);
    assert_eq!(plain.rows.len(), 100);
    let latin = read(&data.join("uspop-latin1.csv")).unwrap();
    assert_eq!(latin.cells().len(), plain.cells().len());
    assert!(matches!(&latin.facts.form, FileForm::Csv(d) if d.encoding == "windows-1252"));
    let strange = read(&data.join("strange.csv")).unwrap();
    // Read in the tutorial without a header, with `;`, `#` for comments and `\\` before quotes.
    assert_eq!(strange.facts.header_rows, 0);
    assert_eq!(strange.cells()[0], ["\"Hacksaw\" Jim Duggan", "1987"]);
    assert_eq!(strange.cells().last().unwrap(), &["Jake \"The Snake\" Roberts", "1986"]);
    let options = ReadOptions { delimiter: Some(':'), ..ReadOptions::default() };
    let colon = all(open(&data.join("smallpop-colon.csv"), &options).unwrap());
    assert_eq!(colon.header, ["city", "region", "country", "population"]);
    assert_eq!(colon.rows.len(), 10);
}

#[test]
fn every_workbook_is_read_or_refused_with_a_reason() {
    let mut refused = Vec::new();
    let mut read = 0;
    for name in ["xlsx-calamine", "xlsx-exceljs"] {
        let Some(folder) = folder(name) else { return };
        for path in files(&folder) {
            match outcome(&path) {
                Ok(_) => read += 1,
                Err(why) => refused.push(why.to_string().replace(folder.to_str().unwrap(), "")),
            }
        }
    }
    println!("read {read}, refused {}:\n  {}", refused.len(), refused.join("\n  "));
    assert!(read >= 100, "only {read} workbooks were read");
}

#[track_caller]
fn calamine(name: &str) -> Option<Result<All, ReadError>> {
    Some(read(&folder("xlsx-calamine")?.join("tests").join(name)))
}

#[test]
fn workbooks_read_as_stated() {
    for name in
        ["date.xlsx", "date.xls", "date.xlsb", "date.ods", "date_1904.xlsx", "date_1904.xls"]
    {
        let Some(got) = calamine(name) else { return };
        let got = got.unwrap();
        let all: Vec<String> = std::iter::once(got.header.clone())
            .chain(got.rows.iter().map(|r| r.cells.clone()))
            .flatten()
            .collect();
        assert!(all.iter().any(|c| c == "2021-01-01"), "{name}: {all:?}");
    }
    for name in ["pass_protected.xlsx", "pass_protected.xlsb", "pass_protected.ods"] {
        let Some(got) = calamine(name) else { return };
        assert!(matches!(got, Err(ReadError::PasswordProtected { .. })), "{name}: {got:?}");
    }
    let Some(got) = calamine("inventory-table.xlsx") else { return };
    let got = got.unwrap();
    println!("{:?} {:?}", got.header, got.cells());
}

#[test]
fn five_hundred_leads_read_whole() {
    let Some(folder) = folder("leads-us500") else { return };
    let got = read(&folder.join("us-500.csv")).unwrap();
    assert_eq!((got.rows.len(), got.faults.len(), got.header.len()), (500, 0, 12));
    assert_eq!(got.rows[0].cells[2], "Benton, John B Jr");
    assert_eq!((got.rows[499].number, got.rows[499].line), (500, 501));
    let samples: Vec<Vec<String>> = got.rows.iter().take(50).map(|r| r.cells.clone()).collect();
    let mapping = captely_tabular::recognise(&got.header, &samples);
    let words: Vec<&str> = mapping.columns.iter().map(|c| c.role.as_str()).collect();
    let expected = [
        "first_name",
        "last_name",
        "company_name",
        "address",
        "city",
        "unknown",
        "state",
        "postal_code",
        "phone",
        "other_phone",
        "email",
        "website",
    ];
    assert_eq!(words, expected, "a county is no state where there is one");
    assert_eq!(mapping.problem(), None);
}
