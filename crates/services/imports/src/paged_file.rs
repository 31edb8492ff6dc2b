//! A file that is written page by page while it is sent, so that memory does not grow with it.

use std::io;
use std::path::Path;

use captely_platform::http::Pieces;
use captely_tabular::{
    Format, TakenBytes, WriteError, WriteOptions, Writer, create, create_on, distinct_names,
};

/// Where the rows of such a file come from.
pub(crate) trait Rows: Send + 'static {
    /// What is written as one row.
    type Row: Send;

    /// The next rows; none at the end.
    fn page(&mut self) -> impl Future<Output = io::Result<Vec<Self::Row>>> + Send;

    /// Writes one.
    fn write(&self, writer: &mut Writer, row: &Self::Row) -> Result<(), WriteError>;
}

/// Writes all rows into a file of this machine, which appears whole or not at all; how many there were.
pub(crate) async fn write_to<R: Rows>(
    mut rows: R,
    path: &Path,
    header: &[String],
) -> io::Result<u64> {
    let mut writer =
        create(path, Format::Csv, &distinct_names(header)).map_err(io::Error::other)?;
    let mut n = 0_u64;
    loop {
        let page = rows.page().await?;
        if page.is_empty() {
            writer.finish().map_err(io::Error::other)?;
            return Ok(n);
        }
        for row in &page {
            rows.write(&mut writer, row).map_err(io::Error::other)?;
            n = n.saturating_add(1);
        }
    }
}

/// A file on its way out.
pub(crate) struct PagedFile<R> {
    rows: R,
    written: TakenBytes,
    /// None once the last row is written.
    writer: Option<Writer>,
}

impl<R: Rows> PagedFile<R> {
    /// Begins with the header. `what` names the file in errors.
    pub(crate) fn begin(
        rows: R,
        what: &str,
        header: &[String],
        format: Format,
    ) -> Result<Self, WriteError> {
        let written = TakenBytes::default();
        let out = Box::new(written.clone());
        let header = distinct_names(header);
        let writer = create_on(out, what, format, &header, &WriteOptions::default())?;
        Ok(Self { rows, written, writer: Some(writer) })
    }
}

impl<R: Rows> Pieces for PagedFile<R> {
    async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        while self.writer.is_some() {
            let page = self.rows.page().await?;
            let Some(writer) = &mut self.writer else { break };
            for row in &page {
                self.rows.write(writer, row).map_err(io::Error::other)?;
            }
            if page.is_empty()
                && let Some(writer) = self.writer.take()
            {
                writer.finish().map_err(io::Error::other)?;
            }
            let bytes = self.written.take();
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }
}
