//! The audit log as a file: written page by page, so that memory does not grow with it.

use std::io;

use captely_platform::http::Pieces;
use captely_platform::ids::WorkspaceId;
use captely_tabular::{Cell, Format, TakenBytes, WriteOptions, Writer, create_on};

use crate::service::Accounts;
use crate::store;
use crate::store::audit::{AuditRow, Wanted};

/// Lines that are read at once.
const PAGE_LINES: u32 = 500;

const COLUMNS: [&str; 11] = [
    "id",
    "at",
    "actor_kind",
    "actor_id",
    "action",
    "outcome",
    "subject",
    "address",
    "device",
    "request",
    "detail",
];

/// A log on its way out, the newest line first. Lines that are added meanwhile are not in it.
pub(crate) struct AuditExport {
    accounts: Accounts,
    workspace: WorkspaceId,
    wanted: Wanted,
    written: TakenBytes,
    /// None once the last line is written.
    writer: Option<Writer>,
}

impl AuditExport {
    /// Begins with the header.
    pub(crate) fn begin(
        accounts: Accounts,
        workspace: WorkspaceId,
        wanted: Wanted,
        format: Format,
    ) -> io::Result<Self> {
        let written = TakenBytes::default();
        let header = COLUMNS.map(str::to_owned);
        let options = WriteOptions::default();
        let out = Box::new(written.clone());
        let writer = create_on(out, "the audit log", format, &header, &options);
        let writer = Some(writer.map_err(io::Error::other)?);
        Ok(Self { accounts, workspace, wanted, written, writer })
    }
}

impl Pieces for AuditExport {
    async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let Some(writer) = &mut self.writer else { return Ok(None) };
            let rows = store::audit::page(
                &self.accounts.db,
                self.workspace,
                self.wanted.clone(),
                PAGE_LINES,
            );
            let rows = rows.await.map_err(io::Error::other)?;
            for row in &rows {
                write_row(writer, row).map_err(io::Error::other)?;
            }
            self.wanted.before = rows.last().map(|row| row.id).or(self.wanted.before);
            if rows.is_empty()
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

fn write_row(writer: &mut Writer, row: &AuditRow) -> Result<(), captely_tabular::WriteError> {
    let (id, at) = (row.id.to_string(), row.at.to_string());
    let actor = row.actor_id().unwrap_or_default();
    let cells: [&str; 11] = [
        &id,
        &at,
        &row.actor_kind,
        &actor,
        &row.action,
        &row.outcome,
        &row.subject,
        &row.address,
        &row.agent,
        &row.request,
        &row.detail,
    ];
    writer.row(&cells.map(Cell::from))
}
