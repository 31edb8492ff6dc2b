use crate::similar::{Common, Jaro, common_words};

use super::Two;

/// Memory of one thread, and what was already measured of the values at hand: several levels of one
/// comparison ask for the same measure.
pub(crate) struct Scratch {
    pub(super) jaro: Jaro,
    likeness: Option<(usize, f64)>,
    common: Option<(usize, Common)>,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self { jaro: Jaro::new(), likeness: None, common: None }
    }

    /// Before other values are compared.
    pub(super) fn forget(&mut self) {
        (self.likeness, self.common) = (None, None);
    }

    /// Jaro-Winkler similarity of the values in the comparison's field at `place`.
    pub(super) fn likeness(&mut self, place: usize, two: Two<'_>) -> f64 {
        if let Some((known, likeness)) = self.likeness
            && known == place
        {
            return likeness;
        }
        let (a, b) = two.texts();
        let likeness = self.jaro.winkler(a, b, 0.0);
        self.likeness = Some((place, likeness));
        likeness
    }

    /// What the words of the values have in common; nothing where the field has no words.
    pub(super) fn common(&mut self, place: usize, two: Two<'_>) -> Common {
        if let Some((known, common)) = self.common
            && known == place
        {
            return common;
        }
        let common = two.column.words.as_ref().map_or(Common::NONE, |words| {
            common_words(words.weighed(two.a), words.weighed(two.b), &mut self.jaro)
        });
        self.common = Some((place, common));
        common
    }
}
