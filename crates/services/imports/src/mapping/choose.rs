use std::collections::BTreeMap;

use captely_contact::Confidence;
use captely_tabular::{Role, column_named};

use super::{ColumnMap, MappedColumn, MappingError, Target};

impl ColumnMap {
    /// Lets a person decide: the keys are names of columns (or numbers, from 1), the values words of
    /// targets. A column that held the same by recognition alone gives way.
    pub fn choose(&mut self, wishes: &BTreeMap<String, String>) -> Result<(), MappingError> {
        let mut chosen: BTreeMap<usize, Target> = BTreeMap::new();
        for (name, word) in wishes {
            let no_column =
                || MappingError::NoColumn { name: name.clone(), seen: self.header.clone() };
            let at = column_named(&self.header, name).ok_or_else(no_column)?;
            let target: Target = word.parse().map_err(MappingError::Target)?;
            let (one, other) = match chosen.insert(at, target.clone()) {
                Some(before) if before != target => (before.to_string(), target.to_string()),
                _ => continue,
            };
            return Err(MappingError::NamedTwice { column: self.placed(at), one, other });
        }
        for (at, column) in self.columns.iter_mut().enumerate() {
            if let Some(target) = chosen.get(&at) {
                *column = MappedColumn {
                    target: target.clone(),
                    confidence: Confidence::percent(100),
                    reason: "chosen by you".to_owned(),
                };
            } else if !column.target.may_repeat()
                && let Some((by, _)) = chosen.iter().find(|(_, target)| **target == column.target)
            {
                *column = MappedColumn {
                    target: Target::Role(Role::Unknown),
                    confidence: Confidence::NONE,
                    reason: format!("column {} was chosen instead", by.saturating_add(1)),
                };
            }
        }
        self.each_once()
    }

    /// Refuses two columns for what can be held once.
    pub(super) fn each_once(&self) -> Result<(), MappingError> {
        let single = |c: &MappedColumn| !c.target.is_nothing() && !c.target.may_repeat();
        for (second, column) in self.columns.iter().enumerate().filter(|(_, c)| single(c)) {
            let before = self.columns.iter().take(second);
            if let Some(first) = before.into_iter().position(|c| c.target == column.target) {
                return Err(MappingError::Twice {
                    target: column.target.to_string(),
                    first: self.placed(first),
                    second: self.placed(second),
                });
            }
        }
        Ok(())
    }

    /// Place from 1, and name.
    fn placed(&self, at: usize) -> (usize, String) {
        (at.saturating_add(1), self.header.get(at).cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use captely_tabular::recognise;

    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn choose(names: &[&str], wishes: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let header = header(names);
        let mut map = ColumnMap::recognised(&header, recognise(&header, &[]));
        let wishes = wishes.iter().map(|(c, w)| ((*c).to_owned(), (*w).to_owned())).collect();
        map.choose(&wishes).map_err(|error| error.to_string())?;
        map.problem().map_or(Ok(map.words()), |problem| Err(problem.to_string()))
    }

    #[test]
    fn what_a_person_chose_counts() {
        let words = choose(&["Email", "Wer", "x"], &[("wer", "full_name"), ("3", "custom.X")]);
        assert_eq!(words.unwrap(), ["email", "full_name", "custom.X"]);
        let words = choose(&["Email", "Mail of work"], &[("Mail of work", "email")]);
        assert_eq!(words.unwrap(), ["unknown", "email"], "the recognised one gives way");
        let words = choose(&["Tags", "Lists"], &[("1", "tags"), ("2", "tags")]);
        assert!(words.unwrap_err().starts_with("no column says whom"));
        let words = choose(&["Name", "A", "B"], &[("A", "tags"), ("B", "tags")]);
        assert_eq!(words.unwrap(), ["full_name", "tags", "tags"]);
    }

    #[test]
    fn each_refusal_is_one_sentence() {
        for (names, wishes, said) in [
            (
                &["Email"][..],
                &[("Mial", "email")][..],
                "there is no column \"Mial\"; columns seen: \"Email\"",
            ),
            (&["Email"], &[("9", "email")], "there is no column \"9\"; columns seen: \"Email\""),
            (
                &["Email"],
                &[("Email", "emial")],
                "\"emial\" is no kind of column; did you mean email?",
            ),
            (
                &["A", "B"],
                &[("A", "email"), ("B", "email")],
                "columns 1 (\"A\") and 2 (\"B\") cannot both be email: set one of them to \"ignore\" or to \
                 other_email",
            ),
            (
                &["A", "B"],
                &[("A", "custom.x"), ("B", "custom.x")],
                "columns 1 (\"A\") and 2 (\"B\") cannot both be custom.x: set one of them to \"ignore\" or to \
                 custom.NAME",
            ),
            (
                &["A"],
                &[("A", "email"), ("1", "phone")],
                "column 1 (\"A\") was named twice, as phone and as email: name it once",
            ),
            (
                &["Emal", "Colour"],
                &[],
                "no column says whom a row is about (an e-mail address, a LinkedIn address, a phone number, a \
                 name, a company or its domain); \"Emal\" looks close: map it to email. Columns seen: \
                 \"Emal\", \"Colour\"",
            ),
        ] {
            assert_eq!(choose(names, wishes).unwrap_err(), said);
        }
    }

    #[test]
    fn words_give_the_map_back() {
        let header = header(&["Name", "E-Mail", "x"]);
        let words = ["full_name", "email", "custom.y"].map(str::to_owned);
        let map = ColumnMap::of_words(&header, &words, "kept").unwrap();
        assert_eq!(map.words(), words);
        let error = ColumnMap::of_words(&header, &words[..2], "kept").unwrap_err().to_string();
        assert_eq!(error, "the mapping has 2 words for 3 columns: give one word for each column");
        let twice = ["email", "email", "ignore"].map(str::to_owned);
        assert!(ColumnMap::of_words(&header, &twice, "kept").is_err());
    }
}
