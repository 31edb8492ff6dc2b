/// One data row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Where it begins, from 1: the physical line of a text file, the row of a sheet.
    pub line: u64,
    /// Which data row it is, from 1. Blank rows are not counted.
    pub number: u64,
    /// Its values in the header's order, always as many as the header has columns.
    pub cells: Vec<String>,
    /// Values behind the last column of the header (for JSON: `key=value` of keys the header lacks).
    pub extra: Vec<String>,
    /// What was repaired in it.
    pub notes: Vec<RowNote>,
}

/// Something that was repaired in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowNote {
    /// A quote was left open or stood inside a cell; it was read as a plain character.
    QuotesRepaired,
    /// The row had fewer cells than the header; empty ones were added.
    Short {
        /// Cells in the file.
        have: usize,
    },
    /// The row had more cells than the header; they are in [`Row::extra`].
    Long {
        /// Cells in the file.
        have: usize,
    },
    /// Bytes that were not UTF-8 were read as Windows-1252.
    ReadAsWindows1252,
    /// NUL characters were left out.
    NulRemoved,
    /// A cell of a sheet holds an error such as `#N/A`; it was read as empty.
    CellError {
        /// Position of the column, from 0.
        column: usize,
    },
}

impl Row {
    /// Empties the row, keeping its memory. Cells are kept to be overwritten by `put`.
    pub(crate) fn restart(&mut self, line: u64) {
        self.line = line;
        self.extra.clear();
        self.notes.clear();
    }

    /// Writes the cell at `index`, which is at most one past those written before.
    pub(crate) fn put(&mut self, index: usize, text: &str) {
        if let Some(cell) = self.cells.get_mut(index) {
            cell.clear();
            cell.push_str(text);
        } else {
            self.cells.push(text.to_owned());
        }
    }

    /// The cell at `index` emptied, to be written to; `None` only where `index` leaves a gap.
    pub(crate) fn slot(&mut self, index: usize) -> Option<&mut String> {
        if index == self.cells.len() {
            self.cells.push(String::new());
        }
        let cell = self.cells.get_mut(index)?;
        cell.clear();
        Some(cell)
    }

    /// Makes the row as wide as the header: `used` cells were put, `width` are wanted.
    /// Returns whether anything but blanks is in it.
    pub(crate) fn fit(&mut self, used: usize, width: usize) -> bool {
        self.cells.truncate(used);
        let mut have = used;
        while have > width && self.cells.last().is_some_and(|c| is_blank(c)) {
            self.cells.pop();
            have -= 1;
        }
        if have > width {
            self.extra.extend(self.cells.drain(width..));
            self.notes.push(RowNote::Long { have });
        } else if have < width {
            self.cells.resize(width, String::new());
            self.notes.push(RowNote::Short { have });
        }
        !self.extra.is_empty() || !self.cells.iter().all(|c| is_blank(c))
    }
}

/// Nothing but white space.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().next().is_none_or(|b| b <= b' ' || b >= 0x80) && text.trim().is_empty()
}
