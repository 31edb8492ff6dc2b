//! The top of a table: `find` says which rows name the columns, `absent` whether any does, `levels`
//! joins a header of several rows, `names` makes names distinct.

mod absent;
mod levels;
mod names;

pub(crate) use levels::{apart, join};
pub use names::distinct_names;

use crate::row::is_blank;

/// A header is looked for among so many rows.
pub(crate) const HEADER_ROWS_MAX: usize = 20;

/// Which row of a table names its columns. Blank rows are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HeaderRow {
    /// Found from the content: below titles, over one or more rows, or nowhere.
    #[default]
    Find,
    /// No row does: the columns are called `Column 1`, `Column 2`, ….
    Absent,
    /// This row, from 1. What stands above it is no row.
    Row(usize),
}

/// The rows above the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Top {
    /// Rows of titles and notes.
    pub(crate) above: usize,
    /// Rows that name the columns; 0 where none does.
    pub(crate) rows: usize,
}

/// What the first rows of a table (blank ones left out) are.
pub(crate) fn find(rows: &[Vec<String>], choice: HeaderRow) -> Top {
    let above = locate(rows);
    let table = rows.get(above..).unwrap_or_default();
    match choice {
        HeaderRow::Absent => Top { above, rows: 0 },
        HeaderRow::Row(number) => Top { above: number.saturating_sub(1), rows: 1 },
        HeaderRow::Find if absent::is_absent(table) => Top { above, rows: 0 },
        HeaderRow::Find => levels::count(rows, above),
    }
}

/// Names for columns that nothing names.
pub(crate) fn numbered(columns: usize) -> Vec<String> {
    (1..=columns).map(|n| format!("Column {n}")).collect()
}

/// A row above the table as one text.
pub(crate) fn in_one_line(cells: &[String]) -> String {
    let filled: Vec<&str> = cells.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect();
    filled.join(" ")
}

/// Cells of the widest of the commonest rows, for a table whose header does not tell.
pub(crate) fn usual_width(rows: &[Vec<String>]) -> usize {
    let mut widths: Vec<usize> = rows.iter().map(Vec::len).collect();
    widths.sort_unstable();
    widths.get(widths.len() / 2).copied().unwrap_or(0)
}

/// The first row of the table. Titles and notes above it fill one cell, or few of many; the header is
/// the first row that fills more.
fn locate(rows: &[Vec<String>]) -> usize {
    let filled: Vec<usize> = rows.iter().map(|r| filled(r)).collect();
    let mut sorted = filled.clone();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len() * 3 / 4).copied().unwrap_or(0);
    let few = (usual / 4).max(1);
    if usual < 2 {
        return 0;
    }
    filled.iter().take(HEADER_ROWS_MAX).position(|n| *n > few).unwrap_or(0)
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|c| !is_blank(c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|l| l.split(',').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_header_is_below_titles() {
        for (text, expected) in [
            ("a,b,c\n1,2,3", 0),
            ("Report of May\na,b,c\n1,2,3\n4,5,6", 1),
            (",,,\nTitle of it all,,,\na,b,c,d\n1,2,3,4\n5,6,7,8", 2),
            (
                "Notes:\nlong text, with comma\na,b,c,d,e,f,g,h,i\n1,2,3,4,5,6,7,8,9\n1,2,3,4,5,6,7,8,9\n1,2,3,4,5,6,7,8,9\n1,2,3,4,5,6,7,8,9",
                2,
            ),
            ("name\nAda\nGrace", 0),
            ("name,email\nAda,\nGrace,", 0),
        ] {
            let found = find(&rows(text), HeaderRow::Find);
            assert_eq!(found, Top { above: expected, rows: 1 }, "{text}");
        }
    }

    #[test]
    fn a_caller_may_choose() {
        let table = rows("Report of May\na,b,c\n1,2,3\n4,5,6");
        assert_eq!(find(&table, HeaderRow::Absent), Top { above: 1, rows: 0 });
        assert_eq!(find(&table, HeaderRow::Row(3)), Top { above: 2, rows: 1 });
    }
}
