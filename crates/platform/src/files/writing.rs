use std::sync::Arc;

use object_store::path::Path;
use object_store::{
    Error, MultipartUpload, ObjectStore, ObjectStoreExt as _, PutPayloadMut, Result, WriteMultipart,
};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// Parts of one upload that may be on their way at once.
const PARTS_AT_ONCE: usize = 4;

/// A file below this size goes in one request. It is the least size of a part that is not the last
/// (Amazon S3 User Guide, "Multipart upload limits"), and what `WriteMultipart` makes of its parts.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// Who else may write the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// Nobody: what stands there is ours, and is taken back.
    Alone,
    /// Others, also meanwhile: what stands there may be theirs.
    Shared,
}

/// A file that is being written; taken back where it is dropped before its end was told. What others may have written
/// is never taken away: of a shared name, a last request that is on its way when this is dropped goes on to its end.
pub(super) struct Writing {
    store: Arc<dyn ObjectStore>,
    path: Path,
    named: Named,
    state: State,
}

/// How far it is. What the store must not be left alone with runs in a task of its own, which goes on when the
/// caller is dropped.
enum State {
    /// Not known yet whether one request does. Pieces are copied: a piece of one byte keeps what it was cut from.
    Early(PutPayloadMut),
    /// An upload in parts is being begun.
    Beginning(JoinHandle<Result<Box<dyn MultipartUpload>>>),
    InParts(WriteMultipart),
    /// The last request is on its way.
    Ending(JoinHandle<Result<()>>),
    /// Whole, or given up.
    Over,
}

impl Writing {
    pub(super) fn begin(store: &Arc<dyn ObjectStore>, path: Path, named: Named) -> Self {
        Self { store: Arc::clone(store), path, named, state: State::Early(PutPayloadMut::new()) }
    }

    pub(super) async fn push(&mut self, piece: &[u8]) -> Result<()> {
        match &mut self.state {
            State::Early(early) => {
                early.extend_from_slice(piece);
                if early.content_length() >= PART_BYTES {
                    let early = std::mem::take(early);
                    self.state = State::InParts(self.in_parts(early).await?);
                }
                Ok(())
            }
            State::InParts(upload) => {
                upload.wait_for_capacity(PARTS_AT_ONCE).await?;
                upload.write(piece);
                Ok(())
            }
            State::Beginning(_) | State::Ending(_) | State::Over => Err(over()),
        }
    }

    /// Begins an upload in parts with what came before.
    async fn in_parts(&mut self, early: PutPayloadMut) -> Result<WriteMultipart> {
        let (store, path) = (Arc::clone(&self.store), self.path.clone());
        let task = tokio::spawn(async move { store.put_multipart(&path).await });
        self.state = State::Beginning(task);
        let State::Beginning(task) = &mut self.state else { return Err(over()) };
        let begun = task.await;
        self.state = State::Over;
        let mut upload =
            WriteMultipart::new_with_chunk_size(begun.unwrap_or_else(gone)?, PART_BYTES);
        for block in early.freeze() {
            upload.put(block);
        }
        Ok(upload)
    }

    pub(super) async fn finish(mut self) -> Result<()> {
        let (store, path) = (Arc::clone(&self.store), self.path.clone());
        let task = match std::mem::replace(&mut self.state, State::Over) {
            State::Early(early) => {
                tokio::spawn(async move { store.put(&path, early.freeze()).await.map(drop) })
            }
            State::InParts(upload) => tokio::spawn(async move { upload.finish().await.map(drop) }),
            State::Beginning(_) | State::Ending(_) | State::Over => return Err(over()),
        };
        self.state = State::Ending(task);
        let State::Ending(task) = &mut self.state else { return Err(over()) };
        let ended = task.await;
        self.state = State::Over;
        ended.unwrap_or_else(gone)
    }
}

/// A task that panicked or was stopped with the program.
fn gone<T>(why: tokio::task::JoinError) -> Result<T> {
    Err(Error::Generic { store: "upload", source: Box::new(why) })
}

fn over() -> Error {
    Error::Generic { store: "upload", source: "the file is at its end already".into() }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else { return };
        // Where it fails nobody is left to be told; a rule of the bucket takes old parts away.
        match std::mem::replace(&mut self.state, State::Over) {
            State::Early(_) | State::Over => {}
            State::Ending(_) if self.named == Named::Shared => {}
            State::Beginning(task) => {
                runtime.spawn(async move {
                    if let Ok(Ok(mut upload)) = task.await {
                        drop(upload.abort().await);
                    }
                });
            }
            State::InParts(upload) => {
                runtime.spawn(async move { drop(upload.abort().await) });
            }
            State::Ending(task) => {
                let (store, path) = (Arc::clone(&self.store), self.path.clone());
                runtime.spawn(async move {
                    // Also where it failed: an answer may have been lost.
                    drop(task.await);
                    drop(store.delete(&path).await);
                });
            }
        }
    }
}
