//! A second ledger, as simple as can be and written by its rules alone: no entries, no keys' hashes, no rows. What the
//! real one holds must be the same after every step.

pub(crate) mod corrections;
mod orders;

use std::collections::BTreeMap;

use captely_contact::Timestamp;
use captely_credits::{Action, CaptureError, Ending, GrantSource, Limit, NewGrant, Policy};

pub(crate) const DAY: i64 = 86_400_000_000;

/// Contact and action.
pub(crate) type Pair = (u128, Action);
/// How much of which grant.
type Parts = Vec<(usize, i64)>;

/// What the ledger says to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Done,
    Held(i64),
    Free,
    Ended(Ending),
    Spent(i64),
    Refused(Limit, i64),
    /// This much came in, went out or came back.
    Moved(i64),
    CannotCapture(CaptureError),
    WasOpen(bool),
    Expired(u64),
    KeyReused,
    NotFound,
    Amount,
    Above(i64),
    TooLittle(i64),
    /// Never of the model.
    Failed(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Waits,
    Runs,
    Over,
    /// Its payment was taken back.
    Revoked,
}

#[derive(Debug)]
struct Pot {
    source: GrantSource,
    amount: i64,
    left: i64,
    rank: (u8, i64, i64),
    begins: i64,
    ends: Option<i64>,
    rolls: Option<(i64, i64)>,
    rolled_to: Option<usize>,
    life: Life,
}

#[derive(Debug)]
pub(crate) enum HoldState {
    Open,
    Captured(i64),
    Released { paid_meanwhile: bool },
}

#[derive(Debug)]
pub(crate) struct Hold {
    pub(crate) parts: Parts,
    subject: Option<u128>,
    action: Action,
    run: bool,
    at: i64,
    until: i64,
    /// Of a provider that is limited by them.
    calls: i64,
    pub(crate) state: HoldState,
}

#[derive(Debug)]
struct Charge {
    parts: Parts,
    run: bool,
    refunded: i64,
}

/// The whole of a workspace.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) now: i64,
    pots: Vec<Pot>,
    pub(crate) holds: Vec<Hold>,
    charges: Vec<Charge>,
    marks: BTreeMap<Pair, usize>,
    merged: Vec<(u128, Pair, usize)>,
    pub(crate) policy: Policy,
    granted: i64,
    expired: i64,
    adjusted: i64,
    day: i64,
    day_used: i64,
    run_used: i64,
    calls: BTreeMap<i64, i64>,
}

/// What a workspace says of itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Available, held, spent, granted, expired, adjusted.
    pub(crate) sums: [i64; 6],
    pub(crate) used_today: i64,
    pub(crate) holds: u64,
    /// Source, priority, left, end: what is left of everything that can be drawn from or will be.
    pub(crate) grants: Vec<(GrantSource, u8, i64, Option<i64>)>,
}

impl Model {
    pub(crate) fn new(now: i64, policy: Policy) -> Self {
        Self {
            now,
            pots: Vec::new(),
            holds: Vec::new(),
            charges: Vec::new(),
            marks: BTreeMap::new(),
            merged: Vec::new(),
            policy,
            granted: 0,
            expired: 0,
            adjusted: 0,
            day: 0,
            day_used: 0,
            run_used: 0,
            calls: BTreeMap::new(),
        }
    }

    /// What has come by itself until now.
    pub(crate) fn turn(&mut self) {
        let today = self.now.div_euclid(DAY);
        if today > self.day {
            (self.day, self.day_used) = (today, 0);
        }
        // Beginning before ending: a grant may have done both meanwhile.
        for n in 0..self.pots.len() {
            if self.pots[n].life == Life::Waits && self.pots[n].begins <= self.now {
                self.pots[n].life = Life::Runs;
                self.pots[n].left = self.pots[n].amount;
                self.granted += self.pots[n].amount;
            }
        }
        for n in 0..self.pots.len() {
            if self.pots[n].life == Life::Runs && self.pots[n].ends.is_some_and(|at| at <= self.now)
            {
                self.end(n);
            }
        }
    }

