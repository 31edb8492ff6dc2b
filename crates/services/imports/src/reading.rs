use std::io;
use std::path::PathBuf;

use captely_crm::ContactKeys;
use captely_tabular::{Mapping, ReadError, ReadOptions, Reader, RowFault, recognise};
use tokio::sync::{mpsc, oneshot};

use crate::mapping::ColumnMap;
use crate::record::{ColumnFacts, ReadingRules, Record, RecordReader};
use crate::watched::Watch;
use crate::{Fault, ImportError};

/// Rows handed over at a time, at first: a list of some thousands shows how far it is and stops soon.
const CHUNK_ROWS_MIN: u64 = 1_000;
/// The same later. Marks are random places in an index: the more of them a transaction has, the more share a
/// page that is written once. A chunk is still little memory.
const CHUNK_ROWS_MAX: u64 = 16_000;
/// A chunk is this part of what was read before.
const CHUNK_SHARE: u64 = 8;
/// Chunks that wait for the database, beside the one that is being read. Reading is faster, so one is enough.
const CHUNKS_AHEAD_MAX: usize = 1;
/// Rows whose values help to recognise the columns.
const SAMPLE_ROWS: usize = 1_000;

/// Where the bytes are.
pub(crate) enum Input {
    /// A file of this machine.
    Path(PathBuf),
    /// A file of the store, under the name that messages give it.
    Stream { name: String, bytes: Box<dyn io::Read + Send> },
}

impl Input {
    /// The same, and what tells whether the store failed.
    pub(crate) fn watched(self) -> (Self, Watch) {
        let watch = Watch::default();
        let input = match self {
            Self::Path(path) => Self::Path(path),
            Self::Stream { name, bytes } => Self::Stream { name, bytes: watch.over(bytes) },
        };
        (input, watch)
    }
}

/// What the reading thread finds at the head of the file.
pub(crate) struct Head {
    pub(crate) header: Vec<String>,
    pub(crate) mapping: Mapping,
    /// The first rows, to find out how the columns are written.
    pub(crate) samples: Vec<Vec<String>>,
}

impl Head {
    /// What reads the rows whose columns go where `columns` says.
    pub(crate) fn records(&self, columns: &ColumnMap, rules: &ReadingRules) -> RecordReader {
        RecordReader::new(columns, &ColumnFacts::find(&self.header, &self.samples), rules)
    }
}

/// Some rows of the file, in order.
#[derive(Default)]
pub(crate) struct Chunk {
    pub(crate) rows: Vec<ReadRow>,
    pub(crate) faults: Vec<Fault>,
    /// The number of the last row of it that was read, whether it could be used or not.
    pub(crate) last: u64,
}

/// A row, and what it says of whom.
pub(crate) struct ReadRow {
    pub(crate) number: u64,
    pub(crate) line: u64,
    /// The cells as JSON.
    pub(crate) cells: String,
    pub(crate) width: usize,
    pub(crate) record: Record,
    /// By what its contact is known again, worked out here because this thread has time.
    pub(crate) keys: ContactKeys,
}

/// What comes from the reading thread.
pub(crate) enum Read {
    Chunk(Chunk),
    /// The file's end; what was repaired or left out on the way, in sentences.
    End(Vec<String>),
    Failed(ImportError),
}

/// A file whose head was read. The thread waits to be told what the columns are.
pub(crate) struct Opened {
    pub(crate) head: Head,
    begin: oneshot::Sender<Begin>,
    rows: mpsc::Receiver<Read>,
}

struct Begin {
    records: RecordReader,
    /// Rows up to this one are not wanted: they are in.
    behind: u64,
}

/// Opens a file on a thread of its own and reads its head.
pub(crate) async fn open(input: Input, options: ReadOptions) -> Result<Opened, ImportError> {
    let (to, rows) = mpsc::channel(CHUNKS_AHEAD_MAX);
    let (head_to, head) = oneshot::channel();
    let (begin, begun) = oneshot::channel();
    let (input, watch) = input.watched();
    tokio::task::spawn_blocking(move || match top(input, &options) {
        // A failed send means, here and below, that nobody listens any more.
        Err(error) => drop(head_to.send(Err(watch.blame(error)))),
        Ok((reader, head)) => {
            if head_to.send(Ok(head)).is_ok()
                && let Ok(begin) = begun.blocking_recv()
                && let Err(error) = read_all(reader, begin, &to)
            {
                let _ = to.blocking_send(Read::Failed(watch.blame(error)));
            }
        }
    });
    let ended = |_gone| ImportError::Io("the reading thread ended without a word".into());
    let head = head.await.map_err(ended)??;
    Ok(Opened { head, begin, rows })
}

