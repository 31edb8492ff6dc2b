use std::path::Path;

use captely_tabular::{Mapping, Role};

use crate::ColumnMap;

/// Applies what a person chose; refuses columns by which nobody could be looked up, in a sentence.
pub(crate) fn choose(
    path: &Path,
    mapping: &mut Mapping,
    chosen: &[(String, Role)],
) -> Result<(), String> {
    let file = path.display();
    for (column, role) in chosen {
        if !mapping.set(column, *role) {
            return Err(format!("{file}: there is no column {column:?} to take for {role}"));
        }
    }
    mapping.problem().map_or(Ok(()), |missing| Err(format!("{file}: {missing}")))
}

/// A sentence for each name that stands over several columns of which one is used.
pub(crate) fn repeated_names(header: &[String], mapping: &Mapping) -> Vec<String> {
    ColumnMap::recognised(header, mapping.clone()).repeated_names()
}

#[cfg(test)]
mod tests {
    use captely_tabular::recognise;

    use super::*;

    #[test]
    fn repeated_names_are_told_where_one_is_used() {
        let check = |header: &[&str], expected: &[&str]| {
            let header: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
            assert_eq!(repeated_names(&header, &recognise(&header, &[])), expected);
        };
        check(&["Name", "Company", "x", "x", "", ""], &[]);
        check(
            &["Name", "Company", "name "],
            &[
                "columns 1, 3 are all called \"Name\": all are kept, column 1 is taken for full_name",
            ],
        );
    }

    #[test]
    fn what_a_person_chose_counts() {
        let header = ["Wer", "Wo"].map(str::to_owned);
        let path = Path::new("leads.csv");
        let chosen = |columns: &[(&str, Role)]| {
            let chosen: Vec<_> = columns.iter().map(|(c, r)| ((*c).to_owned(), *r)).collect();
            choose(path, &mut recognise(&header, &[]), &chosen)
        };
        let refused = chosen(&[("Wer", Role::FullName)]).unwrap_err();
        assert!(refused.starts_with("leads.csv: no column is a company"), "{refused}");
        assert_eq!(chosen(&[("wer", Role::FullName), ("2", Role::Company)]), Ok(()));
        let absent = chosen(&[("Was", Role::Company)]).unwrap_err();
        assert!(absent.contains("leads.csv: there is no column \"Was\""), "{absent}");
    }
}
