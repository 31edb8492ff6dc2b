//! Holds, captures, releases and charges.

use captely_contact::Credits;
use captely_credits::{CaptureError, Ending, GrantSource, Limit, Order};

use super::{Charge, DAY, Hold, HoldState, Model, Pair, Said};

/// A month of the model: it does not matter which, since nothing lasts that long.
const CALLS: i64 = 0;

enum Verdict {
    Free,
    Price(i64),
    Refused(Limit, i64),
}

fn pair(order: &Order) -> Option<Pair> {
    order.purpose.subject.map(|subject| (subject.as_u128(), order.action))
}

fn calls(order: &Order) -> i64 {
    order.purpose.provider.as_ref().map_or(0, |_| i64::from(order.quantity))
}

impl Model {
    fn judge(&mut self, order: &Order) -> Verdict {
        self.turn();
        let price = self.policy.price(order.action, order.quantity).as_millis();
        if price == 0 || pair(order).is_some_and(|pair| self.marks.contains_key(&pair)) {
            return Verdict::Free;
        }
        let available = self.available();
        if self.policy.unlimited && available < price {
            let amount = (price - available).max(1_000_000_000);
            self.pot(GrantSource::Unlimited, GrantSource::Unlimited.priority(), amount, None);
            self.granted += amount;
        }
        let within = |max: i64, used: i64, asked: i64| used + asked <= max;
        let left = |max: i64, used: i64| (max - used).max(0);
        let available = self.available();
        if available < price {
            return Verdict::Refused(Limit::Balance, available);
        }
        if let Some(max) = self.policy.daily_max.map(Credits::as_millis)
            && !within(max, self.day_used, price)
        {
            return Verdict::Refused(Limit::Daily, left(max, self.day_used));
        }
        if let Some(provider) = &order.purpose.provider
            && let Some(max) = self.policy.provider_monthly_max.get(provider)
        {
            let (max, used) = (i64::from(*max), self.calls.get(&CALLS).copied().unwrap_or(0));
            if !within(max, used, i64::from(order.quantity)) {
                return Verdict::Refused(Limit::ProviderMonthly, 1_000 * left(max, used));
            }
        }
        if !self.policy.gates.has_action(order.action) {
            return Verdict::Refused(Limit::Plan, 0);
        }
        if let Some(max) = order.run_max.map(Credits::as_millis)
            && !within(max, self.run_used, price)
        {
            return Verdict::Refused(Limit::RunBudget, left(max, self.run_used));
        }
        self.day_used += price;
        if order.purpose.run.is_some() {
            self.run_used += price;
        }
        *self.calls.entry(CALLS).or_default() += calls(order);
        Verdict::Price(price)
    }

    pub(crate) fn hold(&mut self, order: &Order, lasts: i64) -> Said {
        match self.judge(order) {
            Verdict::Free => Said::Free,
            Verdict::Refused(limit, left) => Said::Refused(limit, left),
            Verdict::Price(price) => {
                let parts = self.draw(price);
                self.holds.push(Hold {
                    parts,
                    subject: order.purpose.subject.map(|subject| subject.as_u128()),
                    action: order.action,
                    run: order.purpose.run.is_some(),
                    at: self.now,
                    until: self.now + lasts,
                    calls: calls(order),
                    state: HoldState::Open,
                });
                Said::Held(price)
            }
        }
    }

    /// What the same order again finds.
    pub(crate) fn hold_again(&mut self, n: usize, lasts: i64) -> Said {
        self.holds[n].until = self.holds[n].until.max(self.now + lasts);
        let held = self.holds[n].parts.iter().map(|(_, part)| part).sum();
        match self.holds[n].state {
            HoldState::Open => Said::Held(held),
            HoldState::Captured(spent) => Said::Ended(Ending::Captured(Credits::millis(spent))),
            HoldState::Released { .. } => Said::Ended(Ending::Released),
        }
    }

