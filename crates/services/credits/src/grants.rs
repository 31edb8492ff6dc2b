//! The grants of a workspace while they are looked at: which is drawn from, what begins, what ends.

use captely_contact::Timestamp;
use uuid::Uuid;

use crate::GrantSource;
use crate::key::KeyHash;

/// Where a grant is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It begins later.
    Scheduled,
    /// It can be drawn from.
    Active,
    /// Nothing is left; something may come back.
    Empty,
    /// Its time is over.
    Ended,
    /// Its payment was taken back, and what was left of it: what comes back to it goes where refunds go.
    Revoked,
}

impl State {
    /// Nothing is drawn from it any more.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Revoked)
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Empty => "empty",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::Scheduled, Self::Active, Self::Empty, Self::Ended, Self::Revoked];
        all.into_iter().find(|state| state.as_str() == name)
    }
}

/// A grant's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GrantRow {
    pub(crate) id: Uuid,
    pub(crate) source: GrantSource,
    pub(crate) amount: i64,
    pub(crate) left: i64,
    pub(crate) priority: i64,
    pub(crate) effective_at: i64,
    pub(crate) expires_at: Option<i64>,
    /// How much goes on, and until when.
    pub(crate) rollover: Option<(i64, i64)>,
    pub(crate) rolled_to: Option<Uuid>,
    pub(crate) state: State,
    pub(crate) note: String,
    pub(crate) request: KeyHash,
    pub(crate) created_at: i64,
}

impl GrantRow {
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.state.is_over() || self.expires_at.is_some_and(|at| at <= now.as_micros())
    }

    /// The smallest is drawn from first: priority, then what ends soonest, then the oldest.
    fn rank(&self) -> (i64, i64, i64, Uuid) {
        (self.priority, self.expires_at.unwrap_or(i64::MAX), self.created_at, self.id)
    }
}

/// Grants that were read, and which of them have changed.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    rows: Vec<(GrantRow, bool)>,
}

impl Grants {
    /// From the open grants of a workspace; `current` is the one whose row is behind, with what is left.
    pub(crate) fn read(rows: Vec<GrantRow>, current: Option<(Uuid, i64)>) -> Self {
        let mut out = Self::default();
        for row in rows {
            out.put(row, false);
        }
        if let Some((id, left)) = current
            && let Some((row, changed)) = out.rows.iter_mut().find(|(row, _)| row.id == id)
            && row.left != left
        {
            (row.left, *changed) = (left, true);
        }
        out
    }

