//! Stripe's error envelope (contract, "Errors").

use serde_json::{Value, json};

use super::members::{Members as _, shown};
use crate::server::reply::Reply;

/// Why a call did not succeed. Boxed, because every answer carries room for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(Box<Said>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    message: String,
    param: Option<String>,
    decline_code: Option<&'static str>,
    /// `payment_intent` or `setup_intent`, where one was made or changed.
    intent: Value,
}

impl Failure {
    fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Said {
            status,
            kind,
            code: None,
            message: message.into(),
            param: None,
            decline_code: None,
            intent: Value::Null,
        }))
    }

    /// 400 `invalid_request_error`.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// 401: no key, or one that opens nothing.
    pub(super) fn key(message: impl Into<String>) -> Self {
        Self::new(401, "invalid_request_error", message)
    }

    /// 404 `resource_missing`.
    pub(super) fn missing(kind: &str, id: &str, param: &str) -> Self {
        let mut failure = Self::invalid(format!("No such {kind}: '{id}'"));
        // The object named in the path is not found; one named in a parameter is a wrong parameter.
        failure.0.status = if param == "id" { 404 } else { 400 };
        failure.code("resource_missing").param(param)
    }

    /// 404 for a path that leads nowhere.
    pub(super) fn no_route(method: &str, path: &str) -> Self {
        let mut failure = Self::invalid(format!("Unrecognized request URL ({method}: {path})."));
        failure.0.status = 404;
        failure
    }

    /// 402 `card_error`.
    pub(super) fn card(
        code: &'static str,
        decline_code: Option<&'static str>,
        message: &str,
    ) -> Self {
        let mut failure = Self::new(402, "card_error", message).code(code);
        failure.0.decline_code = decline_code;
        failure
    }

    /// 400 `idempotency_error`: the key was used with other parameters.
    pub(super) fn other_parameters() -> Self {
        Self::new(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
        )
    }

    /// 409: a call with the same key is still being worked on.
    pub(super) fn in_progress() -> Self {
        Self::new(
            409,
            "idempotency_error",
            "There is currently another in-progress request using this idempotency key.",
        )
        .code("idempotency_key_in_use")
    }

    /// 429 `rate_limit`.
    pub(super) fn too_many() -> Self {
        Self::new(429, "invalid_request_error", "Request rate limit exceeded.").code("rate_limit")
    }

    /// 429 `lock_timeout`.
    pub(super) fn locked() -> Self {
        Self::new(429, "invalid_request_error", "This object cannot be accessed right now.")
            .code("lock_timeout")
    }

    /// 500 `api_error`.
    pub(super) fn server() -> Self {
        Self::new(500, "api_error", "An unknown error occurred.")
    }

    pub(super) fn code(mut self, code: &'static str) -> Self {
        self.0.code = Some(code);
        self
    }

    pub(super) fn param(mut self, param: impl Into<String>) -> Self {
        self.0.param = Some(param.into());
        self
    }

    pub(super) fn with_intent(mut self, intent: &Value) -> Self {
        self.0.intent = shown(intent);
        self
    }

    /// Code, decline code and sentence, as `last_payment_error` repeats them.
    pub(super) fn as_last_error(&self) -> Value {
        json!({ "type": self.0.kind, "code": self.0.code, "decline_code": self.0.decline_code,
            "message": self.0.message })
    }

    pub(super) fn status(&self) -> u16 {
        self.0.status
    }

    pub(super) fn message(&self) -> &str {
        &self.0.message
    }

    /// The decline code, or else the code.
    pub(super) fn reason(&self) -> &'static str {
        self.0.decline_code.or(self.0.code).unwrap_or("generic_decline")
    }

    pub(super) fn is_authentication(&self) -> bool {
        self.0.code == Some("authentication_required")
    }

    pub(super) fn reply(&self) -> Reply {
        let mut error = self.as_last_error();
        error.set("param", self.0.param.clone());
        error.set("advice_code", Value::Null);
        if let Some(code) = self.0.code {
            error.set("doc_url", format!("https://stripe.com/docs/error-codes/{code}"));
        }
        if self.0.intent.is_object() {
            error.set(self.0.intent.text("object"), self.0.intent.clone());
        }
        Reply::json(self.0.status, &json!({ "error": error }))
    }
}
