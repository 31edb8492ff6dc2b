use captely_tabular::{Cell, Format, ReadOptions, create, open};
use proptest::prelude::*;

use crate::shared::{all, file, read};

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9 .@-]{0,12}",
        2 => "[\",;\t|\n\r'\\\\a]{0,8}",
        1 => "\\PC{0,12}",
    ]
}

fn table() -> impl Strategy<Value = (Vec<String>, Vec<Vec<String>>)> {
    (2_usize..6).prop_flat_map(|width| {
        let header: Vec<String> = (0..width).map(|i| format!("col {i}")).collect();
        let row = prop::collection::vec(cell(), width - 1);
        // The first cell is never blank: rows of blanks are left out on purpose.
        let rows = prop::collection::vec(("[a-z]{1,9}", row), 1..20);
        rows.prop_map(move |rows| {
            let rows =
                rows.into_iter().map(|(first, rest)| std::iter::once(first).chain(rest).collect());
            (header.clone(), rows.collect())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn csv_reads_back_as_written((header, rows) in table()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        let mut writer = create(&path, Format::Csv, &header).unwrap();
        for row in &rows {
            let cells: Vec<Cell<'_>> = row.iter().map(|c| Cell::Input(c)).collect();
            writer.row(&cells).unwrap();
        }
        writer.finish().unwrap();
        let options = ReadOptions { delimiter: Some(','), ..ReadOptions::default() };
        let got = all(open(&path, &options).unwrap());
        prop_assert!(got.faults.is_empty(), "{:?}", got.faults);
        let cells: Vec<Vec<String>> = got.rows.into_iter().map(|r| r.cells).collect();
        prop_assert_eq!(cells, rows);
    }

    #[test]
    fn json_reads_back_as_written((header, rows) in table()) {
        let folder = tempfile::tempdir().unwrap();
        for format in [Format::Json, Format::JsonLines] {
            let path = folder.path().join(format!("t.{format}"));
            let mut writer = create(&path, format, &header).unwrap();
            for row in &rows {
                let cells: Vec<Cell<'_>> = row.iter().map(|c| Cell::Input(c)).collect();
                writer.row(&cells).unwrap();
            }
            writer.finish().unwrap();
            let got = read(&path).unwrap();
            let cells: Vec<Vec<String>> = got.rows.into_iter().map(|r| r.cells).collect();
            prop_assert_eq!(&cells, &rows);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000), ending in 0_usize..5) {
        let ending = [".csv", ".json", ".jsonl", ".xlsx", ".tsv"][ending];
        let file = file(ending, &bytes);
        let _any = read(file.path());
    }

    #[test]
    fn arbitrary_text_never_panics_and_never_loses_lines(text in "[a-c\",;\\\\ \n\r\t\\[\\]{}:|é\0]{0,300}", json in any::<bool>()) {
        let file = file(if json { ".jsonl" } else { ".csv" }, text.as_bytes());
        if let Ok(got) = read(file.path()) {
            let lines: Vec<u64> = got.rows.iter().map(|r| r.line).collect();
            prop_assert!(lines.windows(2).all(|w| w[0] < w[1]), "lines grow: {lines:?}");
        }
    }

    #[test]
    fn damaged_workbooks_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.xlsx");
        let mut writer = create(&path, Format::Xlsx, &["a".to_owned(), "b".to_owned()]).unwrap();
        for i in 0..20 {
            writer.row(&[Cell::Integer(i), Cell::Text("some text")]).unwrap();
        }
        writer.finish().unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let whole = file(".xlsx", &bytes);
        let _any = read(whole.path());
        let cut = cut.index(bytes.len());
        let part = file(".xlsx", &bytes[..cut]);
        let _any = read(part.path());
    }
}
