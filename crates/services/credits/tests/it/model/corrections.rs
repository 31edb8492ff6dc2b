//! What is given back, taken away, and moved from one contact to another.

use captely_credits::{Action, GrantSource};

use super::{Life, Model, Said};

/// Which charge.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which {
    Subject(u128, Action),
    /// By number.
    Charge(usize),
}

impl Model {
    pub(crate) fn charges(&self) -> usize {
        self.charges.len()
    }

    fn find(&self, which: Which) -> Option<usize> {
        match which {
            Which::Subject(subject, action) => self.marks.get(&(subject, action)).copied(),
            Which::Charge(charge) => Some(charge),
        }
    }

    pub(crate) fn refund(&mut self, which: Which, amount: Option<i64>) -> Said {
        self.turn();
        let Some(n) = self.find(which) else { return Said::NotFound };
        let whole: i64 = self.charges[n].parts.iter().map(|(_, part)| part).sum();
        let left = whole - self.charges[n].refunded;
        let asked = amount.unwrap_or(left);
        if left == 0 || asked > left {
            return Said::Above(left);
        }
        if asked <= 0 {
            return Said::Amount;
        }
        // What was drawn last goes back first.
        let (mut skip, mut open) = (self.charges[n].refunded, asked);
        for (pot, amount) in self.charges[n].parts.clone().into_iter().rev() {
            let skipped = amount.min(skip);
            skip -= skipped;
            let part = (amount - skipped).min(open);
            open -= part;
            if part > 0 {
                let to = if self.is_over(pot) { self.refund_pot() } else { pot };
                self.pots[to].left += part;
            }
        }
        self.charges[n].refunded += asked;
        if self.charges[n].run {
            self.run_used -= asked;
        }
        if asked == left {
            // Whoever it counts for by now.
            self.marks.retain(|_, charge| *charge != n);
        }
        Said::Moved(asked)
    }

    pub(super) fn refund_pot(&mut self) -> usize {
        let open = |n: &usize| {
            let pot = &self.pots[*n];
            pot.source == GrantSource::Refund && pot.life == Life::Runs && pot.left > 0
        };
        let known = (0..self.pots.len()).find(open);
        let priority = GrantSource::Refund.priority();
        known.unwrap_or_else(|| self.pot(GrantSource::Refund, priority, 0, None))
    }

    pub(crate) fn bounce(&mut self, subject: u128) -> Said {
        self.turn();
        let which = Which::Subject(subject, Action::EmailReveal);
        if !self.policy.refund_on_bounce || self.find(which).is_none() {
            return Said::Moved(0);
        }
        self.refund(which, None)
    }

    pub(crate) fn merge(&mut self, from: u128, into: u128) -> Said {
        self.turn();
        let mut given = 0;
        let theirs: Vec<_> =
            self.marks.iter().filter(|((subject, _), _)| *subject == from).collect();
        let theirs: Vec<_> = theirs.into_iter().map(|((_, action), n)| (*action, *n)).collect();
        for (action, charge) in theirs {
            if !self.marks.contains_key(&(into, action)) {
                self.marks.remove(&(from, action));
                self.marks.insert((into, action), charge);
                self.merged.retain(|(of, pair, _)| (*of, *pair) != (from, (into, action)));
                self.merged.push((from, (into, action), charge));
            } else if self.policy.refund_on_merge
                && let Said::Moved(back) = self.refund(Which::Subject(from, action), None)
            {
                given += back;
            }
        }
        for hold in &mut self.holds {
            if hold.subject == Some(from) {
                hold.subject = Some(into);
            }
        }
        Said::Moved(given)
    }

    pub(crate) fn unmerge(&mut self, from: u128, into: u128) -> Said {
        self.turn();
        let is_of = |of: u128, to: u128| (of, to) == (from, into);
        let (back, rest) = std::mem::take(&mut self.merged)
            .into_iter()
            .partition(|(of, pair, _)| is_of(*of, pair.0));
        self.merged = rest;
        let back: Vec<_> = back;
        for (_, (_, action), charge) in back {
            let is_there = self.marks.get(&(into, action)) == Some(&charge);
            // Where it was paid for again meanwhile, both stay with whom they are.
            if is_there && !self.marks.contains_key(&(from, action)) {
                self.marks.remove(&(into, action));
                self.marks.insert((from, action), charge);
            }
        }
        Said::Done
    }

    pub(crate) fn adjust(&mut self, by: i64) -> Said {
        self.turn();
        if by < 0 {
            let available = self.available();
            if available < -by {
                return Said::TooLittle(available);
            }
            self.draw(-by);
        } else {
            let source = GrantSource::Adjustment;
            self.pot(source, source.priority(), by, None);
        }
        self.adjusted += by;
        Said::Moved(self.available())
    }

    pub(crate) fn revoke(&mut self, n: usize) -> Said {
        self.turn();
        let left = std::mem::take(&mut self.pots[n].left);
        self.pots[n].life = Life::Revoked;
        self.adjusted -= left;
        Said::Moved(left)
    }

    pub(crate) fn end_grants(&mut self, source: GrantSource) -> Said {
        self.turn();
        let before = self.expired;
        for n in 0..self.pots.len() {
            if self.pots[n].source == source && !self.is_over(n) {
                self.pots[n].rolls = None;
                self.end(n);
            }
        }
        Said::Moved(self.expired - before)
    }
}
