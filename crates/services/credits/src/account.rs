//! A workspace's six sums, and the only way to change them.

use captely_contact::Timestamp;
use uuid::Uuid;

use crate::CreditError;

/// Microseconds of a day.
pub(crate) const DAY_MICROS: i64 = 86_400_000_000;

/// What an entry does: out of which account (debit), into which (credit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Credits came in.
    Grant,
    /// Credits were set aside.
    Hold,
    /// What was set aside was spent.
    Capture,
    /// What was set aside came back.
    Release,
    /// Credits were spent at once.
    Charge,
    /// What was spent came back.
    Refund,
    /// The time of what was left of a grant was over.
    Expire,
    /// What was left of a grant went on in another one.
    Rollover,
    /// Added by hand.
    Add,
    /// Taken away by hand.
    Take,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Grant,
        Self::Hold,
        Self::Capture,
        Self::Release,
        Self::Charge,
        Self::Refund,
        Self::Expire,
        Self::Rollover,
        Self::Add,
        Self::Take,
    ];

    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Hold => "hold",
            Self::Capture => "capture",
            Self::Release => "release",
            Self::Charge => "charge",
            Self::Refund => "refund",
            Self::Expire => "expire",
            Self::Rollover => "rollover",
            Self::Add => "adjust_add",
            Self::Take => "adjust_take",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What it does to what is available: +1, 0 or −1 times its amount.
    pub const fn on_available(self) -> i64 {
        match self {
            Self::Grant | Self::Release | Self::Refund | Self::Add => 1,
            Self::Capture | Self::Rollover => 0,
            Self::Hold | Self::Charge | Self::Expire | Self::Take => -1,
        }
    }

    /// Debit and credit.
    pub(crate) const fn accounts(self) -> (&'static str, &'static str) {
        match self {
            Self::Grant => ("granted", "available"),
            Self::Hold => ("available", "held"),
            Self::Capture => ("held", "spent"),
            Self::Release => ("held", "available"),
            Self::Charge => ("available", "spent"),
            Self::Refund => ("spent", "available"),
            Self::Expire => ("available", "expired"),
            Self::Rollover => ("available", "available"),
            Self::Add => ("adjusted", "available"),
            Self::Take => ("available", "adjusted"),
        }
    }

    /// What it does to what is left of its grant: +1, 0 or −1 times its amount; `into` is true of a grant that
    /// others roll over into.
    pub(crate) const fn on_grant(self, into: bool) -> i64 {
        match self {
            Self::Grant | Self::Release | Self::Refund | Self::Add => 1,
            Self::Rollover if into => 1,
            Self::Capture => 0,
            Self::Hold | Self::Charge | Self::Expire | Self::Take | Self::Rollover => -1,
        }
    }
}

/// The six sums, in thousandths. `granted` and `adjusted` are where credits come from; the other four are
/// where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sums {
    pub(crate) available: i64,
    pub(crate) held: i64,
    pub(crate) spent: i64,
    pub(crate) granted: i64,
    pub(crate) expired: i64,
    pub(crate) adjusted: i64,
}

impl Sums {
    /// The sums after an entry; the only place where one changes. Refuses what would overdraw or overflow.
    pub(crate) fn after(self, kind: Kind, amount: i64) -> Result<Self, CreditError> {
        if amount <= 0 {
            return Err(CreditError::Broken("an entry moves more than nothing"));
        }
        let mut next = self;
        let up = |sum: &mut i64| add(sum, amount);
        let down = |sum: &mut i64| add(sum, -amount);
        match kind {
            Kind::Grant => [up(&mut next.granted), up(&mut next.available)],
            Kind::Hold => [down(&mut next.available), up(&mut next.held)],
            Kind::Capture => [down(&mut next.held), up(&mut next.spent)],
            Kind::Release => [down(&mut next.held), up(&mut next.available)],
            Kind::Charge => [down(&mut next.available), up(&mut next.spent)],
            Kind::Refund => [down(&mut next.spent), up(&mut next.available)],
            Kind::Expire => [down(&mut next.available), up(&mut next.expired)],
            Kind::Rollover => [Ok(()), Ok(())],
            Kind::Add => [up(&mut next.adjusted), up(&mut next.available)],
            Kind::Take => [down(&mut next.adjusted), down(&mut next.available)],
        }
        .into_iter()
        .collect::<Result<(), _>>()?;
        let Self { available, held, spent, granted, expired, .. } = next;
        if [available, held, spent, granted, expired].iter().any(|sum| *sum < 0) {
            return Err(CreditError::Broken("an account would be overdrawn"));
        }
        Ok(next)
    }

