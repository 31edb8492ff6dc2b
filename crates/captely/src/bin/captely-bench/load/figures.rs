//! What was counted, of one connection or of all.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

/// Reasons of lost connections that are told.
const REASONS_MAX: usize = 5;

#[derive(Debug, Default)]
pub(super) struct Figures {
    /// Of each answer, in microseconds.
    latencies: Vec<u32>,
    statuses: BTreeMap<u16, u64>,
    lost: Vec<String>,
}

impl Figures {
    pub(super) fn answered(&mut self, status: u16, took: Duration) {
        self.latencies.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        let count = self.statuses.entry(status).or_default();
        *count = count.saturating_add(1);
    }

    /// A connection is gone.
    pub(super) fn lost(mut self, why: String) -> Self {
        self.lost.push(why);
        self
    }

    pub(super) fn add(&mut self, mut other: Self) {
        self.latencies.append(&mut other.latencies);
        self.lost.append(&mut other.lost);
        for (status, n) in other.statuses {
            let count = self.statuses.entry(status).or_default();
            *count = count.saturating_add(n);
        }
    }

    pub(super) fn report(mut self, connections: u32, seconds: u32) -> Value {
        self.latencies.sort_unstable();
        let answered = u32::try_from(self.latencies.len()).unwrap_or(u32::MAX);
        let at = |hundredths: usize| {
            let last = self.latencies.len().saturating_sub(1);
            let micros = self.latencies.get(last.saturating_mul(hundredths) / 10_000);
            micros.map(|micros| f64::from(*micros) / 1_000.0)
        };
        json!({
            "connections": connections,
            "lost": self.lost.len(),
            "why_lost": self.lost.iter().take(REASONS_MAX).collect::<Vec<_>>(),
            "answered": answered,
            "per_s": f64::from(answered) / f64::from(seconds.max(1)),
            "statuses": self.statuses,
            "p50_ms": at(5_000),
            "p99_ms": at(9_900),
            "p999_ms": at(9_990),
            "max_ms": at(10_000),
        })
    }
}
