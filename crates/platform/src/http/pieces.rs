use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use http_body_util::BodyExt as _;
use tokio::time::Instant;

use super::{Problem, RequestContext, codes};

/// An upload takes no longer, however steadily its pieces come: 1 GiB at 50 kB/s.
const UPLOAD_TIME_MAX: Duration = Duration::from_hours(6);
/// Larger pieces are cut, so that whoever takes them apart never holds much.
const PIECE_BYTES_MAX: usize = 64 * 1024;

/// Why no more of a body comes.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum PieceFault {
    /// Nothing came for so many seconds.
    #[error("nothing came for {0} s")]
    Silent(u64),
    /// It came too slowly.
    #[error("it takes longer than {} hours", UPLOAD_TIME_MAX.as_secs() / 3_600)]
    Endless,
    /// The connection broke.
    #[error("{0}")]
    Cut(String),
    /// Something in it has no end.
    #[error("its parts have headers without end")]
    Headless,
}

impl From<PieceFault> for Problem {
    fn from(fault: PieceFault) -> Self {
        match &fault {
            PieceFault::Silent(seconds) => Self::new(
                &codes::SLOW,
                format!("Nothing of the body came for {seconds} s. Nothing of it was kept."),
            ),
            PieceFault::Endless => {
                Self::new(&codes::SLOW, "The body takes hours to arrive. Send the file in parts.")
            }
            PieceFault::Cut(why) => Self::new(
                &codes::MALFORMED,
                "The body ends before its end. Nothing of it was kept.",
            )
            .because(why.clone()),
            PieceFault::Headless => {
                Self::new(&codes::MALFORMED, "A part of the form has headers without end.")
            }
        }
    }
}

/// The pieces of a body as they come. Each must come within `silence_max`, and each lets the request go on.
pub(super) fn pieces(
    body: Body,
    context: RequestContext,
    silence_max: Duration,
) -> BoxStream<'static, Result<Bytes, PieceFault>> {
    let until = Instant::now() + UPLOAD_TIME_MAX;
    let frames = stream::try_unfold(body, move |mut body| {
        let context = context.clone();
        async move {
            let late = |_elapsed| PieceFault::Silent(silence_max.as_secs());
            let frame = tokio::time::timeout(silence_max, body.frame()).await.map_err(late)?;
            let Some(frame) = frame else { return Ok(None) };
            let frame = frame.map_err(|why| PieceFault::Cut(why.to_string()))?;
            if Instant::now() > until {
                return Err(PieceFault::Endless);
            }
            context.moves();
            // What is no data are trailers, which say nothing here.
            Ok(Some((frame.into_data().unwrap_or_default(), body)))
        }
    });
    frames.map(|frame| stream::iter(cut(frame))).flatten().boxed()
}

fn cut(frame: Result<Bytes, PieceFault>) -> Vec<Result<Bytes, PieceFault>> {
    let mut left = match frame {
        Ok(bytes) => bytes,
        Err(fault) => return vec![Err(fault)],
    };
    let mut out = Vec::new();
    while left.len() > PIECE_BYTES_MAX {
        out.push(Ok(left.split_to(PIECE_BYTES_MAX)));
    }
    if !left.is_empty() {
        out.push(Ok(left));
    }
    out
}
