use captely_tabular::value::DateOrder;
use captely_tabular::{Role, Row};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::List;
use crate::Target;
use crate::record::Record;

/// Values shown of a column, and characters of each.
const SAMPLES_MAX: usize = 5;
const SAMPLE_CHARS_MAX: usize = 120;

/// A column, what its values become and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ColumnPreview {
    /// Its place, from 1.
    #[schema(example = 3)]
    pub number: usize,
    /// Its name as it stands in the file.
    #[schema(example = "E-Mail")]
    pub name: String,
    /// The word of what its values become: a role, `custom.NAME`, `changed_at`, `ignore` or `unknown`.
    #[schema(example = "email")]
    pub role: String,
    /// How sure that is, in percent; 0 for an unknown column.
    #[schema(example = 97)]
    pub confidence: u8,
    /// Why, in words.
    pub reason: String,
    /// The first distinct values that are not empty, among the rows looked at.
    pub samples: Vec<String>,
    /// How many of those rows have a value here, in percent.
    #[schema(example = 88)]
    pub filled: u8,
    /// How many of these values could not be used, or not as they stand, in percent.
    #[schema(example = 0)]
    pub problems: u8,
    /// Of a column of dates: `day_first`, `month_first`, `mixed` (they contradict each other) or `unknown`.
    #[schema(example = "day_first")]
    pub date_order: Option<String>,
}

/// Every column, with its samples from `rows`, which became `records`.
pub(super) fn all(list: &List, rows: &[Row], records: &[Record]) -> Vec<ColumnPreview> {
    let mut faults = vec![0_usize; list.map.header().len()];
    for problem in records.iter().flat_map(|record| &record.problems) {
        let at = problem.column.checked_sub(1);
        if let Some(count) = at.and_then(|at| faults.get_mut(at)) {
            *count = count.saturating_add(1);
        }
    }
    let named = list.map.header().iter().zip(list.map.columns());
    let mut columns = Vec::with_capacity(faults.len());
    for ((name, column), (facts, faults)) in named.zip(list.facts.iter().zip(faults)) {
        let at = columns.len();
        let (samples, filled) = samples(rows, at);
        let dates = matches!(column.target, Target::ChangedAt | Target::Role(Role::CreatedAt));
        columns.push(ColumnPreview {
            number: at.saturating_add(1),
            name: name.clone(),
            role: column.target.to_string(),
            confidence: column.confidence.as_percent(),
            reason: column.reason.clone(),
            samples,
            filled: percent(filled, rows.len()),
            problems: percent(faults, filled),
            date_order: dates.then(|| word(facts.date_order).to_owned()),
        });
    }
    columns
}

/// The first distinct values of a column, and how many rows have one.
fn samples(rows: &[Row], at: usize) -> (Vec<String>, usize) {
    let (mut samples, mut filled): (Vec<String>, usize) = (Vec::new(), 0);
    for text in rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| cell.trim()) {
        if text.is_empty() {
            continue;
        }
        filled = filled.saturating_add(1);
        if samples.len() < SAMPLES_MAX {
            let shown: String = text.chars().take(SAMPLE_CHARS_MAX).collect();
            if !samples.contains(&shown) {
                samples.push(shown);
            }
        }
    }
    (samples, filled)
}

/// A share in percent; rounded up, so that a single one is seen.
fn percent(part: usize, whole: usize) -> u8 {
    let share = part.saturating_mul(100).div_ceil(whole.max(1)).min(100);
    u8::try_from(share).unwrap_or(100)
}

const fn word(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day_first",
        DateOrder::MonthFirst => "month_first",
        DateOrder::Mixed => "mixed",
        DateOrder::Unknown => "unknown",
    }
}
