use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::db::{DbError, Tx};

use crate::store::slots::{Window, free, make, next_free, set};

/// Until its answer is there, a call counts as if the provider had received it this long after it
/// was sent; so a process that dies takes no more than this out of a window.
const UNDER_WAY: Duration = Duration::from_secs(5);
/// A provider has counted a call at the latest when it answers, or this long after it was sent,
/// whichever is earlier: nearly always the former.
const COUNTED_AFTER_MAX: Duration = Duration::from_secs(1);
/// Clocks tick differently on both sides.
const CLOCK_MARGIN: Duration = Duration::from_millis(20);

/// The limits of one provider's key.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) provider: String,
    pub(crate) key_mark: String,
    /// All hold at once.
    pub(crate) windows: Vec<(u32, Duration)>,
}

/// Slots that one call takes, one in each window.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken(Vec<i64>);

impl Limits {
    fn window(&self, (calls, time): (u32, Duration)) -> Window<'_> {
        Window { provider: &self.provider, key_mark: &self.key_mark, calls, time }
    }

    /// Makes the rows that stand for these limits.
    pub(crate) async fn prepare(&self, tx: &mut Tx) -> Result<(), DbError> {
        for window in &self.windows {
            make(tx, self.window(*window)).await?;
        }
        Ok(())
    }

    /// Takes slots for up to `most` calls. Fewer, or none, where a window has no more; then also
    /// when to come again.
    pub(crate) async fn take(
        &self,
        tx: &mut Tx,
        most: usize,
        now: Timestamp,
    ) -> Result<(Vec<Taken>, Option<Timestamp>), DbError> {
        let mut got: Vec<Vec<i64>> = Vec::with_capacity(self.windows.len());
        let mut calls = most;
        let mut again = None;
        for window in &self.windows {
            let slots = free(tx, self.window(*window), calls, now).await?;
            if slots.len() < calls {
                let next = next_free(tx, self.window(*window)).await?;
                again = again.max(next);
                calls = slots.len();
            }
            got.push(slots);
        }
        let mut taken = vec![Taken::default(); calls];
        for (window, slots) in self.windows.iter().zip(&mut got) {
            slots.truncate(calls);
            let until = now.plus(window.1.saturating_add(UNDER_WAY));
            set(tx, self.window(*window), slots, until).await?;
            for (one, slot) in taken.iter_mut().zip(slots) {
                one.0.push(*slot);
            }
        }
        Ok((taken, again))
    }

    /// Gives back, before the transaction that took them ends, slots for which there was no call.
    pub(crate) async fn not_used(&self, tx: &mut Tx, unused: &[Taken]) -> Result<(), DbError> {
        for (at, window) in self.windows.iter().enumerate() {
            let slots: Vec<i64> = unused.iter().filter_map(|t| t.0.get(at).copied()).collect();
            set(tx, self.window(*window), &slots, Timestamp::micros(0)).await?;
        }
        Ok(())
    }

    /// Notes when calls were answered: their slots are free one window after that.
    pub(crate) async fn give_back(
        &self,
        tx: &mut Tx,
        taken: &[Taken],
        sent: Timestamp,
        answered: Timestamp,
    ) -> Result<(), DbError> {
        let counted = answered.min(sent.plus(COUNTED_AFTER_MAX)).plus(CLOCK_MARGIN);
        for (at, window) in self.windows.iter().enumerate() {
            let slots: Vec<i64> = taken.iter().filter_map(|t| t.0.get(at).copied()).collect();
            set(tx, self.window(*window), &slots, counted.plus(window.1)).await?;
        }
        Ok(())
    }
}
