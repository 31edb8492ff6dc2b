use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::codes::{self, Code};
use super::limits::Standing;
use super::once::OnceError;
use crate::db::DbError;

/// Why a request was not done, as RFC 9457 has it (`application/problem+json`).
///
/// Made where the reason is known; the outermost layer adds the trace id, writes the body and logs it.
#[derive(Debug, Clone)]
pub struct Problem {
    code: &'static Code,
    detail: Cow<'static, str>,
    field: Option<String>,
    retry_after: Option<Duration>,
    /// The limit that is used up.
    standing: Option<Box<Standing>>,
    /// What programs are told besides, by name.
    members: Box<Map<String, Value>>,
    /// What only the log is told.
    cause: Option<String>,
}

/// The body of an answer that is no success (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/docs/errors#not_found", "title": "There is nothing here.", "status": 404,
    "code": "not_found", "detail": "There is no such invitation.", "trace": "req_0b6a6b9d4ce04f2f",
}))]
pub(crate) struct ProblemBody<'a> {
    /// Where the kind of problem is explained.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem, in a few words.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// The kind of problem, for programs; stable.
    code: &'a str,
    /// What went wrong this time, and what to do.
    detail: &'a str,
    /// Which part of the request is at fault: `email`, `leads[3].company`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// What this code tells besides (RFC 9457 §3.2).
    #[serde(flatten)]
    #[schema(ignore)]
    members: &'a Map<String, Value>,
    /// Names this request in the server's log.
    trace: &'a str,
}

impl Problem {
    /// A problem of this kind; `detail` is a sentence for a person.
    pub fn new(code: &'static Code, detail: impl Into<Cow<'static, str>>) -> Self {
        let (field, retry_after, standing, cause) = (None, None, None, None);
        let members = Box::default();
        Self { code, detail: detail.into(), field, retry_after, standing, members, cause }
    }

    /// A value that is not allowed, and what is.
    pub fn invalid(field: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(&codes::INVALID, detail).at(field)
    }

    /// `what` is a noun: "invitation".
    pub fn not_found(what: &str) -> Self {
        Self::new(&codes::NOT_FOUND, format!("There is no such {what}."))
    }

    /// Something that should not happen. Only the log says what.
    pub fn internal(cause: &(dyn Error + 'static)) -> Self {
        let mut words = cause.to_string();
        let mut source = cause.source();
        while let Some(inner) = source {
            words.push_str(": ");
            words.push_str(&inner.to_string());
            source = inner.source();
        }
        Self::new(&codes::INTERNAL, "Something broke on our side.").because(words)
    }

    /// Names the part of the request that is at fault.
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says after how long the same request may succeed.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Tells how the limit stands that is used up.
    pub(super) fn limited(mut self, standing: Standing) -> Self {
        self.standing = Some(Box::new(standing));
        self
    }

    pub(super) fn standing(&self) -> Option<&Standing> {
        self.standing.as_deref()
    }

    /// Tells programs something besides, as a further member of the body (RFC 9457 §3.2). The names of
    /// the usual members are taken.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// What the log is told besides.
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Its kind.
    pub const fn code(&self) -> &'static Code {
        self.code
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The answer with its body, logged under `trace`. For the outermost layer alone.
    pub(super) fn written(&self, trace: &str) -> Response {
        if self.code.status >= 500 && self.code.status != 503 {
            let cause = self.cause.as_deref().unwrap_or(&self.detail);
            tracing::error!(code = self.code.name, trace, cause, "Request failed");
        } else {
            let cause = self.cause.as_deref().unwrap_or_default();
            let (code, field) = (self.code.name, self.field.as_deref().unwrap_or_default());
            tracing::info!(code, trace, field, cause, "Request refused");
        }
        let body = ProblemBody {
            kind: format!("/docs/errors#{}", self.code.name),
            title: self.code.title,
            status: self.code.status,
            code: self.code.name,
            detail: &self.detail,
            field: self.field.as_deref(),
            members: &self.members,
            trace,
        };
        // A struct of texts and a number always becomes JSON.
        let text = serde_json::to_string(&body).unwrap_or_default();
        let mut answer = (self.status(), text).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        answer.headers_mut().insert(header::CONTENT_TYPE, json);
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs().max(1);
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code.status == 401 {
            let bearer = HeaderValue::from_static("Bearer");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
        }
        answer
    }
}

/// Carries the problem to the outermost layer.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut answer = self.status().into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        let short = Duration::from_secs(1);
        match &error {
            DbError::Busy(_) => Self::new(&codes::BUSY, "The database has too much to do.")
                .retry_after(short)
                .because(error.to_string()),
            DbError::Connection(_) => {
                Self::new(&codes::DATABASE, "The database cannot be reached.")
                    .retry_after(Duration::from_secs(5))
                    .because(error.to_string())
            }
            DbError::DiskFull(_) => {
                Self::new(&codes::DISK_FULL, "The disk of the database is full.")
                    .because(error.to_string())
            }
            _ => Self::internal(&error),
        }
    }
}

impl From<OnceError> for Problem {
    fn from(error: OnceError) -> Self {
        match error {
            OnceError::Reused => Self::new(
                &codes::KEY_REUSED,
                "This Idempotency-Key was used before for another request; use a new one.",
            )
            .at("Idempotency-Key"),
            OnceError::Db(why) => why.into(),
        }
    }
}
