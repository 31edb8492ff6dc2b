//! Any bytes named as CSV are read to their end or refused; no row is wider or narrower than the header, and
//! lines never go back.
#![no_main]

use std::io::Cursor;

use captely_tabular::{ReadOptions, Row, open_stream, recognise};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Box::new(Cursor::new(bytes.to_vec()));
    let Ok(mut reader) = open_stream("list.csv", source, &ReadOptions::default()) else { return };
    let samples: Vec<Vec<String>> = reader.peek_rows(20).into_iter().map(|r| r.cells).collect();
    assert_eq!(recognise(reader.header(), &samples).columns.len(), reader.header().len());
    let (mut row, mut line, mut number) = (Row::default(), 0, 0);
    while let Some(outcome) = reader.read_row(&mut row) {
        if outcome.is_err() {
            continue;
        }
        assert_eq!(row.cells.len(), reader.header().len(), "a row of another width");
        assert!(row.line > line && row.number == number + 1, "a line or a number that goes back");
        (line, number) = (row.line, row.number);
    }
});
