//! Checking a file in two readings. The first asks about every address that is not known and remembers
//! what came of it, many at a time and in whatever order they are answered; then put-off addresses are
//! waited for; the second reading writes one row for each row, in order, whole or not at all. So a slow
//! mail server holds nothing up, memory does not grow with the file, and what was killed goes on.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::clock::{Clock as _, SystemClock};
use captely_tabular::Row;
use captely_verification::{List, OutsideSummary, Progress, Sweep, Verification};
use futures::FutureExt as _;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::answer::{Checked, Kind};
use super::desk::Desk;
use super::forecast::Forecast;
use super::outside::OutsideDesk;
use super::result_file::ResultFile;
use super::source::{Source, Survey};
use super::summary::Summary;
use crate::commands::again::this_command;
use crate::commands::local::database;
use crate::commands::output::Output;
use crate::exit::{CliError, Exit};
use crate::ui::{self, count};

/// Rows answered and written at a time.
const WRITTEN_ROWS: usize = 1_024;
/// How often the progress bar is brought up to date.
const REFRESH: Duration = Duration::from_millis(200);

/// Ends when the user wants the program to stop.
pub(super) type Stop<'s> = Pin<&'s mut (dyn Future<Output = Result<(), CliError>> + Send)>;

/// How a file is checked.
pub(super) struct Task<'a> {
    pub(super) path: &'a Path,
    pub(super) output: &'a Output,
    pub(super) desk: &'a Desk,
    /// How long put-off addresses are waited for.
    pub(super) wait: Duration,
    pub(super) quiet: bool,
}

impl FileSummary {
    /// What people read at the end.
    pub(super) fn sentence(&self) -> String {
        format!("{}: {}, written to {}", self.file, self.summary.sentence(), self.output)
    }

    pub(super) fn to_json(&self) -> Value {
        self.summary.to_json(json!({
            "file": self.file,
            "output": self.output,
            "resumed": self.resumed,
            "repairs": self.repairs,
        }))
    }
}

/// What came of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct FileSummary {
    pub(super) file: String,
    pub(super) output: String,
    pub(super) summary: Summary,
    /// Whether an earlier try was gone on with.
    resumed: bool,
    /// Repairs that were made while reading, in sentences.
    pub(super) repairs: Vec<String>,
}

