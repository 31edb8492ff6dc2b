use std::collections::HashSet;

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

    #[test]
    fn names_become_distinct() {
        let names: Vec<String> =
            ["Tags", "", "tags", " Tags (2)", "Tags", ""].map(str::to_owned).into();
        let distinct = distinct_names(&names);
        assert_eq!(distinct, ["Tags", "Column 2", "tags (3)", "Tags (2)", "Tags (4)", "Column 6"]);
    }
}
