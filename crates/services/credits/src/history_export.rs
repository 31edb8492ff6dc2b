//! The history as a file: written page by page, so that memory does not grow with it.

use std::io;

use captely_contact::Credits;
use captely_platform::http::Pieces;
use captely_platform::ids::WorkspaceId;
use captely_tabular::{Cell, Format, TakenBytes, WriteError, WriteOptions, Writer, create_on};

use crate::Ledger;
use crate::history::{HistoryFilter, HistoryLine};

/// Lines that are read at once.
const PAGE_LINES: u32 = 500;

const COLUMNS: [&str; 16] = [
    "seq",
    "at",
    "kind",
    "change",
    "balance_after",
    "reason",
    "amount",
    "from_account",
    "to_account",
    "action",
    "quantity",
    "provider",
    "run_id",
    "member_id",
    "subject",
    "hold_id",
];

/// A history on its way out, the newest entry first. Entries that are added meanwhile are not in it.
pub(crate) struct HistoryExport {
    ledger: Ledger,
    workspace: WorkspaceId,
    filter: HistoryFilter,
    before: Option<i64>,
    written: TakenBytes,
    /// None once the last line is written.
    writer: Option<Writer>,
}

impl HistoryExport {
    /// Begins with the header.
    pub(crate) fn begin(
        ledger: Ledger,
        workspace: WorkspaceId,
        filter: HistoryFilter,
        format: Format,
    ) -> Result<Self, WriteError> {
        let written = TakenBytes::default();
        let header = COLUMNS.map(str::to_owned);
        let out = Box::new(written.clone());
        let options = WriteOptions::default();
        let writer = create_on(out, "the history of credits", format, &header, &options)?;
        Ok(Self { ledger, workspace, filter, before: None, written, writer: Some(writer) })
    }
}

impl Pieces for HistoryExport {
    async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let Some(writer) = &mut self.writer else { return Ok(None) };
            let page =
                self.ledger.history(self.workspace, &self.filter, self.before, PAGE_LINES).await;
            let page = page.map_err(io::Error::other)?;
            for line in &page.lines {
                write_line(writer, line).map_err(io::Error::other)?;
            }
            self.before = page.next;
            if page.next.is_none()
                && let Some(writer) = self.writer.take()
            {
                writer.finish().map_err(io::Error::other)?;
            }
            let bytes = self.written.take();
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
    }
}

fn write_line(writer: &mut Writer, line: &HistoryLine) -> Result<(), WriteError> {
    let text = |id: Option<String>| id.unwrap_or_default();
    let at = line.at.to_string();
    let (change, balance, amount) = (
        Credits::millis(line.change_millis()).to_string(),
        line.balance_after.to_string(),
        line.amount.to_string(),
    );
    let (from, to) = line.accounts();
    let run = text(line.run.map(|id| id.to_string()));
    let member = text(line.member.map(|id| id.to_string()));
    let subject = text(line.subject.map(|id| id.simple().to_string()));
    let hold = text(line.hold.map(|id| id.to_string()));
    let cells: [Cell<'_>; 16] = [
        line.seq.into(),
        at.as_str().into(),
        line.kind.as_str().into(),
        Cell::Decimal(&change),
        Cell::Decimal(&balance),
        line.reason.as_str().into(),
        Cell::Decimal(&amount),
        from.into(),
        to.into(),
        line.action.map_or(Cell::Empty, |action| action.as_str().into()),
        line.quantity.into(),
        line.provider.as_deref().unwrap_or_default().into(),
        run.as_str().into(),
        member.as_str().into(),
        subject.as_str().into(),
        hold.as_str().into(),
    ];
    writer.row(&cells)
}
