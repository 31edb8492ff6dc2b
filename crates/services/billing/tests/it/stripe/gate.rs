//! Stands between the server and the sandbox's Stripe, holds answers back for as long as a test wants, and refuses in its place.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use captely_providers::Http;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

/// An answer that is held; sent on when this is used.
type Held = oneshot::Sender<()>;

#[derive(Clone)]
struct Way {
    http: Http,
    /// Where the sandbox listens.
    origin: String,
    /// Parts of paths; the answer to the next GET of the first is held.
    wanted: Arc<Mutex<VecDeque<String>>>,
    held: UnboundedSender<Held>,
    refused: Arc<Mutex<Refused>>,
}

/// What does not reach Stripe.
#[derive(Default)]
struct Refused {
    /// A part of paths; each POST there is refused.
    part: Option<String>,
    /// The idempotency keys of those that were.
    keys: Vec<String>,
}

/// What Stripe says to a request that it will never do.
const REFUSAL: &str =
    r#"{"error":{"type":"invalid_request_error","message":"Refused by a test."}}"#;

pub(super) struct Gate {
    /// Where the server finds Stripe.
    pub(super) base: String,
    wanted: Arc<Mutex<VecDeque<String>>>,
    held: UnboundedReceiver<Held>,
    refused: Arc<Mutex<Refused>>,
}

impl Gate {
    /// To the Stripe of this address.
    pub(super) async fn open(http: Http, base: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let path = base.parse::<Uri>().unwrap().path().trim_end_matches('/').to_owned();
        let origin = base.trim_end_matches('/').strip_suffix(&path).unwrap().to_owned();
        let (to, held) = unbounded_channel();
        let wanted: Arc<Mutex<VecDeque<String>>> = Arc::default();
        let base = format!("http://{}{path}", listener.local_addr().unwrap());
        let refused: Arc<Mutex<Refused>> = Arc::default();
        let (seen, no) = (Arc::clone(&wanted), Arc::clone(&refused));
        let way = Way { http, origin, wanted: seen, held: to, refused: no };
        let router = Router::new().fallback(pass).with_state(way);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, wanted, held, refused }
    }

    /// Holds the answer to the next GET whose path has `part`.
    pub(super) fn hold(&self, part: &str) {
        self.wanted.lock().unwrap().push_back(part.to_owned());
    }

    /// Refuses each POST whose path has `part` from now on; none with nothing.
    pub(super) fn refuse(&self, part: Option<&str>) {
        self.refused.lock().unwrap().part = part.map(str::to_owned);
    }

    /// The idempotency keys of what was refused.
    pub(super) fn refused_keys(&self) -> Vec<String> {
        self.refused.lock().unwrap().keys.clone()
    }

    /// Waits until an answer is held.
    pub(super) async fn held(&mut self) -> Held {
        self.held.recv().await.unwrap()
    }
}

async fn pass(
    State(way): State<Way>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    if method == Method::POST {
        let mut refused = way.refused.lock().unwrap();
        if refused.part.as_deref().is_some_and(|part| uri.path().contains(part)) {
            refused.keys.push(headers["idempotency-key"].to_str().unwrap().to_owned());
            return (StatusCode::BAD_REQUEST, HeaderMap::new(), REFUSAL.into());
        }
    }
    let url = format!("{}{uri}", way.origin).parse().unwrap();
    let mut request = reqwest::Request::new(method.clone(), url);
    *request.headers_mut() = headers;
    request.headers_mut().remove("host");
    *request.body_mut() = Some(body.into());
    let reply = way.http.send(request).await.unwrap();
    let wanted = {
        let mut wanted = way.wanted.lock().unwrap();
        let is_it = wanted.front().is_some_and(|part| uri.path().contains(part));
        if method == Method::GET && is_it { wanted.pop_front() } else { None }
    };
    if wanted.is_some() {
        let (go, went) = oneshot::channel();
        way.held.send(go).unwrap();
        went.await.unwrap();
    }
    let mut headers = reply.headers;
    for name in ["content-length", "transfer-encoding", "content-encoding", "connection"] {
        headers.remove(name);
    }
    (StatusCode::from_u16(reply.status).unwrap(), headers, reply.body.to_vec())
}
