use captely_imports::{Counts, Verified};
use captely_platform::ids::ImportId;
use serde_json::json;

use super::search::Found;
use crate::cli::ImportArgs;
use crate::exit::CliError;
use crate::ui::{self, Table, Tone};

/// What an import or a dry run says at its end.
pub(super) struct Report {
    /// None of a dry run.
    pub(super) id: Option<ImportId>,
    pub(super) counts: Counts,
    pub(super) notes: Vec<String>,
    /// Rows that an earlier, interrupted command had imported.
    pub(super) known_rows: u64,
    /// What came of the search for duplicates; none of a dry run.
    pub(super) duplicates: Option<Found>,
    /// What came of the check of its addresses, where that was asked for.
    pub(super) verified: Option<Verified>,
}

impl Report {
    pub(super) fn show(&self, args: &ImportArgs, as_json: bool) -> Result<(), CliError> {
        if as_json {
            return ui::json_line(&json!({
                "import": self.id, "dry_run": self.id.is_none(), "counts": self.counts,
                "known_rows": self.known_rows, "notes": self.notes,
                "duplicates": self.duplicates, "verified": self.verified,
            }));
        }
        let mut lines = vec![table(&self.counts, self.id.is_none())];
        if self.known_rows > 0 {
            let known = ui::count(self.known_rows);
            lines.push(format!("continued behind {known} row(s) that were in already"));
        }
        lines.extend(self.notes.iter().cloned());
        lines.extend(self.duplicates.iter().flat_map(Found::sentences));
        lines.extend(self.verified.iter().map(addresses));
        if self.counts.problems > 0 && args.errors.is_none() {
            lines.push("--errors OUT writes which cells could not be used, and why".to_owned());
        }
        match self.id {
            Some(id) => lines.push(format!("take it back: captely imports undo {id}")),
            None => lines.push("nothing was imported: this was a dry run".to_owned()),
        }
        ui::text(&lines.join("\n"))
    }
}

/// What came of the check of addresses, as one line.
pub(in crate::commands) fn addresses(verified: &Verified) -> String {
    let counts = &verified.counts;
    let statuses = counts.statuses.iter().map(|(status, n)| (status.as_str(), *n));
    let rest = [("without one", counts.without_address), ("not checked", counts.not_checked)];
    let parts = statuses.chain(rest.into_iter().filter(|(_, n)| *n > 0));
    let parts: Vec<String> = parts.map(|(what, n)| format!("{} {what}", ui::count(n))).collect();
    let whose = format!("addresses of {} row(s)", ui::count(counts.rows));
    let statuses = if parts.is_empty() { whose } else { format!("{whose}: {}", parts.join(", ")) };
    let mut said = vec![statuses];
    if counts.put_off > 0 {
        said.push(format!("{} put off by their mail servers", ui::count(counts.put_off)));
    }
    if verified.status != "done" {
        said.push(verified.status.to_owned());
    }
    said.extend(verified.trouble.clone());
    said.join("; ")
}

/// Counts as a table; `would` for what did not happen.
pub(in crate::commands) fn table(counts: &Counts, would: bool) -> String {
    let mut table = Table::new([if would { "What would happen" } else { "What happened" }, "Rows"]);
    for (what, n, tone) in [
        ("rows", counts.rows, Tone::Plain),
        ("created", counts.created, Tone::Good),
        ("updated", counts.updated, Tone::Good),
        ("merged", counts.merged, Tone::Plain),
        ("unchanged", counts.unchanged, Tone::Plain),
        ("skipped", counts.skipped, if counts.skipped > 0 { Tone::Warn } else { Tone::Plain }),
        (
            "could not be read",
            counts.faults,
            if counts.faults > 0 { Tone::Warn } else { Tone::Plain },
        ),
        (
            "cells not used",
            counts.problems,
            if counts.problems > 0 { Tone::Warn } else { Tone::Plain },
        ),
    ] {
        table.row([(what.to_owned(), Tone::Plain), (ui::count(n), tone)]);
    }
    table.render()
}