impl Opened {
    /// Its rows behind data row `behind`, each read as `records` reads it. The channel closes after the
    /// last row, or after a failure that ends the file.
    pub(crate) fn rows(self, records: RecordReader, behind: u64) -> mpsc::Receiver<Read> {
        // Where the thread is gone, the channel is closed, and its reader says so.
        let _ = self.begin.send(Begin { records, behind });
        self.rows
    }
}

/// Opens a file on this thread, which must be one that may wait.
pub(crate) fn open_reader(input: Input, options: &ReadOptions) -> Result<Reader, ReadError> {
    match input {
        Input::Path(path) => captely_tabular::open(&path, options),
        Input::Stream { name, bytes } => captely_tabular::open_stream(&name, bytes, options),
    }
}

fn top(input: Input, options: &ReadOptions) -> Result<(Reader, Head), ReadError> {
    let mut reader = open_reader(input, options)?;
    let samples =
        reader.peek_rows(SAMPLE_ROWS).into_iter().map(|row| row.cells).collect::<Vec<_>>();
    let mapping = recognise(reader.header(), &samples);
    let head = Head { header: reader.header().to_vec(), mapping, samples };
    Ok((reader, head))
}

fn read_all(
    mut reader: Reader,
    Begin { mut records, behind }: Begin,
    to: &mpsc::Sender<Read>,
) -> Result<(), ReadError> {
    let mut number = 0;
    loop {
        let chunk = chunk(&mut reader, &mut records, &mut number, behind)?;
        let ended = chunk.last == 0;
        if !(chunk.rows.is_empty() && chunk.faults.is_empty())
            && to.blocking_send(Read::Chunk(chunk)).is_err()
        {
            return Ok(());
        }
        if ended {
            break;
        }
    }
    let facts = reader.facts();
    let mut notes = facts.sentences();
    if facts.rows_blank > 0 {
        notes.push(format!("{} row(s) without any value are left out", facts.rows_blank));
    }
    let _ = to.blocking_send(Read::End(notes));
    Ok(())
}

/// The next rows; `last` is 0 at the end. Rows that cannot be read count too, so that numbers are places in
/// the file.
fn chunk(
    reader: &mut Reader,
    records: &mut RecordReader,
    number: &mut u64,
    behind: u64,
) -> Result<Chunk, ReadError> {
    let mut chunk = Chunk::default();
    let rows = (*number / CHUNK_SHARE).clamp(CHUNK_ROWS_MIN, CHUNK_ROWS_MAX);
    for _ in 0..rows {
        let Some(next) = reader.next_row() else { break };
        *number = number.saturating_add(1);
        chunk.last = *number;
        match next {
            _ if *number <= behind => {}
            Ok(row) => {
                let mut cells = row.cells;
                cells.extend(row.extra);
                let record = records.read(&cells);
                chunk.rows.push(ReadRow {
                    number: *number,
                    line: row.line,
                    keys: keys_of(&record),
                    record,
                    width: cells.len(),
                    cells: as_json(&cells),
                });
            }
            Err(RowFault::Fatal(error)) => return Err(error),
            Err(fault) => {
                let (line, reason) = (fault.line().unwrap_or(0), fault.to_string());
                let (column_name, value) = (String::new(), String::new());
                chunk.faults.push(Fault {
                    number: *number,
                    line,
                    column: 0,
                    column_name,
                    value,
                    reason,
                });
            }
        }
    }
    Ok(chunk)
}

/// By what the contact of a row is known again.
pub(crate) fn keys_of(record: &Record) -> ContactKeys {
    record.contact.as_ref().map(ContactKeys::of).unwrap_or_default()
}

fn as_json(cells: &[String]) -> String {
    // Texts always become JSON.
    serde_json::to_string(cells).unwrap_or_default()
}
