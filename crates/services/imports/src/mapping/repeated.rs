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
