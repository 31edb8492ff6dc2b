use std::io::{self, Write};
use std::sync::Arc;

use super::cell::{Cell, is_number};
use super::target::{Target, io_error};
use crate::WriteError;

/// JSON being written: one object a row, in one list or one a line.
pub(super) struct JsonSheet {
    out: Target,
    /// Each column's name as JSON, with its colon.
    keys: Vec<Vec<u8>>,
    list: bool,
    rows: u64,
    buffer: Vec<u8>,
}

impl JsonSheet {
    pub(super) fn begin(
        mut out: Target,
        file: &Arc<str>,
        columns: &[String],
        list: bool,
    ) -> Result<Self, WriteError> {
        let key = |name: &String| {
            let mut key = Vec::new();
            serde_json::to_writer(&mut key, name)?;
            key.push(b':');
            Ok(key)
        };
        let keys: Result<Vec<_>, serde_json::Error> = columns.iter().map(key).collect();
        let keys = keys.map_err(|why| io_error(file, why.into()))?;
        if list {
            out.write_all(b"[").map_err(|source| io_error(file, source))?;
        }
        Ok(Self { out, keys, list, rows: 0, buffer: Vec::new() })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>], file: &Arc<str>) -> Result<(), WriteError> {
        self.encode(cells).map_err(|source| io_error(file, source))?;
        self.rows += 1;
        self.out.write_all(&self.buffer).map_err(|source| io_error(file, source))
    }

    fn encode(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let buffer = &mut self.buffer;
        buffer.clear();
        match (self.list, self.rows) {
            (true, 0) => buffer.push(b'\n'),
            (true, _) => buffer.extend_from_slice(b",\n"),
            (false, _) => {}
        }
        buffer.push(b'{');
        for (index, (key, cell)) in self.keys.iter().zip(cells).enumerate() {
            if index > 0 {
                buffer.push(b',');
            }
            buffer.extend_from_slice(key);
            match cell {
                Cell::Empty => buffer.extend_from_slice(b"null"),
                Cell::Decimal(text) if is_number(text) => buffer.extend_from_slice(text.as_bytes()),
                Cell::Input(text) | Cell::Text(text) | Cell::Decimal(text) => {
                    serde_json::to_writer(&mut *buffer, text)?;
                }
                Cell::Integer(number) => serde_json::to_writer(&mut *buffer, number)?,
                Cell::Bool(value) => serde_json::to_writer(&mut *buffer, value)?,
            }
        }
        buffer.push(b'}');
        if !self.list {
            buffer.push(b'\n');
        }
        Ok(())
    }

    pub(super) fn end(mut self, file: &Arc<str>) -> Result<Target, WriteError> {
        if self.list {
            self.out.write_all(b"\n]\n").map_err(|source| io_error(file, source))?;
        }
        Ok(self.out)
    }
}
