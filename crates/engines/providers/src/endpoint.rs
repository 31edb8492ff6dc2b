//! One provider's address and credential: what all clients share of making a call.

mod access;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Url};
use serde::Serialize;
use serde_json::Value;

use self::access::Access;
pub(crate) use self::access::{Account, Credential};
use crate::http::guard;
use crate::{Http, Key, ProviderError, Reply, SetupError, words};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Statuses of gateways (RFC 9110 §15.6.3 and §15.6.5; 520 and 524 are one large network's) that say
/// that the provider behind got the request and its answer was lost: it may have been charged.
const LOST_BEHIND_GATEWAY: [u16; 4] = [502, 504, 520, 524];

pub(crate) struct Endpoint {
    http: Http,
    base: Url,
    access: Access,
    /// What must never appear in an error.
    secrets: Vec<Key>,
}

impl Endpoint {
    /// `base` is the contract's address, used where the account has none. No I/O.
    pub(crate) fn new(
        http: Http,
        account: &Account<'_>,
        base: &str,
        credential: Credential,
    ) -> Result<Self, SetupError> {
        let access = Access::new(account, credential)?;
        let bad = |why: String| SetupError::BadBase { provider: account.provider, why };
        let base: Url =
            account.base.unwrap_or(base).parse().map_err(|_bad| bad("it is no URL".to_owned()))?;
        if !base.username().is_empty() || base.password().is_some() || base.query().is_some() {
            return Err(bad("it carries credentials or a query".to_owned()));
        }
        guard::check_url(&base, http.allows_private()).map_err(|guard::Refusal(why)| bad(why))?;
        let secrets = access.secrets(account);
        Ok(Self { http, base, access, secrets })
    }

    /// The base address with `path` (which begins with a slash) behind it. Made once for a fixed path.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let joined = format!("{}{path}", self.base.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }

    /// One `POST` with a JSON body.
    pub(crate) async fn post(
        &self,
        url: &Url,
        body: &impl Serialize,
    ) -> Result<Reply, ProviderError> {
        // All bodies are made of strings, flags and numbers, for which this cannot fail.
        let body = serde_json::to_vec(body).map_err(|error| ProviderError::BadQuestion {
            detail: self.clean(&error.to_string()),
        })?;
        self.post_bytes(url, body.into()).await
    }

    /// One `POST` with a JSON body that is already written.
    pub(crate) async fn post_bytes(&self, url: &Url, body: Bytes) -> Result<Reply, ProviderError> {
        let mut request = self.request(Method::POST, url.clone());
        request.headers_mut().insert(CONTENT_TYPE, JSON);
        *request.body_mut() = Some(body.into());
        self.http.send(request).await
    }

    /// One `GET`.
    pub(crate) async fn get(&self, url: Url) -> Result<Reply, ProviderError> {
        self.http.send(self.request(Method::GET, url)).await
    }

    fn request(&self, method: Method, url: Url) -> Request {
        let mut request = Request::new(method, url);
        request.headers_mut().reserve(4);
        self.access.put_into(&mut request);
        request.headers_mut().insert(ACCEPT, JSON);
        request
    }

    /// The answer as JSON; an object, as every answer of the providers is.
    pub(crate) fn json(&self, reply: &Reply) -> Result<Value, ProviderError> {
        match serde_json::from_slice::<Value>(&reply.body) {
            Ok(value) if value.is_object() => Ok(value),
            Ok(_other) => Err(self.garbled("the answer is JSON but no object")),
            Err(error) => Err(self.garbled(&format!("the answer is no JSON: {error}"))),
        }
    }

    pub(crate) fn garbled(&self, what: &str) -> ProviderError {
        ProviderError::Garbled { detail: self.clean(what) }
    }

    /// The provider's words in an answer, without keys, at most 200 characters.
    pub(crate) fn words(&self, reply: &Reply) -> String {
        words::of_body(&reply.body, &self.secrets)
    }

    /// `text` without keys, at most 200 characters.
    pub(crate) fn clean(&self, text: &str) -> String {
        words::clean(text, &self.secrets)
    }

    /// What a status means at every provider that does not say otherwise.
    ///
    /// A 404 or 405 is taken for a failure of the service or of the address set for it, not of the
    /// question, so that the breaker sees it.
    pub(crate) fn refusal(&self, reply: &Reply) -> ProviderError {
        let detail = self.words(reply);
        match reply.status {
            401 => ProviderError::KeyRefused { detail },
            402 => ProviderError::OutOfCredits,
            403 => ProviderError::NotInPlan { detail },
            429 => ProviderError::RateLimited { after: reply.retry_after },
            451 => ProviderError::PersonRefused,
            400 | 413 | 414 | 422 => ProviderError::BadQuestion { detail },
            status if LOST_BEHIND_GATEWAY.contains(&status) => ProviderError::NoAnswer {
                detail: self.clean(&format!("the gateway answered {status}: {detail}")),
            },
            status => ProviderError::Failed { status, detail },
        }
    }
}
