//! A schema that is used is whole: names exist, numbers are in range.

use std::collections::HashSet;

use super::{Comparison, Key, Part, Schema, Test, standard};
use crate::MatchError;
use crate::limits::{BLOCKS_MAX, COMPARISONS_MAX, FIELDS_MAX, LEVELS_MAX};
use crate::similar::EDITS_MAX;

impl Schema {
    /// Reads a schema from JSON text that comes with the program; a test reads each.
    pub(super) fn embedded(text: &str) -> Self {
        let none = Self {
            fields: Vec::new(),
            comparisons: Vec::new(),
            blocks: Vec::new(),
            conflicts: Vec::new(),
            thresholds: super::Thresholds::default(),
            matches_per_row: super::default_matches_per_row(),
        };
        serde_json::from_str(text).unwrap_or(none)
    }

    /// Where a field stands in a row.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The schema with the usual levels written out, or why it cannot be used.
    pub(crate) fn complete(&self) -> Result<Self, MatchError> {
        let mut whole = self.clone();
        for comparison in &mut whole.comparisons {
            let first = comparison.fields.first().and_then(|name| self.field(name));
            let kind = first.and_then(|at| self.fields.get(at)).map(|field| field.kind);
            if let Some(kind) = kind.filter(|_| comparison.levels.is_empty()) {
                comparison.levels = standard::levels(kind);
            }
        }
        whole.check().map_err(MatchError::Schema)?;
        Ok(whole)
    }

    fn check(&self) -> Result<(), String> {
        let counts = [
            (self.fields.len(), FIELDS_MAX, "fields"),
            (self.comparisons.len(), COMPARISONS_MAX, "comparisons"),
            (self.blocks.len(), BLOCKS_MAX, "blocks"),
        ];
        for (count, most, what) in counts {
            if count == 0 || count > most {
                return Err(format!("it has {count} {what}; 1 to {most} are needed"));
            }
        }
        let mut names = HashSet::new();
        if let Some(twice) = self.fields.iter().find(|field| !names.insert(&field.name)) {
            return Err(format!("two fields are called {}", twice.name));
        }
        let known = |name: &String| match self.field(name) {
            Some(_) => Ok(()),
            None => Err(format!("there is no field {name}")),
        };
        self.conflicts.iter().try_for_each(known)?;
        for comparison in &self.comparisons {
            comparison.fields.iter().try_for_each(known)?;
            check_comparison(comparison)?;
        }
        for rule in &self.blocks {
            if rule.keys.is_empty() {
                return Err("a block has no key, which would compare all rows with all".into());
            }
            rule.keys.iter().chain(&rule.narrower).try_for_each(|key| known(&key.field))?;
            if let Some(key) = rule.narrower.iter().find(|key| has_several(key)) {
                return Err(format!(
                    "{} has several keys a row and can divide no block",
                    key.field
                ));
            }
        }
        let (same, ask) = (self.thresholds.same, self.thresholds.ask);
        if !(0.0 < ask && ask <= same && same < 1.0) {
            return Err(format!(
                "the thresholds ask {ask} and same {same} are not 0 < ask <= same < 1"
            ));
        }
        if self.matches_per_row > 0.0 && self.matches_per_row.is_finite() {
            return Ok(());
        }
        Err("matches_per_row must be above 0".into())
    }
}

fn has_several(key: &Key) -> bool {
    matches!(key.part, Part::AnyWord | Part::Nickname)
}

fn check_comparison(comparison: &Comparison) -> Result<(), String> {
    let name = &comparison.name;
    let fields = comparison.fields.len();
    if fields == 0 {
        return Err(format!("{name} compares no field"));
    }
    if comparison.levels.is_empty() || comparison.levels.len() >= LEVELS_MAX {
        return Err(format!("{name} must have 1 to {} levels", LEVELS_MAX.saturating_sub(1)));
    }
    let chances = comparison.levels.iter().map(|level| level.chances);
    for chance in chances.chain([comparison.otherwise]) {
        if ![chance.m, chance.u].iter().all(|p| *p > 0.0 && *p < 1.0) {
            return Err(format!("a chance of {name} is not between 0 and 1"));
        }
    }
    for level in &comparison.levels {
        let wide = if matches!(level.test, Test::Swapped(_)) { 2 } else { 1 };
        if level.field.saturating_add(wide) > fields {
            return Err(format!(
                "a level of {name} looks at a field that the comparison does not have"
            ));
        }
        let in_range = match level.test {
            Test::JaroWinkler(least) | Test::Swapped(least) | Test::Words(least) => {
                least > 0.0 && least <= 1.0
            }
            Test::Edits(most) => (1..=EDITS_MAX).contains(&most),
            Test::Within(most) => most >= 0.0 && most.is_finite(),
            Test::Start(letters) | Test::End(letters) => letters > 0,
            _ => true,
        };
        if !in_range || !(0.0..=1.0).contains(&level.frequency) {
            return Err(format!("a number of {:?} in {name} is out of range", level.test));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_of_the_program_are_whole() {
        for schema in [Schema::person(), Schema::company()] {
            schema.complete().unwrap();
        }
    }

    #[track_caller]
    fn check_refused(change: impl Fn(&mut Schema), expected: &str) {
        let mut schema = Schema::person();
        change(&mut schema);
        let said = schema.complete().unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn a_schema_that_contradicts_itself_is_refused() {
        check_refused(|s| s.fields.clear(), "0 fields");
        check_refused(
            |s| s.fields[1].name = "first_name".into(),
            "two fields are called first_name",
        );
        check_refused(|s| s.conflicts = vec!["shoe_size".into()], "no field shoe_size");
        check_refused(|s| s.comparisons[0].fields.clear(), "compares no field");
        check_refused(|s| s.comparisons[0].otherwise.m = 1.5, "not between 0 and 1");
        check_refused(|s| s.comparisons[0].levels[0].field = 9, "does not have");
        check_refused(|s| s.comparisons[0].levels[0].test = Test::Edits(9), "out of range");
        check_refused(|s| s.blocks[0].keys.clear(), "no key");
        check_refused(|s| s.thresholds.ask = 0.99, "not 0 < ask <= same < 1");
        check_refused(|s| s.matches_per_row = f64::NAN, "above 0");
        check_refused(
            |s| s.blocks[0].narrower = vec![Key { field: "company".into(), part: Part::AnyWord }],
            "can divide no block",
        );
    }
}
