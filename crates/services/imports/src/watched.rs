//! Whether the store failed while a file was read out of it. Readers unpack, decode and guess: whatever they make of
//! bytes that stopped coming, the file is not to blame for it.

use std::io::{self, Read};
use std::sync::{Arc, OnceLock};

use captely_tabular::ReadError;

use crate::ImportError;

/// What came in the way of reading, if anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<OnceLock<String>>);

impl Watch {
    /// The same bytes, looked at on their way.
    pub(crate) fn over(&self, bytes: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(Watched { bytes, watch: self.clone() })
    }

    /// What it means that a file could not be read: trouble of the store may pass.
    pub(crate) fn blame(&self, why: ReadError) -> ImportError {
        self.0.get().map_or_else(|| why.into(), |said| ImportError::Io(said.clone()))
    }
}

struct Watched {
    bytes: Box<dyn Read + Send>,
    watch: Watch,
}

impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(into).inspect_err(|why| {
            if why.kind() != io::ErrorKind::Interrupted {
                // What came first is what is told.
                let _ = self.watch.0.set(why.to_string());
            }
        })
    }
}