impl Task<'_> {
    /// Checks every row and writes the result. On any error nothing appears at the output; what was
    /// asked is remembered.
    pub(super) async fn run(&self, mut stop: Stop<'_>) -> Result<FileSummary, CliError> {
        let (started, began) = (Instant::now(), SystemClock.now());
        let list = self.desk.list(hash(self.path)?).await?;
        let mut summary = Summary::default();
        let survey = match (self.desk.service(), &list) {
            (Some(service), Some(list)) => {
                let survey = self.ask(service, list, &mut summary, stop.as_mut()).await?;
                if let Some(outside) = self.desk.outside() {
                    let asked = self.ask_outside(outside, service, list, stop.as_mut()).await?;
                    summary.outside = asked;
                }
                survey
            }
            _ => self.survey()?,
        };
        let repairs = self.write(list.as_ref(), &survey, began, &mut summary, stop).await?;
        if let (Some(service), Some(list)) = (self.desk.service(), &list) {
            service.close(list).await.map_err(|why| database(&why))?;
        }
        summary.took = started.elapsed();
        Ok(FileSummary {
            file: self.path.display().to_string(),
            output: self.output.path.display().to_string(),
            resumed: list.is_some_and(|list| list.is_resumed()),
            summary,
            repairs,
        })
    }

    /// The first reading where nothing need be asked.
    fn survey(&self) -> Result<Survey, CliError> {
        let mut survey = Survey::default();
        let mut source = Source::open(self.path)?;
        while source.asked(&mut survey)?.is_some() {}
        Ok(survey)
    }

    /// The first reading: returns when every address has its answer, or is put off for longer than
    /// will be waited.
    async fn ask(
        &self,
        service: &Verification,
        list: &List,
        summary: &mut Summary,
        mut stop: Stop<'_>,
    ) -> Result<Survey, CliError> {
        let progress = Arc::new(Progress::default());
        let bar = ui::Progress::rows(None, self.quiet);
        let mut sweep = Sweep::start(service, *list, Arc::clone(&progress));
        let mut survey = Survey::default();
        let answered = {
            let asked = self.ask_all(&mut sweep, &mut survey);
            let watched = watched(asked, || {
                bar.set(progress.asked().saturating_add(progress.known()));
                bar.say(said(&progress));
            });
            tokio::select! {
                answered = watched => Some(answered),
                asked = &mut stop => { asked?; None }
            }
        };
        let Some(answered) = answered else {
            sweep.stop().await.map_err(|why| database(&why))?;
            return Err(self.stopped(&progress));
        };
        // the writer's own failure says more than that nothing more could be added
        sweep.end().await.map_err(|why| database(&why))?;
        answered?;
        let waiting = Instant::now();
        let until = service.clock.now().plus(self.wait);
        let settled = service.settle_put_off(list, until, None, &progress);
        let watched = watched(settled, || {
            let n = progress.put_off();
            bar.say(format!("waiting for {} addresses that were put off", count(n)));
        });
        let again = tokio::select! {
            again = watched => again.map_err(|why| database(&why))?,
            asked = &mut stop => { asked?; return Err(self.stopped(&progress)); }
        };
        summary.waited = waiting.elapsed();
        summary.checked = progress.asked().saturating_add(u64::try_from(again).unwrap_or(u64::MAX));
        Ok(survey)
    }

    async fn ask_all(&self, sweep: &mut Sweep<'_>, survey: &mut Survey) -> Result<(), CliError> {
        let mut source = Source::open(self.path)?;
        while let Some(asked) = source.asked(survey)? {
            let emails = asked.into_iter().filter(|one| one.kind == Some(Kind::Email));
            let texts: Vec<String> = emails.map(|one| one.text).collect();
            sweep.add(&texts).await.map_err(|why| database(&why))?;
            if let Some(refused) = sweep.refused() {
                let why = refused.to_string();
                return Err(CliError::new(Exit::Budget, why)
                    .try_this("more credits; what is answered is kept"));
            }
            if sweep.has_failed() {
                break;
            }
        }
        sweep.settled().await;
        Ok(())
    }

    /// Two readings more: what the outside verifier would cost, and, unless that is all that is wanted,
    /// its answers.
    async fn ask_outside(
        &self,
        outside: &OutsideDesk,
        service: &Verification,
        list: &List,
        mut stop: Stop<'_>,
    ) -> Result<OutsideSummary, CliError> {
        let mut forecast = Forecast::default();
        let mut source = Source::open(self.path)?;
        while let Some(asked) = source.asked(&mut Survey::default())? {
            let open = outside.open_of(service, list, &asked).await?;
            forecast.add(outside.kind(), &asked, &open);
        }
        ui::note(&outside.foretold(&forecast));
        let mut summary = OutsideSummary::default();
        if outside.dry_run {
            return Ok(summary);
        }
        let mut source = Source::open(self.path)?;
        while let Some(asked) = source.asked(&mut Survey::default())?
            && summary.stopped.is_none()
        {
            let open = outside.open_of(service, list, &asked).await?;
            let mut stopping = false;
            let is_stopping = || {
                stopping = stopping || stop.as_mut().now_or_never().is_some();
                stopping
            };
            summary.add(outside.ask(service, list, &open, is_stopping).await?);
            if stopping {
                return Err(self.stopped(&Progress::default()));
            }
        }
        Ok(summary)
    }

    /// The second reading; returns the repairs that were made while reading.
    async fn write(
        &self,
        list: Option<&List>,
        survey: &Survey,
        began: Timestamp,
        summary: &mut Summary,
        mut stop: Stop<'_>,
    ) -> Result<Vec<String>, CliError> {
        let mut source = Source::open(self.path)?;
        let mut result = ResultFile::begin(self.output, &source.header, survey.surplus)?;
        let bar = ui::Progress::rows(Some(survey.rows), self.quiet);
        bar.say("writing");
        while let Some(rows) = source.rows(WRITTEN_ROWS)? {
            let asked = rows.iter().flatten().map(|row| source.columns.pick(&row.cells)).collect();
            let answers = tokio::select! {
                biased;
                asked = &mut stop => { asked?; return Err(self.stopped(&Progress::default())); }
                answers = self.desk.answers(list, asked) => answers?,
            };
            if list.is_none() {
                let addresses = answers.iter().filter(|one| one.kind == Some(Kind::Email)).count();
                summary.checked += u64::try_from(addresses).unwrap_or(u64::MAX);
            }
            let mut answers = answers.into_iter();
            for row in &rows {
                match row {
                    Ok(row) => {
                        let Some(answer) = answers.next() else { break };
                        result.row(row, &answer)?;
                        summary.note(&answer, began);
                    }
                    Err(fault) => {
                        let why = format!("The row could not be read: {fault}.");
                        result.row(&Row::default(), &Checked::nothing(why, SystemClock.now()))?;
                        summary.note_unreadable(fault);
                    }
                }
            }
            bar.set(summary.rows);
        }
        result.finish()?;
        Ok(source.reader.facts().repairs.sentences())
    }

    fn stopped(&self, progress: &Progress) -> CliError {
        let sentence = format!(
            "stopped after {} addresses of {}; nothing was written to {}",
            count(progress.asked()),
            self.path.display(),
            self.output.path.display()
        );
        let again = this_command();
        let hint = match self.desk.service() {
            Some(_) => format!("the same command goes on, what was answered is kept: {again}"),
            None => format!("the same command again: {again}"),
        };
        CliError::interrupted(sentence).try_this(hint)
    }
}

/// What `work` gives, with `show` called now and then meanwhile.
async fn watched<T>(work: impl Future<Output = T>, show: impl Fn()) -> T {
    let mut work = std::pin::pin!(work);
    let mut refresh = tokio::time::interval(REFRESH);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = refresh.tick() => show(),
        }
    }
}

/// The words beside the counter.
fn said(progress: &Progress) -> String {
    let counts =
        [(progress.asked(), "asked"), (progress.known(), "known"), (progress.put_off(), "put off")];
    let some = counts.iter().filter(|(n, _)| *n > 0);
    some.map(|(n, words)| format!("{} {words}", count(*n))).collect::<Vec<_>>().join(", ")
}

/// A hash that has read the file.
fn hash(path: &Path) -> Result<blake3::Hasher, CliError> {
    let mut hasher = blake3::Hasher::new();
    let read = std::fs::File::open(path).and_then(|file| hasher.update_reader(file).map(drop));
    let bad = |why| CliError::bad_input(format!("{}: cannot be read ({why})", path.display()));
    read.map(|()| hasher).map_err(bad)
}
