use std::io::Cursor;

use super::{Marks, Records, Setting};
use crate::limits::Limits;
use crate::row::is_blank;
use crate::{Row, RowNote};

/// The delimiters looked for, best first where nothing else decides.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records looked at.
const RECORDS_MAX: usize = 200;
/// Below this a delimiter is taken for chance: the file has one column.
const SCORE_MIN: f64 = 0.6;

/// What was found in a sample.
pub(crate) struct Found {
    pub(crate) marks: Marks,
    /// The first records, blank ones left out.
    pub(crate) rows: Vec<Vec<String>>,
}

/// Finds the dialect of a text from its beginning. `cut` says that the sample ends before the file.
///
/// Each delimiter is tried by reading the sample with it: the best one gives the most rows of one
/// width, its header among them.
pub(crate) fn sniff(sample: &[u8], cut: bool, setting: &Setting, chosen: Option<u8>) -> Found {
    let sample = whole_lines(sample, cut);
    let with = |marks: Marks| {
        // Too many columns are for the reading to refuse, by their number.
        let limits = Limits { columns_max: sample.len(), ..setting.limits.clone() };
        (marks, Tried::read(sample, &Setting { marks, limits, ..setting.clone() }))
    };
    let named = sep_line(sample);
    let mut best: Option<(f64, Marks, Tried)> = None;
    for delimiter in DELIMITERS {
        if chosen.or(named).is_some_and(|c| c != delimiter) {
            continue;
        }
        let (marks, tried) = with(Marks { delimiter, ..setting.marks });
        let (marks, tried) = better(marks, tried, &with);
        let (marks, tried) = single_quoted(sample, marks, tried, &with);
        let score = tried.score(delimiter, sample);
        if best.as_ref().is_none_or(|(s, ..)| score > *s) {
            best = Some((score, marks, tried));
        }
    }
    let (marks, tried) = match best {
        Some((score, marks, tried)) if score >= SCORE_MIN || chosen.is_some() => (marks, tried),
        _ => with(Marks { delimiter: chosen.or(named).unwrap_or(UNSEEN), ..setting.marks }),
    };
    // A file of one column still needs a delimiter, one that is not in it.
    let free = marks.delimiter == UNSEEN && memchr::memchr(b',', sample).is_none();
    let marks = if free { Marks { delimiter: b',', ..marks } } else { marks };
    Found { marks, rows: tried.rows }
}

/// Stands for "no delimiter" in a file of one column: ASCII's own unit separator.
const UNSEEN: u8 = 0x1F;

/// Tries the two variants of quoting on a text where quotes were out of place.
fn better(marks: Marks, tried: Tried, with: &dyn Fn(Marks) -> (Marks, Tried)) -> (Marks, Tried) {
    if tried.broken == 0 && tried.stray == 0 {
        return (marks, tried);
    }
    let mut best = (marks, tried);
    for (escape, blank) in [(Some(b'\\'), false), (None, true), (Some(b'\\'), true)] {
        let other = with(Marks { escape, blank_before_quote: blank, ..marks });
        if other.1.trouble() < best.1.trouble() {
            best = other;
        }
    }
    best
}

/// Tries the apostrophe as the quote, where most of those that begin a cell have one that ends it.
fn single_quoted(
    sample: &[u8],
    marks: Marks,
    tried: Tried,
    with: &dyn Fn(Marks) -> (Marks, Tried),
) -> (Marks, Tried) {
    let edge =
        |b: Option<&u8>| b.is_none_or(|b| matches!(b, b'\n' | b'\r') || *b == marks.delimiter);
    let (mut opening, mut closing) = (0_usize, 0_usize);
    for at in memchr::memchr_iter(b'\'', sample) {
        let before = at.checked_sub(1).and_then(|at| sample.get(at));
        opening += usize::from(edge(before));
        closing += usize::from(edge(sample.get(at + 1)));
    }
    let paired = opening >= 2 && closing * 5 >= opening * 4 && opening * 5 >= closing * 4;
    if !paired || memchr::memchr(marks.quote, sample).is_some() {
        return (marks, tried);
    }
    let other = with(Marks { quote: b'\'', ..marks });
    if other.1.trouble() <= tried.trouble() { other } else { (marks, tried) }
}

/// Excel's own first line `sep=;`.
fn sep_line(sample: &[u8]) -> Option<u8> {
    let rest = sample.strip_prefix(b"sep=").or_else(|| sample.strip_prefix(b"\"sep="))?;
    rest.first().copied().filter(|b| DELIMITERS.contains(b))
}

