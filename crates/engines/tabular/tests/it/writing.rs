use std::sync::{Arc, Mutex};

use captely_tabular::{
    Cell, Format, ReadOptions, WriteError, WriteOptions, Written, create, create_on, create_with,
    open,
};

use crate::shared::{all, read};

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

#[test]
fn each_format_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    for format in [Format::Csv, Format::Xlsx, Format::Json, Format::JsonLines] {
        let path = folder.path().join(format!("out.{format}"));
        let mut writer =
            create(&path, format, &header(&["name", "note", "n", "cost", "ok"])).unwrap();
        writer
            .row(&[
                Cell::Input("Ada, \"A\""),
                Cell::Text("two\nlines"),
                Cell::Integer(7),
                Cell::Decimal("0.015"),
                Cell::Bool(true),
            ])
            .unwrap();
        writer
            .row(&[
                Cell::Input("王"),
                Cell::Empty,
                Cell::Integer(-1),
                Cell::Decimal("x"),
                Cell::Bool(false),
            ])
            .unwrap();
        assert!(!path.exists(), "{format}: nothing under the name before the end");
        assert_eq!(writer.finish().unwrap(), Written { rows: 2, cells_cut: 0 });
        let got = read(&path).unwrap();
        assert_eq!(got.header, ["name", "note", "n", "cost", "ok"], "{format}");
        assert_eq!(
            got.cells(),
            [["Ada, \"A\"", "two\nlines", "7", "0.015", "true"], ["王", "", "-1", "x", "false"]],
            "{format}"
        );
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 4, "no part is left behind");
}

#[test]
fn only_our_own_cells_are_neutralised() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    let cells =
        [Cell::Input("=1+1"), Cell::Text("=1+1"), Cell::Text("+33123456789"), Cell::Integer(-5)];
    let mut writer = create(&path, Format::Csv, &header(&["a", "b", "c", "d"])).unwrap();
    writer.row(&cells).unwrap();
    writer.finish().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a,b,c,d\n=1+1,'=1+1,+33123456789,-5\n");
    let options = WriteOptions { neutralise_formulas: false, delimiter: b';', bom: true };
    let mut writer =
        create_with(&path, Format::Csv, &header(&["a", "b", "c", "d"]), &options).unwrap();
    writer.row(&cells).unwrap();
    writer.finish().unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "\u{FEFF}a;b;c;d\n=1+1;=1+1;+33123456789;-5\n"
    );
}

#[test]
fn a_writer_dropped_leaves_nothing_and_keeps_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    std::fs::write(&path, "old").unwrap();
    let mut writer = create(&path, Format::Csv, &header(&["a"])).unwrap();
    writer.row(&[Cell::Integer(1)]).unwrap();
    drop(writer);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let why = create(folder.path(), Format::Csv, &header(&["a"])).err().unwrap();
    assert!(matches!(why, WriteError::IsFolder { .. }), "{why}");
    let why =
        create(&folder.path().join("no/such/out.csv"), Format::Csv, &header(&["a"])).err().unwrap();
    assert!(matches!(why, WriteError::Io { .. }), "{why}");
    let many = vec!["c".to_owned(); 16_385];
    let why = create(&folder.path().join("x.xlsx"), Format::Xlsx, &many).err().unwrap();
    assert!(matches!(why, WriteError::TooManyColumns { limit: 16_384, .. }), "{why}");
    let mut writer =
        create(&folder.path().join("x.csv"), Format::Csv, &header(&["a", "b"])).unwrap();
    let why = writer.row(&[Cell::Empty]).unwrap_err();
    assert!(matches!(why, WriteError::CellCount { row: 1, found: 1, expected: 2, .. }), "{why}");
    for name in ["out", "out.pdf", "out.xls"] {
        assert!(Format::from_path(std::path::Path::new(name)).is_err(), "{name}");
    }
}

/// A disk that is full after some bytes.
struct FullDisk(usize);

impl std::io::Write for FullDisk {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0 < bytes.len() {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0 -= bytes.len();
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told() {
    for format in [Format::Csv, Format::Xlsx, Format::Json, Format::JsonLines] {
        let options = WriteOptions::default();
        let mut writer =
            create_on(Box::new(FullDisk(1_000)), "out", format, &header(&["a"]), &options).unwrap();
        let text = "x".repeat(200_000);
        let row = writer.row(&[Cell::Text(&text)]);
        let outcome = row.and_then(|()| writer.finish().map(drop));
        // The sheet's text was cut to what a cell holds, which packs to less than the disk has.
        match (format, outcome) {
            (Format::Xlsx, Ok(()) | Err(_)) => {}
            (_, Err(WriteError::Io { source, .. })) => {
                assert_eq!(source.kind(), std::io::ErrorKind::StorageFull, "{format}");
            }
            (_, other) => panic!("{format}: {other:?}"),
        }
    }
}

#[test]
fn long_cells_of_a_sheet_are_cut_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.xlsx");
    let text = "😀".repeat(20_000);
    let mut writer = create(&path, Format::Xlsx, &header(&["a"])).unwrap();
    writer.row(&[Cell::Text(&text)]).unwrap();
    assert_eq!(writer.finish().unwrap(), Written { rows: 1, cells_cut: 1 });
    assert_eq!(read(&path).unwrap().rows[0].cells[0].chars().count(), 16_383);
}

#[test]
fn duplicate_columns_stay_in_csv_and_become_distinct_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let row = [Cell::Input("1"), Cell::Input("2")];
    for (format, expected) in
        [(Format::Csv, ["Tags", "Tags"]), (Format::Json, ["Tags", "Tags (2)"])]
    {
        let path = folder.path().join(format!("out.{format}"));
        let mut writer = create(&path, format, &header(&["Tags", "Tags"])).unwrap();
        writer.row(&row).unwrap();
        writer.finish().unwrap();
        let got = read(&path).unwrap();
        assert_eq!(got.header, expected);
        assert_eq!(got.cells(), [["1", "2"]]);
    }
}

#[test]
fn streams_are_written_too() {
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for format in [Format::Csv, Format::Xlsx, Format::Json, Format::JsonLines] {
        let out = Shared::default();
        let mut writer = create_on(
            Box::new(out.clone()),
            "standard output",
            format,
            &header(&["a", "b"]),
            &WriteOptions::default(),
        )
        .unwrap();
        writer.row(&[Cell::Input("1"), Cell::Text("x")]).unwrap();
        writer.finish().unwrap();
        let file = crate::shared::file(&format!(".{format}"), &out.0.lock().unwrap());
        let got = all(open(file.path(), &ReadOptions::default()).unwrap());
        assert_eq!(got.cells(), [["1", "x"]], "{format}");
    }
}
