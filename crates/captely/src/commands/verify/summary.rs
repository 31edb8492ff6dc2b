//! What came of a command, counted.

use std::collections::BTreeMap;
use std::time::Duration;

use captely_contact::Timestamp;
use captely_tabular::RowFault;
use captely_verification::OutsideSummary;
use serde_json::{Value, json};

use super::answer::Checked;
use crate::ui::{count, duration};

/// Rows that could not be read are listed up to this number.
const UNREADABLE_LISTED_MAX: usize = 20;

/// What came of answers: of a file, or of all of a command.
#[derive(Debug, Clone, Default)]
pub(super) struct Summary {
    pub(super) rows: u64,
    statuses: BTreeMap<&'static str, u64>,
    safe: BTreeMap<&'static str, u64>,
    /// Addresses that were asked about by this command.
    pub(super) checked: u64,
    /// Rows whose answer was known before this command began.
    from_memory: u64,
    /// Rows that came out without an answer because it was put off, by the mail server or by our own
    /// care for a host in trouble.
    put_off: u64,
    unreadable: u64,
    unreadable_listed: Vec<String>,
    /// What came of asking an outside verifier.
    pub(super) outside: OutsideSummary,
    /// How long put-off addresses were waited for.
    pub(super) waited: Duration,
    pub(super) took: Duration,
}

impl Summary {
    /// Counts a row; `began` is when the command did.
    pub(super) fn note(&mut self, answer: &Checked, began: Timestamp) {
        self.rows += 1;
        let status = if answer.status.is_empty() { "nothing to check" } else { answer.status };
        *self.statuses.entry(status).or_default() += 1;
        if !answer.safe.is_empty() {
            *self.safe.entry(answer.safe).or_default() += 1;
        }
        self.from_memory += u64::from(answer.kind.is_some() && answer.at < began);
        self.put_off += u64::from(answer.retry_at.is_some());
    }

    /// Counts a row that could not be read.
    pub(super) fn note_unreadable(&mut self, fault: &RowFault) {
        self.rows += 1;
        *self.statuses.entry("unreadable").or_default() += 1;
        self.unreadable += 1;
        if self.unreadable_listed.len() < UNREADABLE_LISTED_MAX {
            self.unreadable_listed.push(fault.to_string());
        }
    }

    /// Adds what came of another part of the command.
    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        for (status, n) in &other.statuses {
            *self.statuses.entry(status).or_default() += n;
        }
        for (safe, n) in &other.safe {
            *self.safe.entry(safe).or_default() += n;
        }
        self.checked += other.checked;
        self.from_memory += other.from_memory;
        self.put_off += other.put_off;
        self.unreadable += other.unreadable;
        self.outside.add(other.outside.clone());
        self.waited += other.waited;
        self.took += other.took;
    }

    /// What people read at the end, without where it was written.
    pub(super) fn sentence(&self) -> String {
        let statuses: Vec<_> =
            self.statuses.iter().map(|(status, n)| format!("{} {status}", count(*n))).collect();
        let known = match self.from_memory {
            0 => String::new(),
            n => format!(", {} of them from memory", count(n)),
        };
        format!(
            "{} rows checked in {}{known} ({})",
            count(self.rows),
            duration(self.took),
            statuses.join(", "),
        )
    }

    /// What people should know besides, for standard error.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut lines = self.unreadable_listed.clone();
        if self.unreadable > 0 {
            let n = count(self.unreadable);
            lines.push(format!("{n} rows could not be read; the result says why in their place"));
        }
        if self.put_off > 0 {
            lines.push(format!(
                "{} rows were put off; `reason` says until when, and the same command asks again then",
                count(self.put_off)
            ));
        }
        lines
    }

    /// Rows a second.
    fn rate(&self) -> f64 {
        let rows = u32::try_from(self.rows).map_or(f64::from(u32::MAX), f64::from);
        let seconds = self.took.as_secs_f64();
        if seconds > 0.0 { (rows / seconds).round() } else { 0.0 }
    }

    /// The counts as one object, with the members of another one beside them.
    pub(super) fn to_json(&self, beside: Value) -> Value {
        let mut counts = json!({
            "rows": self.rows,
            "statuses": self.statuses,
            "safe": self.safe,
            "checked": self.checked,
            "from_memory": self.from_memory,
            "put_off": self.put_off,
            "unreadable": self.unreadable,
            "unreadable_rows": self.unreadable_listed,
            "waited_seconds": self.waited.as_secs_f64(),
            "seconds": self.took.as_secs_f64(),
            "rows_per_second": self.rate(),
        });
        if let (Value::Object(counts), Value::Object(beside)) = (&mut counts, beside) {
            counts.extend(beside);
        }
        counts
    }
}
