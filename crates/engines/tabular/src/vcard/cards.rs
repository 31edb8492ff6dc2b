use std::io::Read;
use std::sync::Arc;

use super::columns::Cells;
use super::lines::{Lines, Logical};
use super::property::Property;
use crate::decode::TextCoding;
use crate::keyed::{Keyed, KeyedSource};
use crate::limits::Limits;
use crate::{ReadError, RowFault};

/// Properties of one card.
const PROPERTIES_MAX: usize = 500;

/// The cards of a text, one after the other, in constant memory: pictures are stepped over.
pub(crate) struct Cards {
    lines: Lines,
    file: Arc<str>,
    coding: TextCoding,
    limits: Limits,
    /// Line of a card's beginning that was already read.
    begun: Option<u64>,
    ended: bool,
}

impl Cards {
    pub(crate) fn new(
        source: Box<dyn Read + Send>,
        file: Arc<str>,
        coding: TextCoding,
        limits: Limits,
    ) -> Self {
        let lines = Lines::new(source, limits.cell_bytes_max);
        Self { lines, file, coding, limits, begun: None, ended: false }
    }

    fn line(&mut self) -> Result<Option<Logical>, RowFault> {
        let at = self.lines.line;
        self.lines.next().map_err(|why| ReadError::of_io(&self.file, Some(at), why).into())
    }

    fn bad(&self, line: u64, reason: &'static str) -> RowFault {
        RowFault::BadCard { file: Arc::clone(&self.file), line, reason }
    }

    /// Steps to the next card; the line of its beginning.
    fn begin(&mut self) -> Result<Option<u64>, RowFault> {
        if let Some(line) = self.begun.take() {
            return Ok(Some(line));
        }
        let mut stray = None;
        while let Some(logical) = self.line()? {
            if is(&logical.bytes, b"BEGIN:VCARD") {
                return Ok(Some(logical.line));
            }
            stray = stray.or(Some(logical.line));
        }
        self.ended = true;
        let outside = |line| self.bad(line, "text stands outside a card; it was left out");
        stray.map_or(Ok(None), |line| Err(outside(line)))
    }

    fn card(&mut self) -> Result<Option<Keyed>, RowFault> {
        let Some(line) = self.begin()? else { return Ok(None) };
        let (mut properties, mut foreign, mut bytes) = (Vec::new(), false, 0_usize);
        let mut fault = None;
        loop {
            let Some(logical) = self.line()? else {
                self.ended = true;
                return Err(
                    self.bad(line, "the file ends in the middle of this card; export it again")
                );
            };
            if is(&logical.bytes, b"END:VCARD") {
                break;
            }
            if is(&logical.bytes, b"BEGIN:VCARD") {
                self.begun = Some(logical.line);
                return Err(self.bad(line, "this card has no END:VCARD and was left out; add it"));
            }
            let Some(property) = Property::parse(&logical.bytes, self.coding) else { continue };
            if is_picture(&property.name) {
                continue;
            }
            bytes += logical.bytes.len();
            fault = fault.or(self.over_limit(&logical, &property, line, bytes));
            foreign |= property.foreign;
            if fault.is_none() && properties.len() < PROPERTIES_MAX {
                properties.push(property);
            }
        }
        let Cells(cells) = Cells::of(properties);
        fault.map_or(Ok(Some(Keyed { line, foreign, cells })), Err)
    }

    fn over_limit(
        &self,
        logical: &Logical,
        property: &Property,
        line: u64,
        bytes: usize,
    ) -> Option<RowFault> {
        let file = Arc::clone(&self.file);
        if logical.cut {
            let (column, limit_bytes) = (property.name.clone(), self.limits.cell_bytes_max);
            return Some(RowFault::CellTooLong { file, line: logical.line, column, limit_bytes });
        }
        let limit_bytes = self.limits.row_bytes_max;
        (bytes > limit_bytes).then_some(RowFault::RowTooLong { file, line, limit_bytes })
    }
}

impl KeyedSource for Cards {
    fn record(&mut self) -> Option<Result<Keyed, RowFault>> {
        if self.ended {
            return None;
        }
        let card = self.card().transpose();
        self.ended |= matches!(&card, Some(Err(fault)) if fault.is_fatal());
        card
    }
}

fn is(line: &[u8], word: &[u8]) -> bool {
    line.trim_ascii().eq_ignore_ascii_case(word)
}

/// Properties whose values are bytes in Base64, of any length.
fn is_picture(name: &str) -> bool {
    matches!(name, "PHOTO" | "LOGO" | "SOUND" | "KEY")
}
