use std::io::Read;
use std::sync::Arc;

use super::extent::{self, Extent, Whole};
use super::{Marks, split};
use crate::decode::{self, TextCoding};
use crate::limits::Limits;
use crate::window::Window;
use crate::{ReadError, Row, RowFault, RowNote};

/// A broken record may be put together from so many lines,
const REPAIR_LINES_MAX: u64 = 50;
/// and so many bytes.
const REPAIR_BYTES_MAX: usize = 64 << 10;

/// What `Records` needs to know of its text.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) file: Arc<str>,
    pub(crate) marks: Marks,
    pub(crate) coding: TextCoding,
    pub(crate) limits: Limits,
}

/// The records of a delimited text, one after the other, in constant memory.
pub(crate) struct Records {
    window: Window,
    setting: Setting,
    /// Line of the window's first byte, from 1.
    line: u64,
    blank: u64,
    comments: u64,
    /// Names of the header's columns, once known; the width that a repaired row must have.
    columns: Vec<String>,
    /// Cells of the last sound row: where all rows have another width than the header, it is this
    /// that a repaired one must have.
    usual: usize,
    scratch: String,
    clean: Vec<u8>,
    ended: bool,
}

type Next = Option<Result<usize, RowFault>>;

impl Records {
    pub(crate) fn new(source: Box<dyn Read + Send>, setting: Setting) -> Self {
        Self {
            window: Window::new(source),
            setting,
            line: 1,
            blank: 0,
            comments: 0,
            columns: Vec::new(),
            usual: 0,
            scratch: String::new(),
            clean: Vec::new(),
            ended: false,
        }
    }

    /// Tells the names of the columns: from here on rows are held against the header.
    pub(crate) fn set_columns(&mut self, columns: Vec<String>) {
        self.columns = columns;
    }

    /// Blank lines left out since the last call.
    pub(crate) fn take_blank(&mut self) -> u64 {
        std::mem::take(&mut self.blank)
    }

    /// Lines of comment left out since the last call.
    pub(crate) fn take_comments(&mut self) -> u64 {
        std::mem::take(&mut self.comments)
    }

    /// Reads the next record into `row` and tells how many cells it has. Blank lines are left out.
    pub(crate) fn next(&mut self, row: &mut Row) -> Next {
        while !self.ended {
            match self.extent() {
                Ok(Extent::Whole(whole)) if whole.total == 0 => self.ended = true,
                Ok(Extent::Whole(whole)) => {
                    let content = self.window.bytes().get(..whole.content).unwrap_or_default();
                    if !whole.quoted && content.iter().all(|b| matches!(b, b' ' | b'\t' | 0)) {
                        self.blank += 1;
                        self.skip(whole);
                    } else if whole.lines == 1 && self.is_comment(content) {
                        self.comments += 1;
                        self.skip(whole);
                    } else {
                        return Some(self.sound(whole, row));
                    }
                }
                Ok(Extent::Broken) => return Some(self.repair(row, false)),
                Ok(Extent::LongCell) => return Some(self.repair(row, true)),
                Ok(Extent::More) => return Some(self.skip_long_line()),
                Err(fatal) => {
                    self.ended = true;
                    return Some(Err(fatal));
                }
            }
        }
        None
    }

