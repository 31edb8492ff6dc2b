use crate::recognise::is_known_name;
use crate::row::is_blank;
use crate::value::CellKind;

/// Rows below the first that are looked at.
const ROWS_MAX: usize = 50;
/// Of 100 values in a column, so many of one kind make it a column of that kind.
const KIND_PERCENT_MIN: usize = 60;

/// Whether the first row of a table is a row like those below it, so that nothing names the columns.
///
/// An address in it is proof. Else each cell speaks: a known name of a column, or a text over a column of
/// numbers or dates, for a header; a date over dates, a number over numbers, against one.
pub(super) fn is_absent(table: &[Vec<String>]) -> bool {
    let Some((first, below)) = table.split_first() else { return false };
    let below = below.get(..ROWS_MAX.min(below.len())).unwrap_or_default();
    let filled: Vec<&String> = first.iter().filter(|c| !is_blank(c)).collect();
    let numbers = |c: &&String| CellKind::of(c) == CellKind::Number;
    if !filled.is_empty() && filled.iter().all(numbers) {
        // Columns may be called 1, 2, 3: then texts stand below.
        let columns = 0..first.len();
        let usual = |at: usize| usual_kind(below.iter().filter_map(|row| row.get(at)));
        return columns.filter(|at| usual(*at) == Some(CellKind::Text)).count() * 2 <= first.len();
    }
    let known = filled.iter().filter(|c| is_known_name(c)).count();
    let (mut values, mut names) = (0, known * 2);
    for (index, cell) in first.iter().enumerate() {
        let kind = CellKind::of(cell);
        let usual = usual_kind(below.iter().filter_map(|row| row.get(index)));
        match kind {
            CellKind::Email | CellKind::Url => values += 3,
            CellKind::Text if usual.is_some_and(CellKind::is_typed) => names += 1,
            // Beside names, numbers are names too: quarters, years, places in a table.
            CellKind::Blank | CellKind::Text => {}
            CellKind::Number | CellKind::Year if known > 0 => {}
            kind if usual == Some(kind) => values += 1,
            _ => {}
        }
    }
    values > names
}

/// What most of a column's values are; `None` without values.
fn usual_kind<'a>(cells: impl Iterator<Item = &'a String>) -> Option<CellKind> {
    let kinds: Vec<CellKind> =
        cells.map(|c| CellKind::of(c)).filter(|k| *k != CellKind::Blank).collect();
    let count = |kind: CellKind| kinds.iter().filter(|k| **k == kind).count();
    let most = kinds.iter().copied().max_by_key(|k| count(*k))?;
    Some(if count(most) * 100 >= kinds.len() * KIND_PERCENT_MIN { most } else { CellKind::Text })
}

#[cfg(test)]
mod tests {
    use super::super::tests::rows;
    use super::*;

    #[test]
    fn a_first_row_of_values_is_no_header() {
        for (text, absent) in [
            ("Ada,Example,ada@example.com\nBo,Example,bo@example.com", true),
            ("ada@example.com\nbo@example.com", true),
            ("Ada,Manager,ada@example.com\nBo,Owner,bo@example.com", true),
            ("Bath,England,94782\nEly,England,20112", true),
            ("Ada,12.03.2024\nBo,13.03.2024", true),
            ("Ada,+44 20 7946 0958\nBo,+44 20 7946 0959", true),
            ("1,2,3", true),
            ("1,2,3\nAda,Bath,x\nBo,Ely,y", false),
            ("1,2,3\n4,5,6", true),
            ("name,email\nAda,ada@example.com", false),
            ("a,b,c\n1,2,3", false),
            ("Company,2019,2020\nAcme,100,200\nLooms,50,70", false),
            ("Company,2019,2020\nAcme,1950,2010\nLooms,1960,2011", false),
            ("Ada,Bath\nBo,Ely", false),
            ("name,city", false),
            ("Name,1,2,3\nAda,5,6,7", false),
        ] {
            assert_eq!(is_absent(&rows(text)), absent, "{text}");
        }
        assert!(!is_absent(&[]));
    }
}
