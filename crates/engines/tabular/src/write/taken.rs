use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a [`super::Writer`] puts its bytes while somebody sends them on: see [`super::create_on`]. Clones are
/// the same place.
#[derive(Debug, Clone, Default)]
pub struct TakenBytes(Arc<Mutex<Vec<u8>>>);

impl TakenBytes {
    /// What was written since the last time.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for TakenBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