    /// The extent of the next record; `More` only where it exceeds the row limit.
    fn extent(&mut self) -> Result<Extent, RowFault> {
        loop {
            let (marks, max) = (self.setting.marks, self.setting.limits.cell_bytes_max);
            let (bytes, at_end) = (self.window.bytes(), self.window.at_end());
            let enough = bytes.len() > self.setting.limits.row_bytes_max;
            let found = extent::strict(bytes, marks, at_end, max);
            if found != Extent::More || enough {
                return Ok(found);
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<(), RowFault> {
        let filled = self.window.fill();
        filled.map_err(|why| ReadError::of_io(&self.setting.file, Some(self.line), why).into())
    }

    fn skip(&mut self, whole: Whole) {
        self.window.consume(whole.total);
        self.line += whole.lines;
    }

    /// A record that the strict rules found whole.
    fn sound(&mut self, whole: Whole, row: &mut Row) -> Result<usize, RowFault> {
        row.restart(self.line);
        let used = self.cells(whole, false, row);
        let odd = used.as_ref().is_ok_and(|used| whole.lines > 1 && !self.is_width(*used));
        if odd && !self.columns.is_empty() {
            // A quote left open may by chance have found an end in a later row. It did, if the first
            // line alone is a row.
            if let Some(used) = self.first_line(row) {
                return Ok(used);
            }
            row.restart(self.line);
            let used = self.cells(whole, false, row);
            self.skip(whole);
            return used;
        }
        self.skip(whole);
        if let Ok(used) = &used {
            self.usual = *used;
        }
        used
    }

    /// Whether a line below the header begins with `#` and is no row: it has another number of cells, and
    /// is one text or has a blank behind the sign.
    fn is_comment(&self, content: &[u8]) -> bool {
        let [b'#', rest @ ..] = content else { return false };
        let cells = memchr::memchr_iter(self.setting.marks.delimiter, rest).count() + 1;
        let spaced = matches!(rest.first(), Some(b' ' | b'#'));
        let other = !self.is_width(cells);
        if self.columns.len() == 1 { spaced } else { other && (cells == 1 || spaced) }
    }

    fn is_width(&self, used: usize) -> bool {
        self.columns.is_empty() || used == self.columns.len() || used == self.usual
    }

    /// Puts the cells of the record into `row`; consumes nothing.
    fn cells(&mut self, whole: Whole, lenient: bool, row: &mut Row) -> Result<usize, RowFault> {
        let Setting { file, marks, coding, limits } = &self.setting;
        let mut bytes = self.window.bytes().get(..whole.content).unwrap_or_default();
        if memchr::memchr(0, bytes).is_some() {
            self.clean.clear();
            self.clean.extend(bytes.iter().filter(|b| **b != 0));
            bytes = &self.clean;
            row.notes.push(RowNote::NulRemoved);
        }
        let (text, foreign) = match decode::text(bytes, *coding, &mut self.scratch) {
            Ok(found) => found,
            Err(at) => {
                let before = bytes.get(..at).unwrap_or_default();
                let index = memchr::memchr_iter(marks.delimiter, before).count();
                let byte = bytes.get(at).copied().unwrap_or_default();
                let column = column_name(&self.columns, index);
                return Err(RowFault::Encoding {
                    file: Arc::clone(file),
                    line: self.line,
                    column,
                    byte,
                });
            }
        };
        if foreign {
            row.notes.push(RowNote::ReadAsWindows1252);
        }
        let used = if whole.quoted {
            split::quoted(text, *marks, lenient, limits.columns_max, row)
        } else {
            split::plain(text, marks.delimiter, limits.columns_max, row)
        };
        if used > limits.columns_max {
            return Err(RowFault::TooManyCells {
                file: Arc::clone(file),
                line: self.line,
                limit: limits.columns_max,
            });
        }
        if text.len() > limits.cell_bytes_max {
            let long = row.cells.iter().take(used).position(|c| c.len() > limits.cell_bytes_max);
            if let Some(index) = long {
                return Err(self.cell_too_long(index));
            }
        }
        Ok(used)
    }

    fn cell_too_long(&self, index: usize) -> RowFault {
        RowFault::CellTooLong {
            file: Arc::clone(&self.setting.file),
            line: self.line,
            column: column_name(&self.columns, index),
            limit_bytes: self.setting.limits.cell_bytes_max,
        }
    }

    /// A record whose quoting is broken: its first line alone, or a few lines read leniently, if that
    /// gives as many cells as a row has; else everything is left out up to the next whole row.
    fn repair(&mut self, row: &mut Row, long_cell: bool) -> Result<usize, RowFault> {
        let line = self.line;
        let first = extent::line(self.window.bytes(), self.window.at_end());
        if first.is_some_and(|(content, _)| content > self.setting.limits.row_bytes_max) {
            return self.skip_long_line();
        }
        if (!long_cell || self.rows_follow())
            && let Some(used) = self.first_line(row)
        {
            return Ok(used);
        }
        if !long_cell && let Some(used) = self.few_lines(row)? {
            return Ok(used);
        }
        let fault = self.long_cell_of_window();
        let mut last_line = line;
        self.skip_line()?;
        while !self.at_whole_row(row)? {
            last_line = self.line;
            self.skip_line()?;
        }
        if long_cell {
            return Err(RowFault::CellTooLong {
                file: Arc::clone(&self.setting.file),
                line,
                column: column_name(&self.columns, fault),
                limit_bytes: self.setting.limits.cell_bytes_max,
            });
        }
        Err(RowFault::Quoting { file: Arc::clone(&self.setting.file), line, last_line })
    }

    /// Whether most of the next lines are rows by themselves: then a long cell before them is a quote
    /// left open, and not a long text.
    fn rows_follow(&self) -> bool {
        const LINES: usize = 10;
        let mut rest = self.window.bytes();
        let (mut seen, mut rows, mut row) = (0, 0, Row::default());
        for nth in 0..=LINES {
            let Some((content, total)) = extent::line(rest, false) else { break };
            let line = rest.get(..content).unwrap_or_default();
            if nth > 0 {
                seen += 1;
                let text = String::from_utf8_lossy(line);
                let max = self.setting.limits.columns_max;
                let used = split::quoted(&text, self.setting.marks, false, max, &mut row);
                rows += usize::from(self.is_width(used));
            }
            rest = rest.get(total..).unwrap_or_default();
        }
        rows * 2 > seen
    }

    /// Reads the first line leniently and consumes it, if it has as many cells as a row.
    fn first_line(&mut self, row: &mut Row) -> Option<usize> {
        let (content, total) = extent::line(self.window.bytes(), self.window.at_end())?;
        self.leniently(Whole { content, total, lines: 1, quoted: true }, row)
    }

    fn few_lines(&mut self, row: &mut Row) -> Result<Option<usize>, RowFault> {
        while !self.window.at_end() && self.window.bytes().len() < REPAIR_BYTES_MAX {
            self.fill()?;
        }
        let bytes = self.window.bytes();
        let near = bytes.get(..REPAIR_BYTES_MAX).unwrap_or(bytes);
        let at_end = self.window.at_end() && near.len() == bytes.len();
        let found = extent::lenient(near, self.setting.marks, at_end, REPAIR_BYTES_MAX);
        Ok(match found {
            Extent::Whole(whole) if whole.lines <= REPAIR_LINES_MAX => self.leniently(whole, row),
            _ => None,
        })
    }

    fn leniently(&mut self, whole: Whole, row: &mut Row) -> Option<usize> {
        row.restart(self.line);
        let used = self.cells(whole, true, row).ok()?;
        if !self.is_width(used) {
            return None;
        }
        row.notes.push(RowNote::QuotesRepaired);
        self.skip(whole);
        Some(used)
    }

    /// Whether a sound record of the right width begins here, or the text ends.
    fn at_whole_row(&mut self, row: &mut Row) -> Result<bool, RowFault> {
        Ok(match self.extent()? {
            Extent::Whole(whole) if whole.total == 0 => true,
            Extent::Whole(whole) => {
                row.restart(self.line);
                self.cells(whole, false, row).is_ok_and(|used| self.is_width(used))
            }
            Extent::More | Extent::Broken | Extent::LongCell => false,
        })
    }

    /// The line goes on beyond the row limit: it is left out without being held.
    fn skip_long_line(&mut self) -> Result<usize, RowFault> {
        let bytes = self.window.bytes();
        let longest = self.long_cell_of_window();
        let first = bytes.split(|b| *b == self.setting.marks.delimiter).nth(longest);
        let fault = if first.is_some_and(|cell| cell.len() > self.setting.limits.cell_bytes_max) {
            self.cell_too_long(longest)
        } else {
            RowFault::RowTooLong {
                file: Arc::clone(&self.setting.file),
                line: self.line,
                limit_bytes: self.setting.limits.row_bytes_max,
            }
        };
        self.skip_line()?;
        Err(fault)
    }

    /// Index of the first cell over the limit among the bytes held; 0 where none is.
    fn long_cell_of_window(&self) -> usize {
        let max = self.setting.limits.cell_bytes_max;
        let mut cells = self.window.bytes().split(|b| *b == self.setting.marks.delimiter);
        cells.position(|cell| cell.len() > max).unwrap_or(0)
    }

    /// Leaves out one physical line of any length, holding no more than a chunk of it.
    fn skip_line(&mut self) -> Result<(), RowFault> {
        loop {
            let (bytes, at_end) = (self.window.bytes(), self.window.at_end());
            if let Some((_, total)) = extent::line(bytes, at_end) {
                self.window.consume(total);
                self.line += 1;
                return Ok(());
            }
            // A CR at the very end may be half of a CRLF: it stays.
            let keep = usize::from(bytes.last() == Some(&b'\r'));
            self.window.consume(bytes.len() - keep);
            self.fill()?;
        }
    }
}

/// The column's name and number for a message.
fn column_name(columns: &[String], index: usize) -> String {
    let number = index + 1;
    columns.get(index).map_or_else(|| number.to_string(), |name| format!("{number} ({name})"))
}
