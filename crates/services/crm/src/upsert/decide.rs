//! Who wins: the value that is there or the row's.

use crate::upsert::Desk;
use crate::{NewContact, OnMatch, Policy};

/// The policy as one row meets it.
pub(super) struct Rule<'d> {
    policy: &'d Policy,
    /// When the row's values were true, in microseconds.
    pub(super) at: i64,
    /// Without an import, rows of one call are strangers to each other.
    has_origin: bool,
}

impl<'d> Rule<'d> {
    pub(super) fn of(desk: &Desk<'d>, row: &NewContact) -> Self {
        let at = row.as_of.map_or(desk.now, |at| at.min(desk.now));
        Self { policy: &desk.how.policy, at: at.as_micros(), has_origin: desk.how.origin.is_some() }
    }

    /// Whether the row's `new` takes the place of `stored`. `updated_at` is how new the record is; `ours` where
    /// an earlier row of the same import made it: rows of one list add to each other even where those who were
    /// there are left alone.
    pub(super) fn takes(&self, word: &str, stored: &str, new: &str, record: Record) -> bool {
        if new.is_empty() || new == stored {
            return false;
        }
        let is_blank = stored.is_empty();
        if record.is_fresh {
            return is_blank;
        }
        match self.on(word) {
            OnMatch::Skip => is_blank && record.ours && self.has_origin,
            OnMatch::FillBlanks => is_blank,
            OnMatch::Overwrite => true,
            OnMatch::NewestWins => is_blank || self.at >= record.updated_at,
        }
    }

    fn on(&self, word: &str) -> OnMatch {
        if self.policy.fields.is_empty() { self.policy.usual } else { self.policy.of(word) }
    }
}

/// What a decision must know of the record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    /// This row makes it.
    pub(super) is_fresh: bool,
    /// Made by this import.
    pub(super) ours: bool,
    /// In microseconds.
    pub(super) updated_at: i64,
}