    pub(crate) fn picture(&self) -> Picture {
        let runs = || self.pots.iter().filter(|pot| pot.life == Life::Runs);
        let left = |n: &usize| self.charges[*n].parts.iter().map(|(_, part)| part).sum::<i64>();
        let spent = (0..self.charges.len()).map(|n| left(&n) - self.charges[n].refunded);
        let open = self.holds.iter().filter(|hold| matches!(hold.state, HoldState::Open));
        let held = open.clone().flat_map(|hold| &hold.parts).map(|(_, part)| part);
        let shown = |pot: &&Pot| pot.life == Life::Waits || pot.life == Life::Runs && pot.left > 0;
        let mut grants: Vec<_> = self.pots.iter().filter(shown).map(Pot::shown).collect();
        grants.sort();
        Picture {
            sums: [
                runs().map(|pot| pot.left).sum(),
                held.sum(),
                spent.sum(),
                self.granted,
                self.expired,
                self.adjusted,
            ],
            used_today: self.day_used,
            holds: u64::try_from(open.count()).unwrap(),
            grants,
        }
    }

    fn available(&self) -> i64 {
        self.picture().sums[0]
    }

    pub(crate) fn grant(&mut self, new: &NewGrant) -> usize {
        self.turn();
        let begins = new.effective_at.map_or(self.now, Timestamp::as_micros).max(self.now);
        let priority = new.priority.unwrap_or_else(|| new.source.priority());
        let ends = new.expires_at.map(Timestamp::as_micros);
        let rolls = new.rollover.map(|r| (r.max.as_millis(), r.expires_at.as_micros()));
        let n = self.pot(new.source, priority, new.amount.as_millis(), ends);
        self.pots[n].rolls = rolls;
        if begins > self.now {
            (self.pots[n].begins, self.pots[n].life, self.pots[n].left) = (begins, Life::Waits, 0);
        } else {
            self.granted += self.pots[n].amount;
        }
        n
    }

    fn pot(&mut self, source: GrantSource, priority: u8, amount: i64, ends: Option<i64>) -> usize {
        self.pots.push(Pot {
            source,
            amount,
            left: amount,
            rank: (priority, ends.unwrap_or(i64::MAX), self.now),
            begins: self.now,
            ends,
            rolls: None,
            rolled_to: None,
            life: Life::Runs,
        });
        self.pots.len() - 1
    }

    fn is_over(&self, n: usize) -> bool {
        let pot = &self.pots[n];
        matches!(pot.life, Life::Over | Life::Revoked) || pot.ends.is_some_and(|at| at <= self.now)
    }

    /// What is left goes on as far as it may; the rest expires.
    fn end(&mut self, n: usize) {
        let left = std::mem::take(&mut self.pots[n].left);
        self.pots[n].life = Life::Over;
        let mut goes_on = 0;
        if let Some((max, until)) = self.pots[n].rolls.filter(|(_, until)| *until > self.now) {
            let before = self.pots[n].rolled_to;
            if before.is_none_or(|to| !self.is_over(to)) {
                goes_on = left.min(max - before.map_or(0, |to| self.pots[to].amount));
            }
            if goes_on > 0 {
                let priority = GrantSource::Rollover.priority();
                let new = || self.pot(GrantSource::Rollover, priority, 0, Some(until));
                let to = before.unwrap_or_else(new);
                self.pots[n].rolled_to = Some(to);
                self.pots[to].amount += goes_on;
                self.pots[to].left += goes_on;
            }
        }
        self.expired += left - goes_on;
    }

    fn draw(&mut self, mut amount: i64) -> Parts {
        let mut order: Vec<usize> = (0..self.pots.len()).collect();
        order.retain(|n| self.pots[*n].life == Life::Runs);
        order.sort_by_key(|n| self.pots[*n].rank);
        let mut parts = Vec::new();
        for n in order {
            let part = self.pots[n].left.min(amount);
            if part > 0 {
                self.pots[n].left -= part;
                amount -= part;
                parts.push((n, part));
            }
        }
        assert_eq!(amount, 0, "the model drew more than there is");
        parts
    }

    fn give_back(&mut self, n: usize, amount: i64) {
        if self.pots[n].life == Life::Revoked {
            let to = self.refund_pot();
            self.pots[to].left += amount;
            return;
        }
        self.pots[n].left += amount;
        if self.is_over(n) {
            self.end(n);
        }
    }
}

impl Pot {
    fn shown(&self) -> (GrantSource, u8, i64, Option<i64>) {
        let left = if self.life == Life::Waits { self.amount } else { self.left };
        (self.source, self.rank.0, left, self.ends)
    }
}