/// The sample without a last line that is only half there.
fn whole_lines(sample: &[u8], cut: bool) -> &[u8] {
    let end = memchr::memrchr2(b'\n', b'\r', sample).filter(|_| cut);
    end.and_then(|at| sample.get(..=at)).unwrap_or(sample)
}

/// A sample read with one dialect.
struct Tried {
    rows: Vec<Vec<String>>,
    /// Rows whose quoting was repaired or could not be read.
    broken: usize,
    /// Cells that begin with blanks and a quote.
    stray: usize,
    /// Rows that the repaired ones do not belong to: width and how many have it.
    mode: (usize, usize),
}

impl Tried {
    fn read(sample: &[u8], setting: &Setting) -> Self {
        let mut records = Records::new(Box::new(Cursor::new(sample.to_vec())), setting.clone());
        let mut tried = Self { rows: Vec::new(), broken: 0, stray: 0, mode: (0, 0) };
        let mut row = Row::default();
        while tried.rows.len() < RECORDS_MAX {
            match records.next(&mut row) {
                None => break,
                Some(Err(_unreadable)) => tried.broken += 1,
                Some(Ok(used)) => {
                    tried.broken += usize::from(row.notes.contains(&RowNote::QuotesRepaired));
                    let cells: Vec<String> = row.cells.iter().take(used).cloned().collect();
                    tried.stray += cells.iter().filter(|c| is_stray(c)).count();
                    if cells.iter().any(|c| !is_blank(c)) {
                        tried.rows.push(cells);
                    }
                }
            }
        }
        let lines: Vec<&Vec<String>> = tried.rows.iter().filter(|r| !is_comment(r)).collect();
        let first = lines.first().map_or(0, |r| r.len());
        tried.mode = mode(lines.iter().map(|r| r.len()), first);
        tried
    }

    fn trouble(&self) -> usize {
        let odd = self.rows.iter().filter(|r| r.len() != self.mode.0).count();
        self.broken + self.stray + odd
    }

    /// From 0 (this delimiter separates nothing) upwards.
    fn score(&self, delimiter: u8, sample: &[u8]) -> f64 {
        let (width, rows) = self.mode;
        if width < 2 {
            return 0.0;
        }
        let comments = self.rows.iter().filter(|r| is_comment(r)).count();
        let share = ratio(rows, self.rows.len() - comments);
        let header = self
            .rows
            .iter()
            .filter(|r| !is_comment(r))
            .take(4)
            .any(|r| r.len() == width && r.iter().all(|c| is_label(c)));
        let first = self.rows.iter().find(|r| !is_comment(r)).is_some_and(|r| r.len() == width);
        let prose = spaced(sample, delimiter) && !first;
        share
            + if header { 0.4 } else { 0.0 }
            + if first { 0.2 } else { 0.0 }
            + 0.02 * ratio(width.min(10), 1)
            - if prose { 0.6 } else { 0.0 }
            - 0.5 * ratio(self.broken, self.rows.len().max(1)).min(1.0)
    }
}

fn is_comment(row: &[String]) -> bool {
    matches!(row, [only] if only.starts_with('#'))
}

fn is_stray(cell: &str) -> bool {
    cell.starts_with(' ') && cell.trim_start().starts_with('"')
}

/// Short and no mere number, as names of columns are.
fn is_label(cell: &str) -> bool {
    let digits = cell.bytes().any(|b| b.is_ascii_digit());
    let letters = cell.bytes().any(|b| b.is_ascii_alphabetic());
    cell.len() < 80 && (letters || !digits)
}

/// Whether the delimiter always stands before a blank, as a comma does in prose.
fn spaced(sample: &[u8], delimiter: u8) -> bool {
    let mut found = memchr::memchr_iter(delimiter, sample).peekable();
    found.peek().is_some() && found.all(|at| sample.get(at + 1) == Some(&b' '))
}

/// The commonest of some widths and how often it occurs. Of two as common, the first row's counts unless it
/// has one cell, as a title has; else the wider one.
fn mode(widths: impl Iterator<Item = usize>, first: usize) -> (usize, usize) {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for width in widths {
        *counts.entry(width).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width == first && first > 1, *width))
        .unwrap_or((0, 0))
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    number(part) / number(whole.max(1))
}
