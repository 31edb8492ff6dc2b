use std::path::PathBuf;

use captely_tabular::{Mapping, ReadError, ReadOptions, Reader, RowFault, recognise};
use tokio::sync::mpsc;

use crate::Fault;

/// Rows handed over at a time: enough to make one transaction worth its cost, few enough that a
/// file of any length needs little memory.
pub(crate) const CHUNK_ROWS: usize = 1_000;
/// Chunks read ahead of the database.
const CHUNKS_AHEAD_MAX: usize = 2;

/// Rows whose values help to recognise the columns.
const SAMPLE_ROWS: usize = 200;

/// What the reading thread finds at the head of the file.
pub(crate) struct Head {
    pub(crate) header: Vec<String>,
    pub(crate) mapping: Mapping,
}

/// Some rows of the file, in order.
#[derive(Default)]
pub(crate) struct Chunk {
    pub(crate) rows: Vec<ReadRow>,
    pub(crate) faults: Vec<Fault>,
}

impl Chunk {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.faults.is_empty()
    }
}

pub(crate) struct ReadRow {
    pub(crate) number: u64,
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

/// What comes from the reading thread.
pub(crate) enum Read {
    Head(Head),
    Chunk(Chunk),
    /// The file's end; what was repaired or left out on the way, in sentences.
    End(Vec<String>),
    Failed(ReadError),
}

/// Reads a file on a thread of its own, handing over its head and then its rows. The channel closes
/// after the last row, or after a failure that ends the file.
pub(crate) fn read(path: PathBuf, options: ReadOptions) -> mpsc::Receiver<Read> {
    let (to, from) = mpsc::channel(CHUNKS_AHEAD_MAX);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = read_all(&path, &options, &to) {
            // nobody listens any more when this fails
            let _ = to.blocking_send(Read::Failed(error));
        }
    });
    from
}

fn read_all(
    path: &std::path::Path,
    options: &ReadOptions,
    to: &mpsc::Sender<Read>,
) -> Result<(), ReadError> {
    let mut reader = captely_tabular::open(path, options)?;
    let mut number = 0;
    let first = chunk(&mut reader, &mut number)?;
    let samples: Vec<Vec<String>> =
        first.rows.iter().take(SAMPLE_ROWS).map(|row| row.cells.clone()).collect();
    let mapping = recognise(reader.header(), &samples);
    let head = Head { header: reader.header().to_vec(), mapping };
    let mut next = Some(first);
    // a failed send means that nobody listens any more
    if to.blocking_send(Read::Head(head)).is_err() {
        return Ok(());
    }
    while let Some(full) = next.take().filter(|chunk| !chunk.is_empty()) {
        if to.blocking_send(Read::Chunk(full)).is_err() {
            return Ok(());
        }
        next = Some(chunk(&mut reader, &mut number)?);
    }
    let facts = reader.facts();
    let mut notes = facts.sentences();
    if facts.rows_blank > 0 {
        notes.push(format!("{} row(s) without any value are left out", facts.rows_blank));
    }
    let _ = to.blocking_send(Read::End(notes));
    Ok(())
}

/// The next rows. Rows that cannot be read count too, so that numbers are places in the file.
fn chunk(reader: &mut Reader, number: &mut u64) -> Result<Chunk, ReadError> {
    let mut chunk = Chunk::default();
    while chunk.rows.len() + chunk.faults.len() < CHUNK_ROWS {
        let Some(next) = reader.next_row() else { break };
        *number = number.saturating_add(1);
        match next {
            Ok(row) => {
                let mut cells = row.cells;
                cells.extend(row.extra);
                chunk.rows.push(ReadRow { number: *number, line: row.line, cells });
            }
            Err(RowFault::Fatal(error)) => return Err(error),
            Err(fault) => {
                let (line, reason) = (fault.line().unwrap_or(0), fault.to_string());
                chunk.faults.push(Fault { number: *number, line, reason });
            }
        }
    }
    Ok(chunk)
}
