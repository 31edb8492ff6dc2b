use std::collections::BTreeMap;

use captely_tabular::{Reader, Row, recognise};

use crate::record::{ColumnFacts, ReadingRules, RecordReader};
use crate::{ColumnMap, MappingError};

/// Rows by whose values columns are recognised and dates are understood.
const SAMPLE_ROWS: usize = 1_000;

/// A list that is open and whose columns are understood: what a preview shows is what an import reads.
pub struct List {
    /// Its rows; the first come again after they were looked at.
    pub reader: Reader,
    /// Where its columns go.
    pub map: ColumnMap,
    /// What the values of each column have in common.
    pub facts: Vec<ColumnFacts>,
}

impl List {
    /// Understands an opened list. `kept` are the words of a mapping that was kept for this header; it wins
    /// over what is recognised, unless it does not fit any more. What a person chose wins over both.
    pub fn understand(
        mut reader: Reader,
        kept: Option<&[String]>,
        chosen: &BTreeMap<String, String>,
    ) -> Result<Self, MappingError> {
        let rows = reader.peek_rows(SAMPLE_ROWS);
        let cells: Vec<Vec<String>> = rows.into_iter().map(|row| row.cells).collect();
        let header = reader.header();
        let map = ColumnMap::settled(header, recognise(header, &cells), kept, chosen)?;
        let facts = ColumnFacts::find(header, &cells);
        Ok(Self { reader, map, facts })
    }

    /// What makes contacts of its rows.
    pub fn records(&self, rules: &ReadingRules) -> RecordReader {
        RecordReader::new(&self.map, &self.facts, rules)
    }

    /// What a person should know of how it was read so far, in sentences.
    pub fn notes(&self) -> Vec<String> {
        let facts = self.reader.facts();
        let mut notes = self.map.repeated_names();
        notes.extend(facts.sentences());
        if facts.rows_blank > 0 {
            notes.push(format!("{} row(s) without any value are left out", facts.rows_blank));
        }
        notes
    }

    /// The first rows that can be read; they come again.
    pub(super) fn peek(&mut self) -> Vec<Row> {
        self.reader.peek_rows(SAMPLE_ROWS)
    }
}
