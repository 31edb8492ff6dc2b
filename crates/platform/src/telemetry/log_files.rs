use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use super::HTTP_TARGET;
use super::rotating::RotatingFile;
use crate::clock::Clock;

/// The largest log file before a new one is begun, in bytes.
const BYTES_MAX: u64 = 50 * 1024 * 1024;
/// Files kept of each kind.
const FILES_MAX: usize = 14;

/// The files of REQUIREMENTS OPS-01: `app` takes every line, `error` those of errors and panics, `api`
/// those of requests. Each is a series of [`RotatingFile`]s: `app.2026-01-05.log`, ….
#[derive(Debug)]
pub(super) struct LogFiles {
    app: RotatingFile,
    error: RotatingFile,
    api: RotatingFile,
}

impl LogFiles {
    pub(super) fn open(folder: &Path, clock: &Arc<dyn Clock>) -> io::Result<Self> {
        let open = |name| RotatingFile::open(folder, name, BYTES_MAX, FILES_MAX, Arc::clone(clock));
        Ok(Self { app: open("app")?, error: open("error")?, api: open("api")? })
    }
}

impl<'w> MakeWriter<'w> for LogFiles {
    type Writer = Line<'w>;

    /// For a line of which nothing is known.
    fn make_writer(&'w self) -> Line<'w> {
        Line { app: &self.app, error: None, api: None }
    }

    fn make_writer_for(&'w self, metadata: &Metadata<'_>) -> Line<'w> {
        Line {
            app: &self.app,
            error: (*metadata.level() == Level::ERROR).then_some(&self.error),
            api: (metadata.target() == HTTP_TARGET).then_some(&self.api),
        }
    }
}

/// One line on its way to its files; it must be written in one piece.
pub(super) struct Line<'w> {
    app: &'w RotatingFile,
    error: Option<&'w RotatingFile>,
    api: Option<&'w RotatingFile>,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let app = self.app.write_line(bytes);
        // what can be written is, even where another file cannot
        let error = self.error.map_or(Ok(()), |file| file.write_line(bytes));
        let api = self.api.map_or(Ok(()), |file| file.write_line(bytes));
        app.and(error).and(api).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
