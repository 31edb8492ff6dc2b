use std::collections::HashSet;

use super::{Top, filled};
use crate::recognise::is_known_name;
use crate::row::is_blank;
use crate::value::CellKind;

/// Between the name of a group of columns and the name of one of them.
const JOINT: &str = " / ";

/// How many rows, beginning at `above`, name the columns: one, or a row of groups and a row of names.
///
/// A row of groups leaves cells blank (they were merged) or repeats itself; below it most cells are
/// known names of columns. A row of few groups may have been taken for a title: then it is the last one.
pub(super) fn count(rows: &[Vec<String>], above: usize) -> Top {
    let at = |index: usize| rows.get(index).map(Vec::as_slice).unwrap_or_default();
    if is_group_row(at(above), at(above + 1)) {
        return Top { above, rows: 2 };
    }
    let before =
        above.checked_sub(1).filter(|n| has_gap(at(*n)) && is_group_row(at(*n), at(above)));
    before.map_or(Top { above, rows: 1 }, |above| Top { above, rows: 2 })
}

fn is_group_row(groups: &[String], names: &[String]) -> bool {
    let group_names: Vec<String> =
        groups.iter().filter(|c| !is_blank(c)).map(|c| c.trim().to_lowercase()).collect();
    let distinct: HashSet<&String> = group_names.iter().collect();
    let grouped = group_names.len() < filled(names).max(names.len())
        || distinct.len() * 2 <= group_names.len();
    let typed = |row: &[String]| row.iter().any(|c| CellKind::of(c).is_typed());
    let known = names.iter().filter(|c| is_known_name(c)).count();
    group_names.len() >= 2
        && grouped
        && !typed(groups)
        && !typed(names)
        && known >= 2
        && known * 2 >= filled(names)
}

/// Whether blanks stand between two filled cells, as beside merged ones.
fn has_gap(row: &[String]) -> bool {
    let places: Vec<usize> =
        row.iter().enumerate().filter(|(_, c)| !is_blank(c)).map(|(at, _)| at).collect();
    places.windows(2).any(|pair| matches!(pair, [a, b] if b - a > 1))
}

/// The names of the columns from the rows of a header: `Company` over `Phone` is `Company / Phone`.
/// A group goes on to the right until the next one, or until a column that has no name of its own.
pub(crate) fn join(mut rows: Vec<Vec<String>>) -> Vec<String> {
    let Some(names) = rows.pop() else { return Vec::new() };
    let Some(groups) = rows.pop() else { return names };
    let mut group = String::new();
    let columns = names.len().max(groups.len());
    let cell = |row: &[String], at: usize| row.get(at).map_or("", |c| c.trim()).to_owned();
    let mut joined = Vec::with_capacity(columns);
    for at in 0..columns {
        let (above, name) = (cell(&groups, at), cell(&names, at));
        if !above.is_empty() || name.is_empty() {
            group = above;
        }
        joined.push(match (group.as_str(), name.as_str()) {
            ("", _) => name,
            (_, "") => std::mem::take(&mut group),
            (above, below) if above.eq_ignore_ascii_case(below) => name,
            _ => format!("{group}{JOINT}{name}"),
        });
    }
    joined
}

/// A joined name taken apart again: the group and the name in it.
pub(crate) fn apart(name: &str) -> Option<(&str, &str)> {
    name.split_once(JOINT)
}

#[cfg(test)]
mod tests {
    use super::super::tests::rows;
    use super::*;

    #[track_caller]
    fn check(text: &str, above: usize, names: &[&str]) {
        let rows = rows(text);
        let top = count(&rows, super::super::locate(&rows));
        assert_eq!(top.above, above, "{text}");
        let header = rows.get(top.above..top.above + top.rows).unwrap().to_vec();
        assert_eq!(join(header), names, "{text}");
    }

    #[test]
    fn a_header_may_have_two_rows() {
        check(
            "Person,,,Company,\nFirst Name,Last Name,Email,Name,Phone\nAda,Example,a@example.com,Acme,1",
            0,
            &[
                "Person / First Name",
                "Person / Last Name",
                "Person / Email",
                "Company / Name",
                "Company / Phone",
            ],
        );
        check(
            "Name,Contact,,Notes\n,Email,Phone,\nAda,a@example.com,1,x",
            0,
            &["Name", "Contact / Email", "Contact / Phone", "Notes"],
        );
        check(
            "Leads of May,,,,,,,\nPerson,,,,Company,,,\nFirst Name,Last Name,Email,Phone,Name,Website,City,Country\nA,B,c,d,e,f,g,h\nA,B,c,d,e,f,g,h",
            1,
            &[
                "Person / First Name",
                "Person / Last Name",
                "Person / Email",
                "Person / Phone",
                "Company / Name",
                "Company / Website",
                "Company / City",
                "Company / Country",
            ],
        );
    }

    #[test]
    fn a_row_of_values_is_no_second_header() {
        check(
            "Name,Title,,Department\nAda,Manager,,Sales",
            0,
            &["Name", "Title", "", "Department"],
        );
        check("Name,Email\nAda,a@example.com", 0, &["Name", "Email"]);
        assert_eq!(apart("Company / Phone"), Some(("Company", "Phone")));
        assert_eq!(apart("Company"), None);
    }
}
