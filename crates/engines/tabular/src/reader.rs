use std::collections::VecDeque;
use std::sync::Arc;

use crate::csv::Records;
use crate::header::distinct_names;
use crate::keyed::KeyedRows;
use crate::limits::Limits;
use crate::sheet::SheetRows;
use crate::{Facts, ReadError, Row, RowFault};

/// Rows may be peeked at so far ahead.
const PEEK_ROWS_MAX: usize = 1_000;
/// Bytes of their cells after which no further row is peeked at.
const PEEK_BYTES_MAX: usize = 32 << 20;

/// The rows behind a header, whatever the format.
pub(crate) enum Body {
    Csv(Records),
    Sheet(SheetRows),
    Keyed(KeyedRows),
}

/// An opened file: its header, its facts, and its rows one after the other.
pub struct Reader {
    body: Body,
    file: Arc<str>,
    limits: Limits,
    facts: Facts,
    header: Vec<String>,
    columns: Vec<String>,
    ahead: VecDeque<Result<Row, RowFault>>,
    number: u64,
    ended: bool,
}

impl Reader {
    pub(crate) fn start(
        body: Body,
        file: Arc<str>,
        limits: Limits,
        facts: Facts,
        header: Vec<String>,
    ) -> Result<Self, ReadError> {
        let columns = distinct_names(&header);
        let mut reader = Self {
            body,
            file,
            limits,
            facts,
            header,
            columns,
            ahead: VecDeque::new(),
            number: 0,
            ended: false,
        };
        if let Body::Csv(records) = &mut reader.body {
            records.set_columns(reader.columns.clone());
        }
        match reader.next_row() {
            None => {
                return Err(ReadError::HeaderOnly {
                    file: reader.file,
                    line: reader.facts.header_line,
                    columns: reader.header.len(),
                });
            }
            Some(Err(RowFault::Fatal(fatal))) => return Err(fatal),
            Some(first) => reader.ahead.push_back(first),
        }
        Ok(reader)
    }

    /// The same list, which came packed as `packed`.
    pub(crate) fn unpacked_from(mut self, packed: &'static str) -> Self {
        self.facts.packed = Some(packed);
        self
    }

    /// What was found out so far.
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The names of the columns as they stand in the file.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Distinct names for the columns, see [`distinct_names`].
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The first `count` rows (at most 1,000) that can be read, for recognition and preview; they come
    /// again from [`Reader::next_row`].
    pub fn peek_rows(&mut self, count: usize) -> Vec<Row> {
        let count = count.min(PEEK_ROWS_MAX);
        let bytes = |row: &Result<Row, RowFault>| match row {
            Ok(row) => row.cells.iter().chain(&row.extra).map(String::len).sum(),
            Err(_) => 0_usize,
        };
        let mut later = std::mem::take(&mut self.ahead);
        let mut held: usize = later.iter().map(bytes).sum();
        while later.len() < count && held < PEEK_BYTES_MAX {
            let Some(row) = self.next_row() else { break };
            held += bytes(&row);
            later.push_back(row);
        }
        self.ahead = later;
        self.ahead.iter().take(count).flatten().cloned().collect()
    }

    /// Why rows among those peeked at cannot be read; the faults come again from [`Reader::next_row`].
    pub fn peeked_faults(&self) -> impl Iterator<Item = &RowFault> {
        self.ahead.iter().filter_map(|row| row.as_ref().err())
    }

    /// The next row that is not blank, or why it cannot be read. After a fault that
    /// [is fatal](RowFault::is_fatal) nothing more comes.
    pub fn next_row(&mut self) -> Option<Result<Row, RowFault>> {
        let mut row = Row::default();
        self.read_row(&mut row).map(|outcome| outcome.map(|()| row))
    }

    /// The same into a row that was read before, whose memory is used again: about twice as fast.
    pub fn read_row(&mut self, row: &mut Row) -> Option<Result<(), RowFault>> {
        if let Some(first) = self.ahead.pop_front() {
            return Some(first.map(|first| *row = first));
        }
        let width = self.header.len();
        while !self.ended {
            let read = match &mut self.body {
                Body::Csv(records) => records.next(row),
                Body::Sheet(rows) => rows.next(row, &self.limits),
                Body::Keyed(rows) => rows.next(row),
            };
            match read {
                None => {
                    self.ended = true;
                    if let Body::Csv(records) = &mut self.body {
                        self.facts.rows_blank += records.take_blank();
                        self.facts.lines_comment += records.take_comments();
                    }
                }
                Some(Err(fault)) => {
                    self.ended = fault.is_fatal();
                    return Some(Err(fault));
                }
                Some(Ok(used)) => {
                    if !row.fit(used, width) {
                        self.facts.rows_blank += 1;
                        continue;
                    }
                    return Some(self.accept(row));
                }
            }
        }
        None
    }

    fn accept(&mut self, row: &mut Row) -> Result<(), RowFault> {
        if self.number >= self.limits.rows_max {
            self.ended = true;
            return Err(RowFault::Fatal(ReadError::TooLarge {
                file: Arc::clone(&self.file),
                found: format!("more rows (line {})", row.line),
                limit: format!("{} rows", self.limits.rows_max),
            }));
        }
        self.number += 1;
        row.number = self.number;
        if !row.notes.is_empty() {
            self.facts.repairs.note(row.line, &row.notes);
        }
        Ok(())
    }
}

impl Iterator for Reader {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row()
    }
}
