use std::collections::BTreeMap;
use std::path::Path;

use captely_tabular::{ReadOptions, Row, open};
use serde_json::{Value, json};

use crate::exit::CliError;
use crate::ui::{self, Table, Tone};

/// The order in which statuses are shown, and what each says.
const STATUSES: [(&str, &str); 4] = [
    ("valid", "the mailbox exists"),
    ("accept_all", "the domain takes every name"),
    ("unknown", "the mail server could not be asked"),
    ("webmail", "a private address"),
];

/// How right a result is, by the world's truth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    /// By e-mail status: addresses given, and those that reach the person.
    by_status: BTreeMap<String, (u64, u64)>,
    /// Rows without an address, and those of them who have one.
    missed: (u64, u64),
}

impl Comparison {
    /// Compares a result with the truth; both list the same people in the same order.
    pub(super) fn of(enriched: &Path, truth: &Path) -> Result<Self, CliError> {
        let mut comparison = Self::default();
        for (row, truth) in pairs(enriched, truth)? {
            comparison.add(&row, &truth);
        }
        Ok(comparison)
    }

    fn add(&mut self, row: &Pair, truth: &Pair) {
        let (email, reaches) = (row.get("email"), truth.get("email"));
        if email.is_empty() {
            self.missed.0 += 1;
            self.missed.1 += u64::from(!reaches.is_empty());
            return;
        }
        let status = self.by_status.entry(row.get("email_status").to_owned()).or_default();
        status.0 += 1;
        status.1 += u64::from(email == reaches);
    }

    pub(super) fn table(&self) -> String {
        let mut table = Table::new(["Against the world's truth", "Addresses", "Right", ""]);
        for (status, meaning) in STATUSES {
            let Some((given, right)) = self.by_status.get(status) else { continue };
            let tone = if right == given { Tone::Good } else { Tone::Plain };
            table.row([
                (status.to_owned(), Tone::Plain),
                (ui::count(*given), Tone::Plain),
                (share(*right, *given), tone),
                (meaning.to_owned(), Tone::Dim),
            ]);
        }
        let (empty, had) = self.missed;
        table.row([
            ("none given".to_owned(), Tone::Plain),
            (ui::count(empty), Tone::Plain),
            (String::new(), Tone::Plain),
            (format!("{} of them have an address that works", ui::count(had)), Tone::Dim),
        ]);
        table.render()
    }

    pub(super) fn to_json(&self) -> Value {
        let statuses: serde_json::Map<String, Value> = self
            .by_status
            .iter()
            .map(|(status, (given, right))| {
                (status.clone(), json!({ "given": given, "right": right }))
            })
            .collect();
        json!({ "email": statuses, "missed": { "rows": self.missed.0, "have_one": self.missed.1 } })
    }
}

fn share(part: u64, of: u64) -> String {
    let percent = (part * 100).checked_div(of).unwrap_or(0);
    format!("{} ({percent} %)", ui::count(part))
}

/// A row whose cells are found by their column's name.
pub(super) struct Pair {
    header: std::sync::Arc<[String]>,
    cells: Vec<String>,
}

impl Pair {
    /// The cell of a column; empty where there is none.
    pub(super) fn get(&self, column: &str) -> &str {
        let place = self.header.iter().position(|name| name == column);
        place.and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }
}

/// The rows of two files side by side.
pub(super) fn pairs(
    one: &Path,
    other: &Path,
) -> Result<impl Iterator<Item = (Pair, Pair)> + use<>, CliError> {
    Ok(rows(one)?.zip(rows(other)?))
}

fn rows(path: &Path) -> Result<impl Iterator<Item = Pair> + use<>, CliError> {
    let mut reader =
        open(path, &ReadOptions::default()).map_err(|why| CliError::bad_input(why.to_string()))?;
    let header: std::sync::Arc<[String]> = reader.header().into();
    Ok(std::iter::from_fn(move || reader.next_row())
        .flatten()
        .map(move |row: Row| Pair { header: std::sync::Arc::clone(&header), cells: row.cells }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn counts_by_status() {
        let folder = tempfile::tempdir().unwrap();
        let enriched = file(
            folder.path(),
            "enriched.csv",
            "name,email,email_status\nA,a@x.test,valid\nB,b@x.test,valid\nC,,\nD,,\nE,e@x.test,unknown\n",
        );
        let truth = file(
            folder.path(),
            "truth.csv",
            "person,email\n1,a@x.test\n2,b2@x.test\n3,\n4,d@x.test\n5,\n",
        );
        let comparison = Comparison::of(&enriched, &truth).unwrap();
        assert_eq!(comparison.by_status["valid"], (2, 1));
        assert_eq!(comparison.by_status["unknown"], (1, 0));
        assert_eq!(comparison.missed, (2, 1));
        assert!(comparison.table().contains("1 (50 %)"), "{}", comparison.table());
    }
}
