use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::number::{place, short};

/// Different texts by number, one behind the other in memory. Number 0 is the empty text.
pub(crate) struct Texts {
    bytes: String,
    /// Where each text ends.
    ends: Vec<u32>,
}

impl Texts {
    pub(crate) fn get(&self, number: u32) -> &str {
        let at = place(number);
        let start =
            at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.bytes.get(place(start)..place(end)).unwrap_or_default()
    }

    /// How many there are, the empty one included.
    pub(crate) fn len(&self) -> u32 {
        short(self.ends.len())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| self.get(number))
    }
}

/// Gives each different text a number, in the order of coming.
pub(crate) struct Numberer {
    texts: Texts,
    /// Seeded by chance for each process: values come from strangers, who could otherwise send a million
    /// with one hash. No result depends on the seed.
    hasher: RandomState,
    /// Numbers with the hash of their text, so that the table grows without reading texts again.
    numbers: HashTable<(u64, u32)>,
}

impl Numberer {
    pub(crate) fn new() -> Self {
        Self {
            texts: Texts { bytes: String::new(), ends: vec![0] },
            hasher: RandomState::default(),
            numbers: HashTable::new(),
        }
    }

    /// The number of a text, 0 for the empty one.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let (texts, hasher) = (&mut self.texts, &self.hasher);
        let hash = hasher.hash_one(text);
        let equal = |(of, number): &(u64, u32)| *of == hash && texts.get(*number) == text;
        if let Some((_, known)) = self.numbers.find(hash, equal) {
            return *known;
        }
        let number = texts.len();
        texts.bytes.push_str(text);
        texts.ends.push(short(texts.bytes.len()));
        self.numbers.insert_unique(hash, (hash, number), |(of, _)| *of);
        number
    }

    pub(crate) fn bytes(&self) -> usize {
        self.texts.bytes.len()
    }

    pub(crate) fn finish(mut self) -> Texts {
        self.texts.bytes.shrink_to_fit();
        self.texts.ends.shrink_to_fit();
        self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_number() {
        let mut numberer = Numberer::new();
        let numbers: Vec<u32> =
            ["a", "", "bc", "a", "é"].map(|text| numberer.number(text)).to_vec();
        assert_eq!(numbers, [1, 0, 2, 1, 3]);
        let texts = numberer.finish();
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["", "a", "bc", "é"]);
        assert_eq!(texts.get(99), "");
    }
}
