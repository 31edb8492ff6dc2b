//! A workbook of any bytes is read or refused, whatever its parts say: XLSX, XLSB and ODS as ZIP archives, XLS as
//! a compound file. A panic inside a format's reader is caught by the engine and told as damage.
#![no_main]

use std::io::Cursor;
use std::sync::Once;

use captely_tabular::{ReadOptions, open_stream};
use libfuzzer_sys::fuzz_target;

static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    // libFuzzer ends the run in the panic hook; what the engine catches is no fault of it.
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let read = std::panic::catch_unwind(|| {
        let source = Box::new(Cursor::new(bytes.to_vec()));
        let Ok(mut reader) = open_stream("list.xlsx", source, &ReadOptions::default()) else {
            return;
        };
        let width = reader.header().len();
        while let Some(outcome) = reader.next_row() {
            assert!(outcome.map_or(true, |row| row.cells.len() == width), "a row of another width");
        }
    });
    if read.is_err() {
        std::process::abort();
    }
});
