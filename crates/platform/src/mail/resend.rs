use std::time::Duration;

use captely_providers::{Http, HttpConfig, ProviderError, Reply};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use serde::Deserialize;
use serde_json::json;

use super::fault::SendFault;
use super::{Letter, MailSetupError, ResendConfig, SmtpConfig};
use crate::ids::MailId;

/// Contract, "Idempotency": remembered for 24 hours.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest of their words that is kept, in characters.
const DETAIL_CHARS_MAX: usize = 300;

/// For time left to connect; the rest is for the answer.
const CONNECT: Duration = Duration::from_secs(5);

/// Resend's API.
#[derive(Debug)]
pub(super) struct Resend {
    http: Http,
    emails: Url,
    key: HeaderValue,
}

/// Their id for a letter.
#[derive(Deserialize)]
struct Accepted {
    id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    name: String,
    message: String,
}

impl Resend {
    pub(super) fn new(config: &ResendConfig) -> Result<Self, MailSetupError> {
        let wrong = || MailSetupError::Base { base: config.base.clone() };
        let emails = format!("{}/emails", config.base.trim_end_matches('/'));
        let emails = Url::parse(&emails).map_err(|_which_part| wrong())?;
        let host = emails.host_str().ok_or_else(wrong)?;
        // The sandbox is on this machine; everything else is on the public internet, over TLS.
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        let sandbox = SmtpConfig::is_this_machine(bare);
        let http = Http::new(&HttpConfig {
            allow_private: sandbox,
            connect_timeout: CONNECT.min(config.timeout / 2),
            total_timeout: config.timeout,
            ..HttpConfig::default()
        })?;
        if config.key.is_empty() {
            return Err(MailSetupError::Key);
        }
        let mut key = HeaderValue::from_str(&format!("Bearer {}", config.key.expose()))
            .map_err(|_shows_it| MailSetupError::Key)?;
        key.set_sensitive(true);
        Ok(Self { http, emails, key })
    }

    /// POST `/emails`. The mail's id is the `Idempotency-Key`: a repeat of the same letter is answered
    /// with the first one's id and not sent again.
    pub(super) async fn send(
        &self,
        id: MailId,
        letter: &Letter,
    ) -> Result<Option<String>, SendFault> {
        let reply = self.http.send(self.request(id, letter)?).await.map_err(unanswered)?;
        judge(&reply)
    }

    fn request(&self, id: MailId, letter: &Letter) -> Result<Request, SendFault> {
        let from = letter.from.for_header().map_err(|why| SendFault::Final(why.to_string()))?;
        let body = json!({
            "from": from.to_string(),
            "to": [letter.to.address()],
            "subject": letter.subject,
            "html": letter.html,
            "text": letter.text,
            "headers": { "Auto-Submitted": "auto-generated" },
        });
        let key = HeaderValue::from_str(&id.to_string())
            .map_err(|why| SendFault::Final(why.to_string()))?;
        let mut request = Request::new(Method::POST, self.emails.clone());
        *request.headers_mut() = HeaderMap::from_iter([
            (AUTHORIZATION, self.key.clone()),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (IDEMPOTENCY_KEY, key),
        ]);
        *request.body_mut() = Some(body.to_string().into());
        Ok(request)
    }
}

/// No whole answer: with the key a repeat does no harm.
fn unanswered(why: ProviderError) -> SendFault {
    match why {
        ProviderError::Guarded { .. } => SendFault::Final(format!("Resend {why}")),
        other => SendFault::later(format!("Resend {other}")),
    }
}

/// What an answer means (contract, "Errors").
fn judge(reply: &Reply) -> Result<Option<String>, SendFault> {
    if (200..300).contains(&reply.status) {
        return match serde_json::from_slice::<Accepted>(&reply.body) {
            Ok(accepted) => Ok(Some(accepted.id)),
            // Something between us and them answered: the letter may have been taken, and with the
            // same key it is not sent twice.
            Err(_no_such_answer) => Err(SendFault::later("Resend gave an answer without an id")),
        };
    }
    let refusal: Refusal = serde_json::from_slice(&reply.body).unwrap_or_default();
    let detail: String = refusal.message.chars().take(DETAIL_CHARS_MAX).collect();
    let why = format!("Resend refused it ({} {}): {detail}", reply.status, refusal.name);
    let later = match (reply.status, refusal.name.as_str()) {
        // A key or a domain that somebody has to put right; too slow, too many.
        (401 | 403 | 408 | 429, _) => true,
        (409, name) => name == "concurrent_idempotent_requests",
        (status, _) => status >= 500,
    };
    Err(if later {
        SendFault::Later { why, after: reply.retry_after }
    } else {
        SendFault::Final(why)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, body: &str) -> Result<Option<String>, SendFault> {
        let retry_after = (status == 429).then(|| Duration::from_secs(3));
        let (headers, body) = (reqwest::header::HeaderMap::new(), body.to_owned().into());
        judge(&Reply { status, retry_after, headers, body })
    }

    #[test]
    fn each_refusal_is_final_or_not() {
        assert_eq!(said(200, r#"{"id":"49a3"}"#), Ok(Some("49a3".to_owned())));
        for (status, name, later) in [
            (400, "validation_error", false),
            (400, "invalid_idempotency_key", false),
            (401, "restricted_api_key", true),
            (403, "invalid_api_key", true),
            (404, "not_found", false),
            (409, "invalid_idempotent_request", false),
            (409, "concurrent_idempotent_requests", true),
            (422, "invalid_from_address", false),
            (429, "rate_limit_exceeded", true),
            (429, "monthly_quota_exceeded", true),
            (451, "security_error", false),
            (500, "application_error", true),
        ] {
            let body = json!({ "statusCode": status, "name": name, "message": "No." }).to_string();
            let fault = said(status, &body).unwrap_err();
            let is_later = matches!(fault, SendFault::Later { .. });
            assert_eq!(is_later, later, "{status} {name}: {fault:?}");
        }
        for (status, body) in [(200, "<html>"), (200, "{}"), (502, "<html>Bad Gateway</html>")] {
            assert!(matches!(said(status, body), Err(SendFault::Later { .. })), "{status} {body}");
        }
        let slow = said(429, "{}").unwrap_err();
        assert!(matches!(slow, SendFault::Later { after: Some(wait), .. } if wait.as_secs() == 3));
    }

    #[test]
    fn keys_and_bases_that_are_none() {
        let config = |key: &str, base: &str| ResendConfig {
            key: key.into(),
            base: base.to_owned(),
            timeout: Duration::from_secs(5),
        };
        assert!(Resend::new(&config("re_1", ResendConfig::BASE)).is_ok());
        for (key, base) in
            [("", ResendConfig::BASE), ("re\n1", ResendConfig::BASE), ("re_1", "api")]
        {
            let why = Resend::new(&config(key, base)).unwrap_err().to_string();
            assert!(!why.contains("re_1") && !why.contains("re\n1"), "{why}");
        }
    }
}
