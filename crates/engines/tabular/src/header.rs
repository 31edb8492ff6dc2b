use std::collections::HashSet;

use crate::row::is_blank;

/// A header is looked for among so many rows.
pub(crate) const HEADER_ROWS_MAX: usize = 20;

/// Which of the first rows (blank ones left out) is the header.
///
/// Titles and notes above it fill one cell, or few of many; the header is the first row that fills more.
pub(crate) fn locate(rows: &[Vec<String>]) -> usize {
    let filled: Vec<usize> =
        rows.iter().map(|r| r.iter().filter(|c| !is_blank(c)).count()).collect();
    let mut sorted = filled.clone();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len() * 3 / 4).copied().unwrap_or(0);
    let few = (usual / 4).max(1);
    if usual < 2 {
        return 0;
    }
    filled.iter().take(HEADER_ROWS_MAX).position(|n| *n > few).unwrap_or(0)
}

/// Names for the columns that are all distinct: a blank one becomes `Column 3`, a repeated one
/// `Tags (2)`. Blanks around names are removed.
pub fn distinct_names(header: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    let originals: HashSet<String> = header.iter().map(|n| n.trim().to_lowercase()).collect();
    let mut names = Vec::with_capacity(header.len());
    for (index, name) in header.iter().enumerate() {
        let base = match name.trim() {
            "" => format!("Column {}", index + 1),
            name => name.to_owned(),
        };
        let mut name = base.clone();
        let mut copy = 2_usize;
        // A made-up name must not meet one that stands in the file further on.
        while taken.contains(&name.to_lowercase())
            || (copy > 2 && originals.contains(&name.to_lowercase()))
        {
            name = format!("{base} ({copy})");
            copy += 1;
        }
        taken.insert(name.to_lowercase());
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
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
            assert_eq!(locate(&rows(text)), expected, "{text}");
        }
    }

    #[test]
    fn names_become_distinct() {
        let names: Vec<String> =
            ["Tags", "", "tags", " Tags (2)", "Tags", ""].map(str::to_owned).into();
        let distinct = distinct_names(&names);
        assert_eq!(distinct, ["Tags", "Column 2", "tags (3)", "Tags (2)", "Tags (4)", "Column 6"]);
    }
}
