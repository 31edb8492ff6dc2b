use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use crate::limits::KEYS_PER_ROW_MAX;
use crate::normal::words_of;
use crate::schema::{Key, Part};
use crate::table::{Codes, Column, Table};

/// A rule's key with its column found.
pub(super) struct Keyed<'t> {
    codes: &'t Codes,
    field: usize,
    column: &'t Column,
    part: Part,
    hasher: FixedState,
}

impl<'t> Keyed<'t> {
    pub(super) fn all(table: &'t Table, keys: &[Key]) -> Vec<Self> {
        let of = |key: &Key| {
            let field = table.schema.field(&key.field)?;
            let (codes, column) = (&table.codes, table.columns.get(field)?);
            Some(Self { codes, field, column, part: key.part, hasher: FixedState::with_seed(1) })
        };
        keys.iter().filter_map(of).collect()
    }

    /// The hashes of the key's values for a group; none where the field is empty or too short.
    fn hashes(&self, group: u32, out: &mut Vec<u64>) {
        let code = self.codes.code(group, self.field);
        if code == 0 {
            return;
        }
        let text = self.column.forms.get(code);
        let start = |letters: u8| text.as_bytes().get(..usize::from(letters).min(text.len()));
        match self.part {
            Part::Whole => out.push(self.hasher.hash_one(text)),
            Part::AnyWord => {
                let words = words_of(text).take(KEYS_PER_ROW_MAX);
                out.extend(words.map(|word| self.hasher.hash_one(word)));
            }
            Part::Start(letters) => {
                out.extend(start(letters).map(|start| self.hasher.hash_one(start)));
            }
            Part::End(letters) => {
                let from = text.len().saturating_sub(usize::from(letters));
                out.extend(text.as_bytes().get(from..).map(|end| self.hasher.hash_one(end)));
            }
            Part::Nickname => {
                let names = self.column.nicknames(code).iter().take(KEYS_PER_ROW_MAX);
                out.extend(names.map(|name| self.hasher.hash_one(name)));
            }
            Part::Sound => out.push(self.hasher.hash_one(sound(text))),
            Part::LocalPart => {
                out.extend(text.split_once('@').map(|(local, _)| self.hasher.hash_one(local)));
            }
        }
    }
}

/// Memory that calls share.
#[derive(Default)]
pub(super) struct Buffers {
    hashes: Vec<u64>,
    keys: Vec<u64>,
    before: Vec<u64>,
}

/// The keys of a group in a rule: each combination of its fields' values, at most
/// [`KEYS_PER_ROW_MAX`]. None where a field is empty.
pub(super) fn keys_of<'b>(rule: &[Keyed<'_>], group: u32, buffers: &'b mut Buffers) -> &'b [u64] {
    let Buffers { hashes, keys, before } = buffers;
    keys.clear();
    keys.push(0);
    for key in rule {
        hashes.clear();
        key.hashes(group, hashes);
        std::mem::swap(keys, before);
        keys.clear();
        let joined = |key: &u64, hash: &u64| (key.rotate_left(17) ^ hash).wrapping_mul(MIX);
        keys.extend(before.iter().flat_map(|key| hashes.iter().map(|hash| joined(key, hash))));
        keys.truncate(KEYS_PER_ROW_MAX);
    }
    keys
}

/// An odd number whose bits look random: 2^64 over the golden ratio.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The one key of a group in a field that divides a block; 0 where the field is empty.
pub(super) fn divider(key: &Keyed<'_>, group: u32, buffers: &mut Buffers) -> u64 {
    buffers.hashes.clear();
    key.hashes(group, &mut buffers.hashes);
    buffers.hashes.first().copied().unwrap_or_default()
}

/// What a name sounds like, roughly: its first letter, then its consonants, those alike in sound as one
/// and each once in a row. `meier`, `mayer` and `maier` are `mr`.
fn sound(text: &str) -> String {
    let mut out = String::new();
    let mut last = None;
    for (letter, at) in text.replace("ph", "f").replace("ck", "k").chars().zip(0_usize..) {
        let class = match letter {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'w' | ' ' if at > 0 => None,
            'c' | 'k' | 'q' => Some('k'),
            's' | 'z' | 'x' => Some('s'),
            'd' | 't' => Some('t'),
            'b' | 'p' => Some('p'),
            'f' | 'v' => Some('f'),
            'g' | 'j' => Some('g'),
            'm' | 'n' => Some('n'),
            other => Some(other),
        };
        if class.is_some() && class != last {
            out.extend(class);
        }
        last = class;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_alike() {
        for (a, b) in
            [("meier", "mayer"), ("philipp", "filip"), ("schmidt", "schmitt"), ("erik", "eric")]
        {
            assert_eq!(sound(a), sound(b), "{a} {b}");
        }
        assert_ne!(sound("meier"), sound("maler"));
        assert_eq!(sound(""), "");
    }
}
