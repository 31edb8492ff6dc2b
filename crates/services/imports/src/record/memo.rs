use std::collections::HashMap;

use captely_contact::{Department, Seniority};
use captely_verify::HomeCountry;

/// So many different values of a kind are remembered; then they are forgotten, and it begins anew.
const VALUES_MAX: usize = 16_384;

/// What was found out about values that come again.
#[derive(Debug, Default)]
pub(super) struct Memo {
    pub(super) titles: Known<(Option<Seniority>, Option<Department>)>,
    /// Of columns for ranks and departments.
    pub(super) labels: Known<(Option<Seniority>, Option<Department>)>,
    pub(super) companies: Known<(String, Option<String>)>,
    pub(super) countries: Known<Option<&'static str>>,
    pub(super) homes: Known<Option<HomeCountry>>,
    pub(super) refusals: Known<bool>,
}

/// Texts and what they mean.
#[derive(Debug)]
pub(super) struct Known<T>(HashMap<Box<str>, T, foldhash::fast::RandomState>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<T: Clone> Known<T> {
    /// What the text means, found out by `find` the first time.
    pub(super) fn of(&mut self, text: &str, find: impl FnOnce(&str) -> T) -> T {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let found = find(text);
        if self.0.len() >= VALUES_MAX {
            self.0.clear();
        }
        self.0.insert(text.into(), found.clone());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_not_found_out_again_and_memory_is_bounded() {
        let mut known: Known<usize> = Known::default();
        assert_eq!((known.of("a", str::len), known.of("a", |_| 9)), (1, 1));
        for n in 0..VALUES_MAX * 2 {
            known.of(&n.to_string(), str::len);
            assert!(known.0.len() <= VALUES_MAX);
        }
    }
}
