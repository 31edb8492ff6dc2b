//! Checking single addresses and numbers.

use std::time::Duration;

use captely_platform::clock::{Clock as _, SystemClock};
use captely_tabular::Row;
use captely_verification::Progress;
use tokio::time::Instant;

use super::answer::Checked;
use super::columns::Asked;
use super::desk::Desk;
use super::forecast::Forecast;
use super::result_file::ResultFile;
use super::summary::Summary;
use crate::commands::local::database;
use crate::commands::output::Output;
use crate::exit::CliError;
use crate::ui;

/// Answers texts in the order given. Those that are put off are waited for as long as `wait`.
pub(super) async fn check(
    desk: &Desk,
    texts: &[String],
    wait: Duration,
) -> Result<(Vec<Checked>, Summary), CliError> {
    let (started, began) = (Instant::now(), SystemClock.now());
    let mut summary = Summary::default();
    if texts.is_empty() {
        return Ok((Vec::new(), summary));
    }
    let mut hasher = blake3::Hasher::new();
    for text in texts {
        hasher.update(text.as_bytes()).update(b"\n");
    }
    let list = desk.list(hasher).await?;
    let asked = || texts.iter().cloned().map(Asked::alone).collect::<Vec<_>>();
    let mut answers = desk.answers(list.as_ref(), asked()).await?;
    if let (Some(service), Some(list)) = (desk.service(), &list) {
        if !wait.is_zero() && answers.iter().any(|one| one.retry_at.is_some()) {
            let waiting = Instant::now();
            let until = service.clock.now().plus(wait);
            let progress = Progress::default();
            let settled = service.settle_put_off(list, until, None, &progress).await;
            settled.map_err(|why| database(&why))?;
            summary.waited = waiting.elapsed();
            answers = desk.answers(Some(list), asked()).await?;
        }
        if let Some(outside) = desk.outside() {
            let open = outside.open_of(service, list, &asked()).await?;
            let mut forecast = Forecast::default();
            forecast.add(outside.kind(), &asked(), &open);
            ui::note(&outside.foretold(&forecast));
            if !outside.dry_run {
                summary.outside = outside.ask(service, list, &open, || false).await?;
                answers = desk.answers(Some(list), asked()).await?;
            }
        }
        service.close(list).await.map_err(|why| database(&why))?;
    }
    for answer in &answers {
        summary.note(answer, began);
    }
    let emails = answers.iter().filter(|one| one.percent.is_some() && one.at >= began).count();
    summary.checked = u64::try_from(emails).unwrap_or(u64::MAX);
    summary.took = started.elapsed();
    Ok((answers, summary))
}

/// Writes answers that belong to no file.
pub(super) fn write(output: &Output, answers: &[Checked]) -> Result<(), CliError> {
    let mut result = ResultFile::begin(output, &[], 0)?;
    for answer in answers {
        result.row(&Row::default(), answer)?;
    }
    result.finish()
}
