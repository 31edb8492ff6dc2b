use std::io::{self, Write};
use std::sync::Arc;

use super::WriteOptions;
use super::cell::{Cell, is_formula};
use super::target::{Target, io_error};
use crate::WriteError;

/// CSV being written: UTF-8, LF, quotes only where needed.
pub(super) struct TextSheet {
    out: csv::Writer<Target>,
    neutralise: bool,
    scratch: String,
}

impl TextSheet {
    pub(super) fn begin(
        mut target: Target,
        file: &Arc<str>,
        header: &[String],
        options: &WriteOptions,
    ) -> Result<Self, WriteError> {
        if options.bom {
            target.write_all(b"\xEF\xBB\xBF").map_err(|source| io_error(file, source))?;
        }
        let mut out = csv::WriterBuilder::new()
            .delimiter(options.delimiter)
            .buffer_capacity(64 << 10)
            .from_writer(target);
        out.write_record(header).map_err(|why| csv_error(file, why))?;
        Ok(Self { out, neutralise: options.neutralise_formulas, scratch: String::new() })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>], file: &Arc<str>) -> Result<(), WriteError> {
        for cell in cells {
            let field = match cell {
                Cell::Empty => "",
                Cell::Text(text) | Cell::Decimal(text) if self.neutralise && is_formula(text) => {
                    self.scratch.clear();
                    self.scratch.push('\'');
                    self.scratch.push_str(text);
                    &self.scratch
                }
                Cell::Input(text) | Cell::Text(text) | Cell::Decimal(text) => text,
                Cell::Integer(number) => {
                    self.scratch = number.to_string();
                    &self.scratch
                }
                Cell::Bool(true) => "true",
                Cell::Bool(false) => "false",
            };
            self.out.write_field(field).map_err(|why| csv_error(file, why))?;
        }
        self.out.write_record(None::<&[u8]>).map_err(|why| csv_error(file, why))
    }

    pub(super) fn end(self, file: &Arc<str>) -> Result<Target, WriteError> {
        self.out.into_inner().map_err(|why| {
            let kind = why.error().kind();
            io_error(file, io::Error::new(kind, why.error().to_string()))
        })
    }
}

fn csv_error(file: &Arc<str>, why: csv::Error) -> WriteError {
    // The writer's own error would hide the kind of the system's.
    let source = match why.into_kind() {
        csv::ErrorKind::Io(source) => source,
        other => io::Error::other(format!("{other:?}")),
    };
    io_error(file, source)
}
