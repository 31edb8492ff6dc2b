use std::path::PathBuf;
use std::time::Duration;

use captely_contact::Credits;
use captely_enrichment::Summary;
use captely_imports::Fault;
use serde_json::{Value, json};

use super::output::Written;
use crate::exit::Exit;
use crate::ui::{self, Table, Tone};

/// Rows that could not be read, as many as a person is shown.
const FAULTS_SHOWN_MAX: usize = 20;

/// What `captely enrich` did.
#[derive(Debug, Clone)]
pub struct Report {
    /// What stands in the result file.
    pub written: Written,
    /// The run in numbers.
    pub summary: Summary,
    /// What it cost in credits.
    pub credits: Credits,
    /// Rows of the list that could not be read.
    pub faults: u64,
    /// The first of them.
    pub unreadable: Vec<Fault>,
    /// What a person should know: repairs, providers that dropped out.
    pub notes: Vec<String>,
    /// From start to end.
    pub seconds: Duration,
    /// Whether an earlier, interrupted command had begun it.
    pub resumed: bool,
    /// The result file.
    pub output: PathBuf,
}

impl Report {
    /// Budget if rows were left short by it, else done.
    pub fn exit(&self) -> Exit {
        if self.written.short_of_budget > 0 { Exit::Budget } else { Exit::Done }
    }

    /// The object of `--json`.
    pub fn to_json(&self) -> Value {
        let (written, summary) = (&self.written, &self.summary);
        json!({
            "rows": written.rows,
            "email_found": written.email,
            "email_verified": written.verified,
            "phone_found": written.phone,
            "provider_calls": summary.provider_calls,
            "cached": summary.cached,
            "in_doubt": summary.in_doubt,
            "limited": summary.limited,
            "cost_usd": ui::dollars(summary.spent),
            "credits": self.credits.to_string(),
            "seconds": (self.seconds.as_secs_f64() * 1_000.0).round() / 1_000.0,
            "resumed": self.resumed,
            "output": self.output.display().to_string(),
            "contacts": summary.contacts,
            "rows_unreadable": self.faults,
            "unreadable": self.unreadable.iter().map(|fault| json!({
                "row": fault.number, "line": fault.line, "why": fault.reason,
            })).collect::<Vec<_>>(),
            "rows_short_of_budget": written.short_of_budget,
            "notes": self.notes,
        })
    }

    /// A small table for people, notes below.
    pub fn table(&self) -> String {
        let (written, summary) = (&self.written, &self.summary);
        let half = written.rows / 2;
        let share = |n: u64| match (n * 1_000 + half).checked_div(written.rows) {
            Some(permille) => format!("{} ({}.{} %)", ui::count(n), permille / 10, permille % 10),
            None => ui::count(n),
        };
        let per = |n: u64| match i64::try_from(n) {
            Ok(n) if n > 0 => {
                let each = captely_contact::Usd::micros(summary.spent.as_micros() / n);
                format!(" ({} each)", ui::money(each))
            }
            _ => String::new(),
        };
        let doubt = if summary.in_doubt > 0 { Tone::Warn } else { Tone::Plain };
        let spent = format!("{}{}", ui::money(summary.spent), per(written.email));
        let mut table = Table::new(["What", "How many"]);
        for (what, value, tone) in [
            ("rows", ui::count(written.rows), Tone::Plain),
            ("e-mail found", share(written.email), Tone::Good),
            ("e-mail verified", share(written.verified), Tone::Good),
            ("phone found", share(written.phone), Tone::Plain),
            ("questions to providers", ui::count(summary.provider_calls), Tone::Plain),
            ("known before, not paid", ui::count(summary.cached), Tone::Plain),
            ("calls in doubt", ui::count(summary.in_doubt), doubt),
            ("spent", spent, Tone::Plain),
            ("credits", self.credits.to_string(), Tone::Plain),
            ("time", ui::duration(self.seconds), Tone::Plain),
        ] {
            table.row([(what.to_owned(), Tone::Plain), (value, tone)]);
        }
        let mut lines = vec![table.render()];
        if self.resumed {
            lines.push("continued what an earlier command had begun".to_owned());
        }
        if self.faults > 0 {
            lines.push(format!("{} row(s) could not be read:", ui::count(self.faults)));
            let told = self.unreadable.iter().take(FAULTS_SHOWN_MAX);
            lines.extend(told.map(|fault| format!("  row {}: {}", fault.number, fault.reason)));
            if self.faults > FAULTS_SHOWN_MAX.try_into().unwrap_or(u64::MAX) {
                lines.push("  … (--json lists more)".to_owned());
            }
        }
        if written.short_of_budget > 0 {
            let short = ui::count(written.short_of_budget);
            lines.push(format!("budget or limits left somebody unasked for {short} row(s)"));
        }
        if summary.limited > 0 {
            let limited = ui::count(summary.limited);
            lines.push(format!(
                "a monthly limit of calls kept a provider from being asked about {limited} contact(s)"
            ));
        }
        lines.extend(self.notes.iter().cloned());
        lines.push(format!("result: {}", self.output.display()));
        lines.join("\n")
    }
}
