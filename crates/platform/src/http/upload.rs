use std::fmt;

use axum::body::HttpBody as _;
use axum::extract::{FromRef, FromRequest, FromRequestParts as _, Request};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use futures::stream::BoxStream;

use super::pieces::{PieceFault, pieces};
use super::{Http, Problem, RequestContext, codes};
use crate::files::{Files, Written};

/// A body that is a file or a part of one, of any type, piece by piece. It may take long: only each piece
/// must come in time.
pub struct Upload {
    announced: u64,
    pieces: BoxStream<'static, Result<Bytes, PieceFault>>,
}

impl<S> FromRequest<S> for Upload
where
    S: Send + Sync,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let http = Http::from_ref(state);
        let (mut parts, body) = request.into_parts();
        let context = RequestContext::from_request_parts(&mut parts, state).await?;
        let announced = body.size_hint().lower();
        Ok(Self { announced, pieces: pieces(body, context, http.options.body_time_max) })
    }
}

impl Upload {
    /// Keeps it as a file, whole or not at all.
    pub async fn keep(self, files: &Files, name: &str, bytes_max: u64) -> Result<Written, Problem> {
        self.check(bytes_max)?;
        Ok(files.put_stream(name, self.pieces, bytes_max).await?)
    }

    /// All of it in memory, `bytes_max` at most.
    pub async fn collect(mut self, bytes_max: u64) -> Result<Bytes, Problem> {
        self.check(bytes_max)?;
        let mut all = BytesMut::new();
        while let Some(piece) = self.pieces.next().await {
            all.extend_from_slice(&piece?);
            if u64::try_from(all.len()).map_or(true, |size| size > bytes_max) {
                return Err(too_large(bytes_max));
            }
        }
        Ok(all.freeze())
    }

    /// What is announced need not be waited for.
    fn check(&self, bytes_max: u64) -> Result<(), Problem> {
        if self.announced > bytes_max { Err(too_large(bytes_max)) } else { Ok(()) }
    }
}

fn too_large(bytes_max: u64) -> Problem {
    Problem::new(&codes::TOO_LARGE, format!("The body is over {bytes_max} bytes."))
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({} bytes announced)", self.announced)
    }
}
