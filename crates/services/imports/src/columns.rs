use std::path::Path;

use captely_tabular::{Mapping, Role};

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

#[cfg(test)]
mod tests {
    use captely_tabular::recognise;

    use super::*;

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
