//! Checking a file: one row out for each row in, in order, whole or not at all.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use captely_tabular::{Cell, ReadOptions, Row, RowFault, Writer, distinct_names, open};
use futures::StreamExt as _;
use futures::stream;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::check::{COLUMNS, Checked, Checker};
use super::columns::Columns;
use crate::commands::output::Output;
use crate::exit::CliError;
use crate::ui::{Progress, count, duration};

/// Rows that could not be read are listed up to this number.
const UNREADABLE_LISTED_MAX: usize = 20;

/// Ends when the user wants the program to stop.
pub(super) type Stop<'s> = Pin<&'s mut (dyn Future<Output = Result<(), CliError>> + Send)>;

/// What came of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Summary {
    file: String,
    output: String,
    rows: u64,
    statuses: BTreeMap<&'static str, u64>,
    unreadable: u64,
    unreadable_listed: Vec<String>,
    /// Repairs that were made while reading, in sentences.
    pub(super) repairs: Vec<String>,
    took: Duration,
}

/// Checks every row of `path` and writes the result. On any error nothing appears at the output.
pub(super) async fn check(
    path: &Path,
    output: &Output,
    checker: &Checker,
    at_once: usize,
    mut stop: Stop<'_>,
    quiet: bool,
) -> Result<Summary, CliError> {
    let started = Instant::now();
    let file = path.display().to_string();
    let mut reader =
        open(path, &ReadOptions::default()).map_err(|why| CliError::bad_input(why.to_string()))?;
    let columns = Columns::of(&mut reader, &file)?;
    let mut header = reader.header().to_vec();
    let first = columns.headerless.then(|| Ok(first_row(&mut header, reader.facts().header_line)));
    let mut writer = begin(output, &header)?;
    let output_name = output.path.display().to_string();
    let mut summary = Summary { file, output: output_name, ..Summary::default() };
    let progress = Progress::rows(None, quiet);
    let rows = first.into_iter().chain(std::iter::from_fn(|| reader.next_row()));
    let mut checked = stream::iter(rows)
        .map(|row: Result<Row, RowFault>| async {
            let row = row?;
            let (text, kind, country) = columns.pick(&row.cells);
            let answer = checker.check(text.to_owned(), kind, country).await;
            Ok::<_, RowFault>((row, answer))
        })
        .buffered(at_once);
    loop {
        let next = tokio::select! {
            biased;
            asked = &mut stop => {
                asked?;
                return Err(stopped(&summary));
            }
            next = checked.next() => next,
        };
        match next {
            None => break,
            Some(Ok((row, answer))) => {
                write(&mut writer, &row, &answer)?;
                summary.note(&answer);
                progress.set(summary.rows);
            }
            Some(Err(fault)) if fault.is_fatal() => {
                return Err(CliError::bad_input(fault.to_string()));
            }
            Some(Err(fault)) => summary.note_unreadable(&fault),
        }
    }
    drop(checked);
    writer.finish().map_err(|why| CliError::output(why.to_string()))?;
    summary.repairs = reader.facts().repairs.sentences();
    summary.took = started.elapsed();
    Ok(summary)
}

/// Writes answers that belong to no file.
pub(super) fn write_ones(output: &Output, answers: &[Checked]) -> Result<(), CliError> {
    let mut writer = begin(output, &[])?;
    for answer in answers {
        write(&mut writer, &Row::default(), answer)?;
    }
    writer.finish().map(drop).map_err(|why| CliError::output(why.to_string()))
}

/// The header of a file that has none, whose first line becomes the first row.
fn first_row(header: &mut Vec<String>, line: u64) -> Row {
    let names = distinct_names(&vec![String::new(); header.len()]);
    let cells = std::mem::replace(header, names);
    Row { line, cells, ..Row::default() }
}

/// The input's columns as they are, then ours; one of ours that is taken gets a number.
fn begin(output: &Output, header: &[String]) -> Result<Writer, CliError> {
    let mut all = header.to_vec();
    all.extend(COLUMNS.map(str::to_owned));
    let ours = distinct_names(&all).into_iter().skip(header.len());
    let names: Vec<String> = header.iter().cloned().chain(ours).collect();
    captely_tabular::create(&output.path, output.format, &names)
        .map_err(|why| CliError::output(why.to_string()))
}

fn write(writer: &mut Writer, row: &Row, answer: &Checked) -> Result<(), CliError> {
    let ours = answer.cells();
    let score = i64::from(answer.score);
    let mut cells: Vec<Cell<'_>> = row.cells.iter().map(|cell| Cell::Input(cell)).collect();
    for (name, text) in COLUMNS.iter().zip(&ours) {
        cells.push(match *name {
            "input" if !text.is_empty() => Cell::Input(text),
            "score" if answer.kind.is_some() => Cell::Integer(score),
            _ => Cell::from(text.as_str()),
        });
    }
    writer.row(&cells).map_err(|why| CliError::output(why.to_string()))
}

fn stopped(summary: &Summary) -> CliError {
    let sentence = format!(
        "stopped after {} rows of {}; nothing was written to {}",
        count(summary.rows),
        summary.file,
        summary.output
    );
    CliError::interrupted(sentence).try_this("the same command again, which starts over")
}

impl Summary {
    fn note(&mut self, answer: &Checked) {
        self.rows += 1;
        let status = if answer.status.is_empty() { "nothing to check" } else { answer.status };
        *self.statuses.entry(status).or_default() += 1;
    }

    fn note_unreadable(&mut self, fault: &RowFault) {
        self.unreadable += 1;
        if self.unreadable_listed.len() < UNREADABLE_LISTED_MAX {
            self.unreadable_listed.push(fault.to_string());
        }
    }

    /// What people read at the end.
    pub(super) fn sentence(&self) -> String {
        let statuses: Vec<_> =
            self.statuses.iter().map(|(status, n)| format!("{} {status}", count(*n))).collect();
        format!(
            "{}: {} rows checked in {} ({}), written to {}",
            self.file,
            count(self.rows),
            duration(self.took),
            statuses.join(", "),
            self.output
        )
    }

    /// Rows that are missing from the result, for standard error.
    pub(super) fn complaints(&self) -> Vec<String> {
        let mut lines = self.unreadable_listed.clone();
        if self.unreadable > 0 {
            lines.push(format!("{} rows could not be read and are left out", self.unreadable));
        }
        lines
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "file": self.file,
            "output": self.output,
            "rows": self.rows,
            "statuses": self.statuses,
            "unreadable": self.unreadable,
            "unreadable_rows": self.unreadable_listed,
            "repairs": self.repairs,
            "seconds": self.took.as_secs_f64(),
        })
    }
}
