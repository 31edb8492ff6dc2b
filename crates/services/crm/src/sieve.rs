//! Which marks surely nobody has, so that a long list need not ask the database for them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::keys::Mark;
use crate::store::keys::{self, Added};

/// Marks beyond which there is no sieve: it would take more than 32 MB.
const MARKS_MAX: u64 = 16_000_000;
/// Looking at all marks is worth it once a list has asked for this part of them.
const ASKED_SHARE: u64 = 16;
/// As many marks of one call are written as pages. Below it, rows are cheaper: each run of pages is one more
/// place to look at.
const PAGED_MIN: usize = 2_048;
/// Marks of one block of the filter; a block takes 2 MB.
const BLOCK_MARKS: usize = 1 << 20;
/// A line is what a processor reads at once: 64 bytes. 16 bits a mark.
const BLOCK_LINES: u32 = 1 << 15;
/// Bits that a mark sets in its line. About one strange mark of 500 is let through at that.
const BITS: u32 = 6;

/// What a walk through a long list remembers of the marks of a workspace's contacts. Goes into
/// [`Upsert::sieve`](crate::Upsert::sieve) of each call; clones are the same sieve.
///
/// It is used only as long as nobody else adds a mark, which each call finds out; otherwise, and where a call was
/// rolled back, it begins anew. What a call with a sieve adds is written in pages where it is enough for that.
#[derive(Clone)]
pub struct Sieve {
    state: Arc<Mutex<State>>,
    pub(crate) paged_min: usize,
}

impl Default for Sieve {
    fn default() -> Self {
        Self::paging_from(PAGED_MIN)
    }
}

#[derive(Default)]
struct State {
    /// The version of all marks at which `filter` has seen each of them.
    seen: Option<Uuid>,
    filter: Filter,
    /// Marks asked for since there was no filter.
    asked: u64,
}

impl fmt::Debug for Sieve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sieve")
    }
}

impl PartialEq for Sieve {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.state, &other.state)
    }
}

impl Eq for Sieve {}

impl Sieve {
    /// One whose calls write pages from this many marks on, for tests of pages with short lists.
    pub fn paging_from(marks: usize) -> Self {
        Self { state: Arc::default(), paged_min: marks }
    }

    fn state<T>(&self, with: impl FnOnce(&mut State) -> T) -> T {
        with(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes away the marks that nobody has. None are taken away where somebody adds marks or moves them meanwhile.
    pub(crate) async fn hold_back(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        marks: &mut Vec<Mark>,
    ) -> Result<(), DbError> {
        let now = keys::added(tx, workspace).await?;
        if !self.is_of(now, marks.len()) {
            return Ok(());
        }
        if self.state(|state| state.seen.is_none()) {
            let mut filter = Filter::default();
            keys::each(tx, workspace, &mut |mark| filter.add(&mark)).await?;
            if keys::added(tx, workspace).await?.version != now.version {
                return Ok(());
            }
            self.state(|state| *state = State { seen: Some(now.version), filter, asked: 0 });
        }
        self.state(|state| marks.retain(|mark| state.filter.may_have(mark)));
        Ok(())
    }

    /// Whether there is a filter, or it is worth making one.
    fn is_of(&self, now: Added, asked: usize) -> bool {
        self.state(|state| {
            if state.seen != Some(now.version) {
                let asked = state.asked.saturating_add(u64::try_from(asked).unwrap_or(u64::MAX));
                *state = State { asked, ..State::default() };
            }
            now.marks <= MARKS_MAX
                && (state.seen.is_some() || state.asked.saturating_mul(ASKED_SHARE) >= now.marks)
        })
    }

    /// These were added to a workspace whose marks were `before` and are `now`.
    pub(crate) fn added(&self, (before, now): (Added, Added), marks: &[(Mark, Uuid)]) {
        self.state(|state| {
            if state.seen == Some(before.version) {
                state.seen = Some(now.version);
                for (mark, _) in marks {
                    state.filter.add(mark);
                }
            }
        });
    }
}

/// A Bloom filter of marks, in blocks: what was added is always found again, of others nearly none.
#[derive(Default)]
struct Filter {
    blocks: Vec<Vec<[u64; 8]>>,
    in_last: usize,
}

impl Filter {
    fn add(&mut self, mark: &Mark) {
        if self.blocks.is_empty() || self.in_last >= BLOCK_MARKS {
            let lines = usize::try_from(BLOCK_LINES).unwrap_or(0);
            self.blocks.push(vec![[0; 8]; lines]);
            self.in_last = 0;
        }
        self.in_last = self.in_last.saturating_add(1);
        let (line, wanted) = place(mark);
        let line = self.blocks.last_mut().and_then(|block| block.get_mut(line));
        for (word, bits) in line.into_iter().flatten().zip(wanted) {
            *word |= bits;
        }
    }

    fn may_have(&self, mark: &Mark) -> bool {
        let (line, wanted) = place(mark);
        let mut lines = self.blocks.iter().filter_map(|block| block.get(line));
        lines.any(|line| line.iter().zip(&wanted).all(|(word, bits)| word & bits == *bits))
    }
}

/// The line of a mark and its bits there. A mark is a hash, so its own bytes are as good as any.
fn place(mark: &Mark) -> (usize, [u64; 8]) {
    let whole = u128::from_le_bytes(*mark);
    let line = usize::try_from(whole % u128::from(BLOCK_LINES)).unwrap_or(0);
    let mut wanted = [0_u64; 8];
    for n in 0..BITS {
        let bit = (whole >> (64 + n * 9)) & 511;
        if let Some(word) = usize::try_from(bit / 64).ok().and_then(|at| wanted.get_mut(at)) {
            *word |= 1_u64 << (bit % 64);
        }
    }
    (line, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(n: u64) -> Mark {
        crate::keys::hash("t", &[&n.to_le_bytes()])
    }

    #[test]
    fn what_was_added_is_found_and_others_are_not() {
        let mut filter = Filter::default();
        assert!(!filter.may_have(&mark(1)), "an empty one has nothing");
        let added = u64::try_from(BLOCK_MARKS).unwrap() + 1_000;
        (0..added).for_each(|n| filter.add(&mark(n)));
        assert!((0..added).all(|n| filter.may_have(&mark(n))));
        assert_eq!(filter.blocks.len(), 2);
        let strange = (added..added + 100_000).filter(|n| filter.may_have(&mark(*n))).count();
        assert!(strange < 1_000, "{strange} of 100,000 strange ones are let through");
    }
}