    /// Whether nothing came from nowhere.
    pub(crate) const fn balance(self) -> bool {
        let is = self.available + self.held + self.spent + self.expired;
        is == self.granted + self.adjusted
    }
}

fn add(sum: &mut i64, by: i64) -> Result<(), CreditError> {
    *sum = sum.checked_add(by).ok_or(CreditError::Broken("a sum would overflow"))?;
    Ok(())
}

/// A workspace's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) seq: i64,
    pub(crate) sums: Sums,
    pub(crate) current_grant: Option<Uuid>,
    pub(crate) current_left: i64,
    pub(crate) next_change_at: i64,
    pub(crate) day: i64,
    pub(crate) day_used: i64,
    pub(crate) policy_version: i64,
    pub(crate) alert: i64,
    /// Below how much its admins want to be told; else the policy says it.
    pub(crate) low_at: Option<i64>,
}

impl Account {
    /// Nothing in it.
    pub(crate) fn new() -> Self {
        Self {
            seq: 0,
            sums: Sums::default(),
            current_grant: None,
            current_left: 0,
            next_change_at: i64::MAX,
            day: 0,
            day_used: 0,
            policy_version: 0,
            alert: 0,
            low_at: None,
        }
    }

    /// Begins a new day where one has. A clock that goes back does not bring yesterday's limit again.
    pub(crate) fn turn_day(&mut self, now: Timestamp) {
        let today = day_of(now);
        if today > self.day {
            (self.day, self.day_used) = (today, 0);
        }
    }

    /// What was held at `at` and comes back: it counts for today only if it was today's.
    pub(crate) fn unuse(&mut self, at: Timestamp, amount: i64) {
        if day_of(at) == self.day {
            self.day_used = self.day_used.saturating_sub(amount).max(0);
        }
    }
}

/// Days since 1970, UTC.
pub(crate) fn day_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(DAY_MICROS)
}

/// The beginning of the day after.
pub(crate) fn day_after(day: i64) -> Timestamp {
    Timestamp::micros(day.saturating_add(1).saturating_mul(DAY_MICROS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_entry_makes_credits_from_nothing_or_overdraws() {
        let full = Sums { available: 5, held: 5, spent: 5, granted: 20, expired: 5, adjusted: 0 };
        for kind in Kind::ALL {
            assert!(full.after(kind, 5).unwrap().balance(), "{kind:?}");
            assert!(full.after(kind, 0).is_err() && full.after(kind, -1).is_err(), "{kind:?}");
            let sources = [Kind::Grant, Kind::Add, Kind::Rollover];
            assert_eq!(full.after(kind, 6).is_ok(), sources.contains(&kind), "{kind:?}");
            assert_eq!(Kind::named(kind.as_str()), Some(kind));
        }
        assert!(Sums { available: i64::MAX, ..full }.after(Kind::Grant, 1).is_err());
    }

    #[test]
    fn a_clock_that_goes_back_brings_no_new_day() {
        let mut account = Account::new();
        let day = |n: i64| Timestamp::micros(n * DAY_MICROS + 7);
        account.turn_day(day(3));
        account.day_used = 40;
        account.turn_day(day(2));
        assert_eq!((account.day, account.day_used), (3, 40));
        account.unuse(day(2), 5);
        assert_eq!(account.day_used, 40);
        account.turn_day(day(4));
        assert_eq!((account.day, account.day_used), (4, 0));
    }
}
