use axum::extract::{FromRef, FromRequest, FromRequestParts as _, OriginalUri, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use captely_contact::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use uuid::Uuid;

use super::{Http, Problem, RequestContext, body, codes, store};
use crate::access::Means;
use crate::db::{Db, DbError, Tx};

/// How long an answer is kept under its key.
const KEPT: Duration = Duration::from_hours(24);
/// The longest key, in bytes.
const KEY_BYTES_MAX: usize = 255;
const CONTEXT: &str = "idempotency.answer";

/// A JSON body of a POST that makes or spends something, with the client's `Idempotency-Key`.
#[derive(Debug)]
pub struct Idempotent<T> {
    /// The body.
    pub input: T,
    /// Does the work once.
    pub once: Once,
}

/// Does a piece of work once for each idempotency key of an actor: the work, its answer and the key
/// become lasting in one transaction. So a repeated request finds the whole answer or nothing, at
/// whatever point the first one was cut off; two at once wait for each other.
///
/// Without a key the work is simply done.
#[derive(Debug)]
pub struct Once {
    actor: Uuid,
    key: Option<[u8; 32]>,
    body: [u8; 32],
}

/// Why a request under a key was not done.
#[derive(Debug, thiserror::Error)]
pub enum OnceError {
    /// The key stands for another body.
    #[error("the key was used for another request")]
    Reused,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl<S, T> FromRequest<S> for Idempotent<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
    Http: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, inner) = request.into_parts();
        let context = RequestContext::from_request_parts(&mut parts, state).await?;
        let key = idempotency_key(&parts.headers)?;
        let operation = operation(&parts, &context);
        let request = Request::from_parts(parts, inner);
        let bytes = body::collect(request, &Http::from_ref(state)).await?;
        let actor = actor(&context);
        let key = key.map(|key| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(operation.as_bytes()).update(&[0]).update(key.as_bytes());
            *hasher.finalize().as_bytes()
        });
        let once = Once { actor, key, body: *blake3::hash(&bytes).as_bytes() };
        Ok(Self { input: body::parse(&bytes)?, once })
    }
}

/// What a key stands for: the whole address (a nested router sees a part of it), in the workspace that
/// the operation acts in. Not in the session's: accepting an invitation moves that, and the same
/// request sent again must find its answer.
fn operation(parts: &Parts, context: &RequestContext) -> String {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    let workspace = context.workspace().map(|id| id.to_string()).unwrap_or_default();
    format!("{} {uri} {workspace}", parts.method)
}

/// Whose keys these are. Extractors of who asks stand before the body, so it is known here; where
/// anybody may ask, keys are the address's own.
fn actor(context: &RequestContext) -> Uuid {
    if let Some(identity) = context.identity() {
        return match identity.means {
            Means::Session { .. } => identity.user.as_uuid(),
            Means::Key { id, .. } => id.as_uuid(),
        };
    }
    let mark = blake3::hash(context.address().to_string().as_bytes());
    Uuid::from_bytes(mark.as_bytes().first_chunk::<16>().copied().unwrap_or_default())
}

/// The `Idempotency-Key` of a request, for work that knows its own keys for ever: see also [`Idempotent`].
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim().trim_matches('"');
    let plain = key.bytes().all(|b| b.is_ascii_graphic());
    if key.is_empty() || key.len() > KEY_BYTES_MAX || !plain {
        return Err(Problem::new(
            &codes::MALFORMED,
            format!("An Idempotency-Key has 1 to {KEY_BYTES_MAX} plain ASCII characters."),
        )
        .at("Idempotency-Key"));
    }
    Ok(Some(key.to_owned()))
}

impl Once {
    /// Runs `work` in one transaction and answers with `status` and what it gives, as JSON; or gives the
    /// answer that the same request got before, marked `Idempotency-Replayed: true`. Errors of `work`
    /// roll everything back and are not kept.
    pub async fn run<R, E>(
        &self,
        http: &Http,
        status: StatusCode,
        work: impl AsyncFnOnce(&mut Tx) -> Result<R, E>,
    ) -> Result<Response, E>
    where
        R: Serialize,
        E: From<OnceError>,
    {
        let mut tx = http.db.writer().await.map_err(OnceError::Db)?;
        if let Some(given) = self.claim(http, &mut tx).await? {
            return Ok(given);
        }
        let made = work(&mut tx).await?;
        let text = serde_json::to_string(&made)
            .map_err(|why| OnceError::Db(DbError::Other(format!("an answer is no JSON: {why}"))))?;
        if let Some(key) = &self.key {
            let sealed = http.keys.seal(&self.context(key), text.as_bytes());
            let kept = store::answer(&mut tx, self.actor, key, status.as_u16(), sealed).await;
            kept.map_err(OnceError::Db)?;
        }
        tx.commit().await.map_err(OnceError::Db)?;
        Ok(json(status, text))
    }

    /// Binds a sealed answer to its row.
    fn context(&self, key: &[u8; 32]) -> String {
        format!("{CONTEXT}.{}.{}", self.actor.simple(), blake3::Hash::from_bytes(*key).to_hex())
    }

    async fn claim(&self, http: &Http, tx: &mut Tx) -> Result<Option<Response>, OnceError> {
        let Some(key) = &self.key else { return Ok(None) };
        let now = http.now();
        let given = store::claim(tx, self.actor, key, &self.body, now, now.plus(KEPT)).await?;
        let Some(given) = given else { return Ok(None) };
        if given.body_hash != self.body {
            return Err(OnceError::Reused);
        }
        let opened = http.keys.open(&self.context(key), &given.answer);
        let opened = opened.map_err(|why| DbError::Other(format!("a kept answer: {why}")))?;
        let text = String::from_utf8(opened)
            .map_err(|why| DbError::Other(format!("a kept answer: {why}")))?;
        let status = u16::try_from(given.status).ok().and_then(|s| StatusCode::from_u16(s).ok());
        let mut answer = json(status.unwrap_or(StatusCode::OK), text);
        let replayed = HeaderValue::from_static("true");
        answer.headers_mut().insert("idempotency-replayed", replayed);
        Ok(Some(answer))
    }
}

fn json(status: StatusCode, text: String) -> Response {
    let mut answer = (status, text).into_response();
    let json = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Forgets answers whose day is over, and counts of past minutes. Returns how many answers.
pub async fn forget_old(db: &Db, now: Timestamp) -> Result<u64, DbError> {
    let mut tx = db.writer().await?;
    let gone = store::forget(&mut tx, now, now.as_micros().div_euclid(60_000_000)).await?;
    tx.commit().await?;
    Ok(gone)
}
