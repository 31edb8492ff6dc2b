//! What a row's cells say, made plain: `plan` knows what each column is for, `draft` gathers a row's cells, and the
//! rooms beside them read names, addresses, numbers, companies, links, amounts and consent.

mod amounts;
mod companies;
mod consents;
mod draft;
mod facts;
mod finish;
mod links;
mod mail;
mod memo;
mod names;
mod phones;
mod plan;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use captely_contact::Timestamp;
use captely_crm::NewContact;
use captely_tabular::value::DateOrder;

use crate::ColumnMap;
use draft::Draft;
pub use facts::ColumnFacts;
use memo::Memo;
use plan::Plan;

/// What the caller knows that no cell tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadingRules {
    /// Whose national form a phone number without a country is read in, where neither the row nor its
    /// domain tells one: a name or a code.
    pub usual_country: Option<String>,
    /// Which number is the day, in columns whose dates do not tell.
    pub date_order: Option<DateOrder>,
    /// The present: dates after it are told.
    pub now: Timestamp,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Whom and what it tells of; `None` where it names nobody.
    pub contact: Option<NewContact>,
    /// Cells that could not be used as what their column is for.
    pub problems: Vec<CellProblem>,
    /// Why there is no contact, in a sentence.
    pub skip: Option<&'static str>,
}

/// A cell that could not be used, or not as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellProblem {
    /// Its place in the row, from 1.
    pub column: usize,
    /// The name of its column.
    pub name: Arc<str>,
    /// What stands there, cut to [`PROBLEM_VALUE_CHARS_MAX`].
    pub value: String,
    /// What is wrong with it and what became of it, in a sentence's words.
    pub reason: String,
}

/// Characters of a cell that are kept with its problem.
pub const PROBLEM_VALUE_CHARS_MAX: usize = 200;
/// Bytes of a value that is held in one line, such as a name.
pub const TEXT_BYTES_MAX: usize = 1_000;
/// Bytes of a longer text: notes, lists of keywords, fields of the workspace's own.
pub const LONG_TEXT_BYTES_MAX: usize = 20_000;

/// Why a row makes no contact.
const NAMES_NOBODY: &str = "the row names nobody: no e-mail address, phone number, LinkedIn address, name or company is in it";

/// Makes records of rows. Values that come again and again are remembered.
#[derive(Debug)]
pub struct RecordReader {
    plan: Plan,
    memo: Memo,
}

impl RecordReader {
    /// For rows of the columns of `map`; `facts` has one entry a column.
    pub fn new(map: &ColumnMap, facts: &[ColumnFacts], rules: &ReadingRules) -> Self {
        Self { plan: Plan::new(map, facts, rules), memo: Memo::default() }
    }

    /// What a row tells. Cells behind the last column are not looked at.
    pub fn read(&mut self, cells: &[String]) -> Record {
        if cells.iter().any(|cell| cell.as_bytes().contains(&0)) {
            // PostgreSQL cannot keep it in a text.
            let clean: Vec<String> = cells.iter().map(|cell| cell.replace('\0', "")).collect();
            return self.read_clean(&clean);
        }
        self.read_clean(cells)
    }

    fn read_clean(&mut self, cells: &[String]) -> Record {
        let mut draft = Draft::default();
        for column in &self.plan.columns {
            let text = cells.get(column.at).map_or("", |cell| cell.trim());
            if !is_nothing(text) {
                draft.take(column, text, self.plan.now, &mut self.memo);
            }
        }
        draft.finish(&self.plan, &mut self.memo)
    }
}

/// Whether a cell is empty, or holds what programs write for nothing.
fn is_nothing(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
        "?",
        "n/a",
        "N/A",
        "#N/A",
        "n.a.",
        "null",
        "NULL",
        "(null)",
        "undefined",
        "NaN",
        "None",
    ];
    text.is_empty() || (text.len() <= 9 && WORDS.contains(&text))
}
