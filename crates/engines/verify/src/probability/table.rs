use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use super::{Basis, Count, Likeness};

/// What was counted in the sandbox; `captely-bench truth --fit` writes it.
static BUILT_IN: &str = include_str!("../../data/probability.txt");

/// Codes of a table; there are fewer.
const CODES_MAX: usize = 200;
/// The most that one line may count.
const COUNT_MAX: u32 = 100_000_000;

/// How many addresses of each kind were seen, and how many of them took mail. The kind is the verdict's
/// code and what the name looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calibration {
    counts: BTreeMap<String, [Count; Likeness::COUNT]>,
    synthetic: bool,
}

/// A table of counts that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the calibration {why}: {text:?}")]
pub struct CalibrationError {
    /// From 1.
    line: usize,
    why: &'static str,
    text: String,
}

impl Calibration {
    /// The one counted in the sandbox's worlds.
    pub fn built_in() -> &'static Self {
        static TABLE: OnceLock<Calibration> = OnceLock::new();
        // A test reads the file as well; a broken one would leave the estimates by class.
        TABLE.get_or_init(|| Self { synthetic: true, ..Self::parse(BUILT_IN).unwrap_or_default() })
    }

    /// Reads lines of `code likeness delivered seen`; empty lines and those that begin with `#` are
    /// passed over. Lines of the same kind add up.
    pub fn parse(text: &str) -> Result<Self, CalibrationError> {
        let mut table = Self::default();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            table.take(line).map_err(|why| CalibrationError {
                line: number.saturating_add(1),
                why,
                text: line.chars().take(80).collect(),
            })?;
        }
        Ok(table)
    }

    fn take(&mut self, line: &str) -> Result<(), &'static str> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [code, likeness, delivered, seen] = words.as_slice() else {
            return Err("has not the four words: code likeness delivered seen");
        };
        let likeness = Likeness::try_from((*likeness).to_owned())?;
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n <= COUNT_MAX);
        let (Some(delivered), Some(seen)) = (number(delivered), number(seen)) else {
            return Err("has a count that is no whole number");
        };
        if delivered > seen {
            return Err("says that more was delivered than seen");
        }
        if self.counts.len() >= CODES_MAX && !self.counts.contains_key(*code) {
            return Err("is of one code too many");
        }
        self.add(code, likeness, Count { delivered, seen });
        Ok(())
    }

    fn add(&mut self, code: &str, likeness: Likeness, more: Count) {
        let counts = self.counts.entry(code.to_owned()).or_default();
        if let Some(count) = counts.get_mut(likeness.place()) {
            *count = count.plus(more);
        }
    }

    /// Counts one address of which it became known whether mail to it arrived.
    pub fn learn(&mut self, basis: &Basis, code: &str, delivered: bool) {
        self.add(code, basis.likeness, Count { delivered: delivered.into(), seen: 1 });
    }

    /// The table as [`Self::parse`] reads it, sorted.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (code, counts) in &self.counts {
            for (likeness, count) in Likeness::all().zip(counts).filter(|(_, c)| c.seen > 0) {
                // Writing to a text cannot fail.
                let (delivered, seen) = (count.delivered, count.seen);
                let _ = writeln!(text, "{code} {} {delivered} {seen}", likeness.as_str());
            }
        }
        text
    }

    /// What is known of addresses with this verdict and likeness; `estimate` (percent) is what is
    /// thought of the code where nothing was counted.
    pub(crate) fn basis(&self, code: &str, likeness: Likeness, estimate: u8) -> Basis {
        let counts = self.counts.get(code).copied().unwrap_or_default();
        let whole = counts.iter().fold(Count::default(), |sum, count| sum.plus(*count));
        let alike = counts.get(likeness.place()).copied().unwrap_or_default();
        Basis { likeness, alike, whole, estimate, synthetic: self.synthetic }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::CODES;
    use crate::shape::Shape;

    #[test]
    fn the_built_in_table_can_be_read_and_has_known_codes() {
        let table = Calibration::parse(BUILT_IN).unwrap();
        for code in table.counts.keys() {
            assert!(CODES.contains(&code.as_str()), "{code}");
        }
        assert_eq!(Calibration::parse(&table.to_text()).unwrap(), table);
    }

    #[test]
    fn what_is_learnt_is_written_and_read_again() {
        let mut table = Calibration::parse("accepted words 1 1\n").unwrap();
        let basis = table.basis("accepted", Likeness::Name(Shape::Words), 97);
        table.learn(&basis, "accepted", false);
        table.learn(&basis, "accept_all", true);
        assert_eq!(table.to_text(), "accept_all words 1 1\naccepted words 1 2\n");
    }

    #[test]
    fn a_broken_table_is_refused_with_its_line() {
        for (text, says) in [
            ("accepted role 1", "line 1 of the calibration has not the four words"),
            ("# c\naccepted tall 1 2", "line 2 of the calibration names a likeness"),
            ("accepted role x 2", "has a count"),
            ("accepted role 3 2", "more was delivered than seen"),
        ] {
            let error = Calibration::parse(text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
