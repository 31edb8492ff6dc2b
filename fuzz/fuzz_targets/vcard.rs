//! Any bytes behind the beginning of a card are read as cards or refused, each row as wide as the header.
#![no_main]

use std::io::Cursor;

use captely_tabular::{ReadOptions, open_stream};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Box::new(Cursor::new([b"BEGIN:VCARD\n", bytes].concat()));
    let Ok(mut reader) = open_stream("list.vcf", source, &ReadOptions::default()) else { return };
    let width = reader.header().len();
    while let Some(outcome) = reader.next_row() {
        assert!(outcome.map_or(true, |row| row.cells.len() == width), "a row of another width");
    }
});
