use captely_contact::EmailStatus;
use captely_enrichment::{Enricher, RowResult, results_page};
use captely_imports::{Import, ImportRow};
use captely_platform::ids::RunId;
use captely_tabular::{Cell, WriteError, Writer, create};
use tokio::sync::mpsc;

use super::Job;
use super::columns::{Added, header};
use super::interrupt::Interrupt;
use crate::exit::CliError;

/// Rows read from the database at a time.
const PAGE_ROWS: u32 = 1_000;

/// What stands in the result file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Data rows.
    pub rows: u64,
    /// Rows with an e-mail address.
    pub email: u64,
    /// Rows whose mailbox was confirmed.
    pub verified: u64,
    /// Rows with a phone number.
    pub phone: u64,
    /// Rows that a budget kept from being asked to the end.
    pub short_of_budget: u64,
}

fn refused(error: &WriteError) -> CliError {
    CliError::output(error.to_string()).try_this("another place with -o; what was found is kept")
}

/// Writes the list with what was found, in its order. The file appears whole or not at all.
pub(super) async fn write(
    job: &Job<'_>,
    enricher: &Enricher,
    import: &Import,
    run: RunId,
    interrupt: &mut Interrupt<'_>,
) -> Result<Written, CliError> {
    let header = header(&import.header, import.surplus);
    let columns = import.header.len().saturating_add(import.surplus);
    let (to, from) = mpsc::channel(2);
    let (path, format) = (job.output.path.clone(), job.output.format);
    let writing = tokio::task::spawn_blocking(move || {
        let writer = create(&path, format, &header)?;
        write_pages(writer, from, columns)
    });
    let feeding = interrupt.unless("the result was written", feed(enricher, import, run, &to));
    let fed = feeding.await;
    if fed.is_ok() {
        // the writer may have failed and gone: it says why below
        let _ = to.send(None).await;
    }
    drop(to);
    // without the end it removes what it wrote, and is waited for so that nothing is left behind
    let written = writing.await.map_err(|e| CliError::internal(e.to_string()))?;
    let written = written.map_err(|error| refused(&error))?;
    fed?;
    written.ok_or_else(|| CliError::internal("the result's writer was not told the end"))
}

/// Hands all rows to the writer.
async fn feed(
    enricher: &Enricher,
    import: &Import,
    run: RunId,
    to: &mpsc::Sender<Option<Page>>,
) -> Result<(), CliError> {
    let mut after = 0;
    loop {
        let page = results_page(&enricher.db, enricher.workspace, import.id, run, after, PAGE_ROWS)
            .await
            .map_err(|e| crate::commands::local::database(&e))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.0.number;
        if to.send(Some(page)).await.is_err() {
            return Ok(());
        }
    }
}

type Page = Vec<(ImportRow, Option<RowResult>)>;

/// Writes pages until `None` tells the end. Where the pages end without it, nothing is kept.
fn write_pages(
    mut writer: Writer,
    mut from: mpsc::Receiver<Option<Page>>,
    columns: usize,
) -> Result<Option<Written>, WriteError> {
    let mut written = Written::default();
    loop {
        let Some(next) = from.blocking_recv() else { return Ok(None) };
        let Some(page) = next else { break };
        for (row, result) in page {
            let added = Added::of(result.as_ref());
            let own = row.cells.iter().map(|cell| Cell::Input(cell));
            let padding = std::iter::repeat(Cell::Empty);
            let cells: Vec<Cell<'_>> =
                own.chain(padding).take(columns).chain(added.cells()).collect();
            writer.row(&cells)?;
            written.count(result.as_ref());
        }
    }
    writer.finish()?;
    Ok(Some(written))
}

impl Written {
    fn count(&mut self, result: Option<&RowResult>) {
        use captely_waterfall::Stop;
        self.rows += 1;
        let Some(result) = result else { return };
        let email = result.best.email.as_ref();
        self.email += u64::from(email.is_some());
        self.verified += u64::from(email.is_some_and(|e| e.status == EmailStatus::Valid));
        self.phone += u64::from(result.best.phone.is_some());
        let short = matches!(
            result.stop,
            Stop::RowBudget | Stop::RunBudget | Stop::ProviderLimit | Stop::Credits
        );
        self.short_of_budget += u64::from(short);
    }
}