    pub(crate) fn capture(&mut self, n: usize, amount: Option<i64>) -> Said {
        self.turn();
        let credits = Credits::millis;
        let held: i64 = self.holds[n].parts.iter().map(|(_, part)| part).sum();
        match self.holds[n].state {
            HoldState::Open => {}
            HoldState::Captured(spent) if amount.is_none_or(|asked| asked == spent) => {
                return Said::Spent(spent);
            }
            HoldState::Captured(spent) => {
                return Said::CannotCapture(CaptureError::Otherwise(credits(spent)));
            }
            HoldState::Released { paid_meanwhile: true } => return Said::Free,
            HoldState::Released { .. } if amount == Some(0) => return Said::Free,
            HoldState::Released { .. } => return Said::CannotCapture(CaptureError::Released),
        }
        let asked = amount.unwrap_or(held);
        if asked > held {
            return Said::CannotCapture(CaptureError::TooMuch(credits(held)));
        }
        let mark = self.holds[n].subject.map(|subject| (subject, self.holds[n].action));
        let paid_meanwhile = asked > 0 && mark.is_some_and(|pair| self.marks.contains_key(&pair));
        let spend = if paid_meanwhile { 0 } else { asked };
        let spent = self.end_hold(n, spend);
        if spend == 0 {
            self.holds[n].state = HoldState::Released { paid_meanwhile };
            return Said::Free;
        }
        self.holds[n].state = HoldState::Captured(spend);
        let charge = Charge { parts: spent, run: self.holds[n].run, refunded: 0 };
        self.charges.push(charge);
        if let Some(pair) = mark {
            self.marks.insert(pair, self.charges.len() - 1);
        }
        Said::Spent(spend)
    }

    pub(crate) fn release(&mut self, n: usize) -> Said {
        let open = self.come_back(n);
        if open {
            *self.calls.entry(CALLS).or_default() -= self.holds[n].calls;
        }
        Said::WasOpen(open)
    }

    fn come_back(&mut self, n: usize) -> bool {
        self.turn();
        let open = matches!(self.holds[n].state, HoldState::Open);
        if open {
            self.end_hold(n, 0);
            self.holds[n].state = HoldState::Released { paid_meanwhile: false };
        }
        open
    }

    /// Those whose time is over come back.
    pub(crate) fn expire(&mut self) -> Said {
        let is_due = |hold: &Hold| matches!(hold.state, HoldState::Open) && hold.until <= self.now;
        let due: Vec<usize> = (0..self.holds.len()).filter(|n| is_due(&self.holds[*n])).collect();
        for n in &due {
            // What may have been asked stays counted.
            self.come_back(*n);
        }
        Said::Expired(u64::try_from(due.len()).unwrap())
    }

    /// What of it was spent, from which grants; the rest comes back.
    fn end_hold(&mut self, n: usize, spend: i64) -> Vec<(usize, i64)> {
        let parts = self.holds[n].parts.clone();
        let (mut left, mut spent) = (spend, Vec::new());
        for (pot, amount) in parts {
            let part = amount.min(left);
            left -= part;
            if part > 0 {
                spent.push((pot, part));
            }
            let rest = amount - part;
            if rest == 0 {
                continue;
            }
            self.give_back(pot, rest);
            if self.holds[n].at.div_euclid(DAY) == self.day {
                self.day_used -= rest;
            }
            if self.holds[n].run {
                self.run_used -= rest;
            }
        }
        spent
    }

    pub(crate) fn charge(&mut self, order: &Order) -> Said {
        match self.judge(order) {
            Verdict::Free => Said::Free,
            Verdict::Refused(limit, left) => Said::Refused(limit, left),
            Verdict::Price(price) => {
                let parts = self.draw(price);
                let run = order.purpose.run.is_some();
                self.charges.push(Charge { parts, run, refunded: 0 });
                if let Some(pair) = pair(order) {
                    self.marks.insert(pair, self.charges.len() - 1);
                }
                Said::Spent(price)
            }
        }
    }
}