    pub(crate) fn put(&mut self, row: GrantRow, changed: bool) {
        self.rows.push((row, changed));
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<&GrantRow> {
        self.rows.iter().map(|(row, _)| row).find(|row| row.id == id)
    }

    /// To change it.
    pub(crate) fn change(&mut self, id: Uuid) -> Option<&mut GrantRow> {
        let (row, changed) = self.rows.iter_mut().find(|(row, _)| row.id == id)?;
        *changed = true;
        Some(row)
    }

    /// Draws `amount`, from which grants how much; less where there is less.
    pub(crate) fn draw(&mut self, mut amount: i64) -> Vec<(Uuid, i64)> {
        let mut open: Vec<&mut (GrantRow, bool)> =
            self.rows.iter_mut().filter(|(row, _)| row.state == State::Active).collect();
        open.sort_by_key(|(row, _)| row.rank());
        let mut drawn = Vec::new();
        for (row, changed) in open {
            let part = row.left.min(amount);
            if part > 0 {
                (row.left, *changed) = (row.left - part, true);
                amount -= part;
                drawn.push((row.id, part));
            }
        }
        drawn
    }

    /// Those that begin, or end, by `now`: in the order of their moments.
    pub(crate) fn due(&self, now: Timestamp) -> Vec<Uuid> {
        let mut due: Vec<(i64, Uuid)> = Vec::new();
        for (row, _) in &self.rows {
            let at = match row.state {
                State::Scheduled => Some(row.effective_at),
                State::Active => row.expires_at,
                State::Empty | State::Ended | State::Revoked => None,
            };
            if let Some(at) = at.filter(|at| *at <= now.as_micros()) {
                due.push((at, row.id));
            }
        }
        due.sort_unstable();
        due.into_iter().map(|(_, id)| id).collect()
    }

    /// When the next one begins or ends.
    pub(crate) fn next_change_at(&self) -> i64 {
        let moments = self.rows.iter().filter_map(|(row, _)| match row.state {
            State::Scheduled => Some(row.effective_at),
            State::Active if row.left > 0 => row.expires_at,
            State::Active | State::Empty | State::Ended | State::Revoked => None,
        });
        moments.min().unwrap_or(i64::MAX)
    }

    /// What is drawn from next, with what is left of it; what is empty is marked so.
    pub(crate) fn settle(&mut self) -> Option<(Uuid, i64)> {
        for (row, changed) in &mut self.rows {
            let state = match row.state {
                State::Active if row.left == 0 => State::Empty,
                State::Empty if row.left > 0 => State::Active,
                same => same,
            };
            if state != row.state {
                (row.state, *changed) = (state, true);
            }
        }
        let open = self.rows.iter().map(|(row, _)| row).filter(|row| row.state == State::Active);
        open.min_by_key(|row| row.rank()).map(|row| (row.id, row.left))
    }

    /// Those of a source that are not over.
    pub(crate) fn open_of(&self, source: GrantSource) -> Vec<Uuid> {
        let open = |row: &&GrantRow| !row.state.is_over();
        let rows = self.rows.iter().map(|(row, _)| row).filter(open);
        rows.filter(|row| row.source == source).map(|row| row.id).collect()
    }

    /// The one into which refunds go whose own grants have ended, if something is left of one.
    pub(crate) fn of_refunds(&self) -> Option<Uuid> {
        let open = |row: &&GrantRow| {
            row.source == GrantSource::Refund && row.state == State::Active && row.left > 0
        };
        let rows = self.rows.iter().map(|(row, _)| row).filter(open);
        rows.min_by_key(|row| row.rank()).map(|row| row.id)
    }

    /// In the order in which they are drawn from; those that begin later last.
    pub(crate) fn in_order(self) -> Vec<GrantRow> {
        let rows = self.rows.into_iter().map(|(row, _)| row);
        let mut rows: Vec<GrantRow> =
            rows.filter(|row| row.state == State::Scheduled || row.left > 0).collect();
        rows.sort_by_key(|row| (row.state == State::Scheduled, row.rank()));
        rows
    }

    /// What has changed.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &GrantRow> {
        self.rows.iter().filter(|(_, changed)| *changed).map(|(row, _)| row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(id: u128, priority: i64, expires_at: Option<i64>, left: i64) -> GrantRow {
        GrantRow {
            id: Uuid::from_u128(id),
            source: GrantSource::Plan,
            amount: left,
            left,
            priority,
            effective_at: 0,
            expires_at,
            rollover: None,
            rolled_to: None,
            state: State::Active,
            note: String::new(),
            request: KeyHash::default(),
            created_at: i64::try_from(id).unwrap(),
        }
    }

    #[test]
    fn priority_then_expiry_then_age() {
        let rows = vec![
            grant(1, 10, None, 1),
            grant(2, 10, Some(9), 1),
            grant(3, 10, Some(5), 1),
            grant(4, 5, None, 1),
            grant(5, 10, Some(9), 1),
        ];
        let mut grants = Grants::read(rows, None);
        let drawn: Vec<u128> = grants.draw(99).iter().map(|(id, _)| id.as_u128()).collect();
        assert_eq!(drawn, [4, 3, 2, 5, 1]);
        assert_eq!(grants.settle(), None);
    }

    #[test]
    fn the_row_of_the_current_one_is_behind() {
        let mut grants = Grants::read(vec![grant(1, 1, None, 10)], Some((Uuid::from_u128(1), 4)));
        assert_eq!(grants.draw(99), [(Uuid::from_u128(1), 4)]);
    }
}
