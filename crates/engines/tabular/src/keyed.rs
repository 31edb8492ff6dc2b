use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::limits::Limits;
use crate::{ReadError, Row, RowFault, RowNote};

/// The keys of so many first records make the header,
const HEADER_RECORDS_MAX: usize = 1_000;
/// or of the records in so many first bytes.
const HEADER_BYTES_MAX: usize = 1 << 20;

/// A record that names its own values.
pub(crate) struct Keyed {
    /// Line of its beginning.
    pub(crate) line: u64,
    /// Whether bytes that were not UTF-8 were read as Windows-1252.
    pub(crate) foreign: bool,
    /// Keys and values.
    pub(crate) cells: Vec<(String, String)>,
}

/// Records one after the other, in constant memory.
pub(crate) trait KeyedSource: Send {
    /// The next one, or why it is none.
    fn record(&mut self) -> Option<Result<Keyed, RowFault>>;
}

/// Rows of records that name their values (JSON objects, vCards): the keys of the first ones are the header.
pub(crate) struct KeyedRows {
    source: Box<dyn KeyedSource>,
    file: Arc<str>,
    limits: Limits,
    /// First records, read to learn the keys.
    early: VecDeque<Result<Keyed, RowFault>>,
    header: Vec<String>,
    places: HashMap<String, usize>,
}

impl KeyedRows {
    /// Reads as far as is needed to know the header. Columns are in the order of `rank`, those of one rank
    /// in the order of their first appearance.
    pub(crate) fn open<K: Ord>(
        mut source: Box<dyn KeyedSource>,
        file: Arc<str>,
        limits: Limits,
        rank: impl Fn(&str) -> K,
    ) -> Result<Self, ReadError> {
        let (mut early, mut header) = (VecDeque::new(), Vec::<String>::new());
        let mut places = HashMap::new();
        let mut bytes = 0;
        while early.len() < HEADER_RECORDS_MAX && bytes < HEADER_BYTES_MAX {
            let Some(record) = source.record() else { break };
            for (key, cell) in record.iter().flat_map(|record| &record.cells) {
                bytes += key.len() + cell.len();
                if places.insert(key.clone(), 0).is_none() {
                    header.push(key.clone());
                }
            }
            early.push_back(record);
        }
        if header.len() > limits.columns_max {
            return Err(ReadError::TooLarge {
                file,
                found: format!("{} columns", header.len()),
                limit: format!("{} columns", limits.columns_max),
            });
        }
        header.sort_by_key(|name| rank(name));
        let places = header.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        Ok(Self { source, file, limits, early, header, places })
    }

    /// The keys of the first records.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Reads the next record into `row` and tells how many cells it has.
    pub(crate) fn next(&mut self, row: &mut Row) -> Option<Result<usize, RowFault>> {
        let record = match self.early.pop_front() {
            Some(record) => record,
            None => self.source.record()?,
        };
        let Keyed { line, foreign, cells } = match record {
            Ok(record) => record,
            Err(fault) => return Some(Err(fault)),
        };
        row.restart(line);
        for index in 0..self.header.len() {
            row.slot(index);
        }
        for (index, (key, cell)) in cells.into_iter().enumerate() {
            if cell.len() > self.limits.cell_bytes_max {
                let limit_bytes = self.limits.cell_bytes_max;
                let column = format!("{} ({key})", index + 1);
                let file = Arc::clone(&self.file);
                return Some(Err(RowFault::CellTooLong { file, line, column, limit_bytes }));
            }
            match self.places.get(&key).and_then(|place| row.cells.get_mut(*place)) {
                Some(place) => *place = cell,
                None => row.extra.push(format!("{key}={cell}")),
            }
        }
        if foreign {
            row.notes.push(RowNote::ReadAsWindows1252);
        }
        if !row.extra.is_empty() {
            row.notes.push(RowNote::Long { have: self.header.len() + row.extra.len() });
        }
        Some(Ok(self.header.len()))
    }
}
