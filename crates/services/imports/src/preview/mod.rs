//! What a list would become, before anything is written: `list` opens and understands it, `form` and `column` say
//! how, `row` shows the first rows as they would be. How many rows become what is found out by a dry run.

mod column;
mod form;
mod list;
mod row;
#[cfg(test)]
mod tests;

use captely_crm::{Foreseen, NewContact};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use column::ColumnPreview;
pub use form::FormPreview;
pub use list::List;
pub use row::{PreviewProblem, RowPreview};

use crate::record::{ReadingRules, Record};

/// Rows that are shown as they would become.
pub const PREVIEW_ROWS_MAX: usize = 20;
/// Rows that cannot be read and are shown with a preview.
const FAULTS_MAX: usize = 20;

/// What was found out about a list, and what its first rows would become. Nothing is written for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportPreview, example = json!({
    "form": {"format": "csv", "packed": null, "encoding": "UTF-8", "byte_order_mark": false, "delimiter": ";",
        "quote": "\"", "escape": null, "line_end": "crlf", "sheets": [], "sheet": null, "header_line": 1},
    "preset": null,
    "columns": [{"number": 1, "name": "E-Mail", "role": "email", "confidence": 97, "reason": "known by its name",
        "samples": ["asha@mills.example"], "filled": 100, "problems": 0, "date_order": null}],
    "notes": [], "problem": null, "rows": [], "faults": [], "looked_at": 1,
    "counts": {"valid": 1, "empty": 0, "invalid": 0, "with_problems": 0, "repeated": 0, "known": 0, "barred": 0},
}))]
pub struct Preview {
    /// How the file is written.
    pub form: FormPreview,
    /// The program it comes from, where its header tells.
    #[schema(example = "Apollo people export, 2025 form")]
    pub preset: Option<String>,
    /// Its columns in order.
    pub columns: Vec<ColumnPreview>,
    /// What was repaired or left out among the rows looked at, in sentences.
    pub notes: Vec<String>,
    /// Why nothing can be imported so; none where it can.
    pub problem: Option<MappingProblem>,
    /// The first rows as they would become, at most 20.
    pub rows: Vec<RowPreview>,
    /// Rows among those looked at that cannot be read, in sentences with their lines; at most 20.
    pub faults: Vec<String>,
    /// How many rows were looked at, those that cannot be read included.
    #[schema(example = 1000)]
    pub looked_at: u64,
    /// What they are; the whole list is counted by a dry run.
    #[serde(default)]
    pub counts: PreviewCounts,
}

/// What the rows looked at are: `valid`, `empty` and `invalid` are all of them, those that cannot be read included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "valid": 990, "empty": 4, "invalid": 6, "with_problems": 31, "repeated": 12, "known": 230, "barred": 1,
}))]
pub struct PreviewCounts {
    /// Rows that name a person or a company.
    pub valid: u64,
    /// Rows that name nobody.
    pub empty: u64,
    /// Rows that cannot be read.
    pub invalid: u64,
    /// Rows of which a cell cannot be used as what its column is for.
    pub with_problems: u64,
    /// Of the valid ones, those of the same person as an earlier row.
    pub repeated: u64,
    /// Of the valid ones, those of people whom the workspace has.
    pub known: u64,
    /// Of the valid ones, those of people who were erased or are suppressed.
    pub barred: u64,
}

impl PreviewCounts {
    fn of(read: &[Record], invalid: usize) -> Self {
        let count =
            |is: &dyn Fn(&Record) -> bool| number(read.iter().filter(|one| is(one)).count());
        let empty = count(&|one| one.contact.is_none() || one.skip.is_some());
        Self {
            valid: number(read.len()).saturating_sub(empty),
            empty,
            invalid: number(invalid),
            with_problems: count(&|one| !one.problems.is_empty()),
            ..Self::default()
        }
    }

    /// Counts what the rows would come to in a workspace.
    pub(crate) fn add(&mut self, foreseen: &[Foreseen]) {
        for one in foreseen {
            let kind = match one {
                Foreseen::Known(_) => &mut self.known,
                Foreseen::Repeats(_) => &mut self.repeated,
                Foreseen::Barred(_) => &mut self.barred,
                Foreseen::New => continue,
            };
            *kind = kind.saturating_add(1);
        }
    }
}

fn number(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Why a mapping cannot be imported by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappingProblem {
    /// In a sentence.
    pub reason: String,
    /// The name of a column that may be what is missing.
    #[schema(example = "Emial")]
    pub column: Option<String>,
    /// What it would be mapped to.
    #[schema(example = "email")]
    pub role: Option<String>,
}

impl Preview {
    /// Of a list whose first rows are read; its rows come again from its reader. With whom they name, for
    /// whoever counts those that a workspace has.
    pub fn of(list: &mut List, rules: &ReadingRules) -> (Self, Vec<NewContact>) {
        let rows = list.peek();
        let mut records = list.records(rules);
        let read: Vec<_> = rows.iter().map(|row| records.read(&row.cells)).collect();
        let shown = rows.iter().zip(&read).take(PREVIEW_ROWS_MAX);
        let problem = list.map.problem().map(|problem| MappingProblem {
            reason: problem.to_string(),
            column: problem.suggestion().map(|(name, _)| name.clone()),
            role: problem.suggestion().map(|(_, role)| role.to_string()),
        });
        let invalid = list.reader.peeked_faults().count();
        let counts = PreviewCounts::of(&read, invalid);
        let faults = list.reader.peeked_faults().take(FAULTS_MAX);
        let preview = Self {
            form: FormPreview::of(list.reader.facts()),
            preset: list.map.preset().map(|preset| preset.form().to_owned()),
            columns: column::all(list, &rows, &read),
            notes: list.notes(),
            problem,
            rows: shown.map(|(row, record)| RowPreview::of(row, record)).collect(),
            faults: faults.map(ToString::to_string).collect(),
            looked_at: number(rows.len().saturating_add(invalid)),
            counts,
        };
        let named = read.into_iter().filter(|one| one.skip.is_none());
        (preview, named.filter_map(|one| one.contact).collect())
    }
}
