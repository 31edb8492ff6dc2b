//! Answers as a person reads them.

use super::answer::Checked;
use crate::ui::{Table, Tone};

/// Columns shown; the input's kind is plain to see, and the time is now or stands in `reason`.
const SHOWN: [&str; 9] = [
    "input",
    "status",
    "safe",
    "catch-all",
    "probability",
    "score",
    "level",
    "reason",
    "suggestion",
];

/// A table of answers.
pub(super) fn table(checked: &[Checked]) -> String {
    let mut table = Table::new(SHOWN);
    for one in checked {
        let [input, _, status, safe, catch_all, probability, score, level, reason, suggestion, _] =
            one.cells();
        let tone = match one.safe {
            "safe" => Tone::Good,
            "invalid" => Tone::Bad,
            _ => Tone::Warn,
        };
        table.row([
            (input, Tone::Plain),
            (status, tone),
            (safe, tone),
            (catch_all, Tone::Plain),
            (probability, Tone::Plain),
            (score, Tone::Plain),
            (level, Tone::Plain),
            (reason, Tone::Plain),
            (suggestion, Tone::Plain),
        ]);
    }
    table.render()
}

/// What was asked and answered about each, and when.
pub(super) fn evidence(checked: &[Checked]) -> String {
    let mut lines = Vec::new();
    for one in checked {
        let recheck = one.recheck_at.map(|at| format!(", to be checked anew from {at} on"));
        lines.push(format!("{}: checked at {}{}", one.input, one.at, recheck.unwrap_or_default()));
        if one.evidence.is_empty() {
            lines.push("  nobody was asked".to_owned());
        }
        lines.extend(one.evidence.iter().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}
