//! Rate limits: sliding windows, several at once, one set for each account.

use std::collections::{HashMap, VecDeque};

/// One limit: at most `calls` in any `window_ms` milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rule {
    /// What is counted together, such as `lookup` or `read`.
    pub(crate) name: &'static str,
    pub(crate) window_ms: u64,
    pub(crate) calls: u32,
}

impl Rule {
    pub(crate) const fn per_second(name: &'static str, calls: u32) -> Self {
        Self { name, window_ms: 1_000, calls }
    }

    pub(crate) const fn per_minute(name: &'static str, calls: u32) -> Self {
        Self { name, window_ms: 60_000, calls }
    }
}

/// What a limit said to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It may go on.
    Yes,
    /// It came too soon; `wait_ms` until it would have been let in.
    No { rule: Rule, wait_ms: u64 },
}

/// The calls of one provider's accounts that were let in lately.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    hits: HashMap<(String, &'static str, u64), VecDeque<u64>>,
}

impl Meter {
    /// Lets a call in if it keeps all `rules`; only then does it count. A call exactly one window after
    /// an earlier one no longer meets it.
    pub(crate) fn admit(&mut self, account: &str, rules: &[Rule], now_ms: u64) -> Admission {
        for rule in rules {
            let hits = self.window(account, *rule, now_ms);
            if u32::try_from(hits.len()).unwrap_or(u32::MAX) >= rule.calls {
                let oldest = hits.front().copied().unwrap_or(now_ms);
                let wait_ms = oldest.saturating_add(rule.window_ms).saturating_sub(now_ms);
                return Admission::No { rule: *rule, wait_ms };
            }
        }
        for rule in rules {
            self.window(account, *rule, now_ms).push_back(now_ms);
        }
        Admission::Yes
    }

    /// Calls counted in the rule's current window.
    pub(crate) fn used(&mut self, account: &str, rule: Rule, now_ms: u64) -> u32 {
        u32::try_from(self.window(account, rule, now_ms).len()).unwrap_or(u32::MAX)
    }

    fn window(&mut self, account: &str, rule: Rule, now_ms: u64) -> &mut VecDeque<u64> {
        let hits = self.hits.entry((account.to_owned(), rule.name, rule.window_ms)).or_default();
        while hits.front().is_some_and(|&at| at.saturating_add(rule.window_ms) <= now_ms) {
            hits.pop_front();
        }
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let mut meter = Meter::default();
        let rules = [Rule::per_minute("lookup", 3)];
        for now in [0, 10_000, 59_000] {
            assert_eq!(meter.admit("k", &rules, now), Admission::Yes, "at {now}");
        }
        let refused = Admission::No { rule: rules[0], wait_ms: 1_000 };
        assert_eq!(meter.admit("k", &rules, 59_000), refused);
        assert_eq!(meter.admit("other", &rules, 59_000), Admission::Yes);
        assert_eq!(meter.admit("k", &rules, 60_000), Admission::Yes, "the first has left");
        assert_ne!(meter.admit("k", &rules, 60_000), Admission::Yes);
        assert_eq!(meter.used("k", rules[0], 60_000), 3);
        assert_eq!(meter.used("k", rules[0], 200_000), 0);
    }

    #[test]
    fn a_refused_call_counts_nowhere() {
        let mut meter = Meter::default();
        let rules = [Rule::per_minute("lookup", 10), Rule::per_second("burst", 1)];
        assert_eq!(meter.admit("k", &rules, 0), Admission::Yes);
        assert_ne!(meter.admit("k", &rules, 500), Admission::Yes);
        assert_eq!(meter.used("k", rules[0], 500), 1);
    }
}
