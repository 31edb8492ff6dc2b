use super::texts::{Numberer, Texts};
use crate::limits::WORDS_MAX;
use crate::normal::words_of;
use crate::number::{place, short};
use crate::similar::Weighed;

/// The words of every form of a field, and what each weighs.
pub(crate) struct Words {
    texts: Texts,
    /// How much a word tells: the less frequent, the more.
    weights: Vec<f64>,
    /// Numbers of words by form, each form's ascending and each word once.
    of_form: Vec<u32>,
    starts: Vec<u32>,
}

impl Words {
    /// `counts` says how many rows have each form.
    pub(super) fn of(forms: &Texts, counts: &[u32]) -> Self {
        let mut numberer = Numberer::new();
        let (mut of_form, mut starts, mut rows) = (Vec::new(), vec![0], Vec::new());
        for (form, count) in forms.iter().zip(counts) {
            let mut numbers: Vec<u32> =
                words_of(form).take(WORDS_MAX).map(|word| numberer.number(word)).collect();
            numbers.sort_unstable();
            numbers.dedup();
            for number in &numbers {
                let at = place(*number);
                if rows.len() <= at {
                    rows.resize(at.saturating_add(1), 0_u32);
                }
                if let Some(rows) = rows.get_mut(at) {
                    *rows = rows.saturating_add(*count);
                }
            }
            of_form.extend(numbers);
            starts.push(short(of_form.len()));
        }
        let all: f64 = counts.iter().skip(1).map(|count| f64::from(*count)).sum();
        // Inverse document frequency; never 0, so that equal words are always something in common.
        let weight = |rows: &u32| (1.0 + all / f64::from((*rows).max(1))).ln().max(0.1);
        let weights = rows.iter().map(weight).collect();
        Self { texts: numberer.finish(), weights, of_form, starts }
    }

    /// The numbers of a form's words, ascending.
    pub(crate) fn numbers(&self, form: u32) -> &[u32] {
        let bound = |at: usize| self.starts.get(at).copied().map_or(0, place);
        let at = place(form);
        self.of_form.get(bound(at)..bound(at.saturating_add(1))).unwrap_or_default()
    }

    pub(crate) fn text(&self, word: u32) -> &str {
        self.texts.get(word)
    }

    /// A form's words with their weights, for [`crate::similar::common_words`].
    pub(crate) fn weighed(&self, form: u32) -> Weighed<'_> {
        Weighed { words: self, numbers: self.numbers(form) }
    }

    pub(crate) fn weight(&self, word: u32) -> f64 {
        self.weights.get(place(word)).copied().unwrap_or_default()
    }
}
