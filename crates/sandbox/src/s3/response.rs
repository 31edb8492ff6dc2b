use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::HeaderName;
use hyper::{HeaderMap, Response, StatusCode};

use crate::server::Cut;

/// An answer before it goes out.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    pub(super) fn new(status: u16) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// What no header can hold is left out.
    pub(super) fn with(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = value.as_ref().parse() {
            self.headers.insert(name, value);
        }
        self
    }

    pub(super) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// As it goes out; `whole` is false where the connection breaks in the middle of the body.
    pub(super) fn sent(self, whole: bool) -> Response<Sent> {
        let size = self.body.len();
        let (body, cut) =
            if whole { (self.body, false) } else { (self.body.slice(..size / 2), true) };
        let mut response = Response::new(Sent { body: Some(body), size, cut });
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        response
    }
}

/// The bytes of an answer, and whether the connection breaks behind them.
#[derive(Debug)]
pub(super) struct Sent {
    body: Option<Bytes>,
    size: usize,
    cut: bool,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        Poll::Ready(match self.body.take().filter(|body| !body.is_empty()) {
            Some(body) => Some(Ok(Frame::data(body))),
            None if self.cut => Some(Err(Cut)),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        !self.cut && self.body.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.size).unwrap_or(u64::MAX))
    }
}
