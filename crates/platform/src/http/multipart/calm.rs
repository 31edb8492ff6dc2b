use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;
use futures::stream::BoxStream;

use crate::http::pieces::PieceFault;

/// What may come before something is made of it, in bytes: a part's headers, and a piece or two.
const UNUSED_BYTES_MAX: usize = 1024 * 1024;

/// Pieces of a body, one for each time that somebody asks, and no more than is used. The parser takes all
/// that is ready into memory, and headers of any length.
pub(super) struct Calm {
    pieces: BoxStream<'static, Result<Bytes, PieceFault>>,
    gave: bool,
    meter: Meter,
}

/// Counts what came since something was made of it.
#[derive(Clone, Default)]
pub(super) struct Meter(Arc<AtomicUsize>);

impl Calm {
    pub(super) fn new(pieces: BoxStream<'static, Result<Bytes, PieceFault>>) -> (Self, Meter) {
        let meter = Meter::default();
        (Self { pieces, gave: false, meter: meter.clone() }, meter)
    }
}

impl Meter {
    /// Something was made of all that came.
    pub(super) fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl Stream for Calm {
    type Item = Result<Bytes, PieceFault>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.gave) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = self.pieces.as_mut().poll_next(cx);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            self.gave = true;
            let before = self.meter.0.fetch_add(piece.len(), Ordering::Relaxed);
            if before.saturating_add(piece.len()) > UNUSED_BYTES_MAX {
                return Poll::Ready(Some(Err(PieceFault::Headless)));
            }
        }
        polled
    }
}
