//! A table of plain cells, written with any delimiter, is found to have it: cells come back as they were.
//! The first byte chooses the delimiter and the line end, the rest are the cells.
#![no_main]

use std::io::Cursor;

use captely_tabular::{HeaderRow, ReadOptions, open_stream};
use libfuzzer_sys::fuzz_target;

const COLUMNS: usize = 3;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let delimiter = [",", ";", "\t", "|"][usize::from(choice & 3)];
    let end = ["\n", "\r\n"][usize::from(choice >> 2 & 1)];
    // Letters and digits alone, so that nothing else could be the delimiter.
    let cell = |chunk: &[u8]| chunk.iter().map(|b| char::from(b'a' + b % 26)).collect::<String>();
    let cells: Vec<String> = rest.chunks(4).map(cell).collect();
    let rows: Vec<&[String]> = cells.chunks_exact(COLUMNS).take(50).collect();
    if rows.is_empty() {
        return;
    }
    let lines: Vec<String> = rows.iter().map(|row| row.join(delimiter)).collect();
    let text = format!("x{delimiter}y{delimiter}z{end}{}{end}", lines.join(end));
    let options = ReadOptions { header: HeaderRow::Row(1), ..ReadOptions::default() };
    let reader = open_stream("list.csv", Box::new(Cursor::new(text)), &options).expect("a table");
    let read: Vec<Vec<String>> = reader.map(|row| row.expect("a row").cells).collect();
    assert_eq!(read, rows, "cells changed");
});
