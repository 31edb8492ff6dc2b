use super::ColumnMap;

impl ColumnMap {
    /// A sentence for each name that stands over several columns of which one is used.
    pub fn repeated_names(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for (first, name) in self.header.iter().enumerate() {
            let name = name.trim();
            let same = |other: &String| other.trim().eq_ignore_ascii_case(name);
            if name.is_empty() || self.header.iter().take(first).any(same) {
                continue;
            }
            let named = self.header.iter().zip(&self.columns).enumerate();
            let all: Vec<_> = named.filter(|(_, (other, _))| same(other)).collect();
            let used = all.iter().find(|(_, (_, column))| !column.target.is_nothing());
            if let (Some((used, (_, column))), true) = (used, all.len() > 1) {
                let places: Vec<String> = all.iter().map(|(at, _)| (at + 1).to_string()).collect();
                sentences.push(format!(
                    "columns {} are all called {name:?}: all are kept, column {} is taken for {}",
                    places.join(", "),
                    used + 1,
                    column.target,
                ));
            }
        }
        sentences
    }
}

#[cfg(test)]
mod tests {
    use captely_tabular::recognise;

    use super::*;

    #[test]
    fn names_are_told_where_one_is_used() {
        let check = |header: &[&str], chosen: &[(&str, &str)], expected: &[&str]| {
            let header: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
            let chosen = chosen.iter().map(|(c, w)| ((*c).to_owned(), (*w).to_owned())).collect();
            let recognised = recognise(&header, &[]);
            let map = ColumnMap::settled(&header, recognised, None, &chosen).unwrap();
            assert_eq!(map.repeated_names(), expected);
        };
        check(&["Name", "Company", "x", "x", "", ""], &[], &[]);
        let names = ["Name", "Company", "name "];
        let said =
            "columns 1, 3 are all called \"Name\": all are kept, column 1 is taken for full_name";
        check(&names, &[], &[said]);
        let said =
            "columns 1, 3 are all called \"Name\": all are kept, column 3 is taken for title";
        check(&names, &[("1", "ignore"), ("3", "title")], &[said]);
    }
}
