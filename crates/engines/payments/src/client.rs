use captely_providers::{Http, Key, Reply};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{self, StripeError};
use crate::form;
use crate::idempotency::IdempotencyKey;
use crate::version::{ApiVersion, VersionError};

/// Stripe's own address (contract, head).
pub const BASE_URL: &str = "https://api.stripe.com";

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const STRIPE_VERSION: HeaderName = HeaderName::from_static("stripe-version");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// The longest id that is put into an address, in bytes.
const ID_BYTES_MAX: usize = 255;

/// Stripe's API with one account's secret key. Cheap to clone.
///
/// Each method makes exactly one HTTP call, but for lists, which make one a page. None waits or
/// repeats: whoever repeats a POST does so with the same [`IdempotencyKey`].
#[derive(Debug, Clone)]
pub struct Stripe {
    http: Http,
    base: Url,
    authorization: HeaderValue,
    version: HeaderValue,
    /// Kept to take it out of Stripe's words.
    key: Key,
}

/// Why no client could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StripeSetupError {
    /// Empty, or not a secret key.
    #[error(
        "the secret key for Stripe must start with sk_ or rk_ (a publishable key pk_ or a webhook \
         secret whsec_ is another one); it is found in Stripe's dashboard under API keys"
    )]
    Key,
    /// Not an address.
    #[error("{base:?} is no address of Stripe's API; the usual one is {BASE_URL}")]
    Base {
        /// What was given, without anything after its host.
        base: String,
    },
    /// A key of live mode and an address without TLS.
    #[error("a live key for Stripe goes over https:// only; for the sandbox take its own key")]
    LiveInClear,
    /// Not a version, or too old.
    #[error("the version for Stripe {0}")]
    Version(#[from] VersionError),
}

impl Stripe {
    /// No I/O. `base_url` is [`BASE_URL`] or the sandbox's address, `version` is sent with every
    /// call: [`crate::API_VERSION`] unless there is a reason.
    pub fn new(
        http: Http,
        key: &Key,
        base_url: &str,
        version: &ApiVersion,
    ) -> Result<Self, StripeSetupError> {
        if !["sk_", "rk_"].iter().any(|prefix| key.reveal().starts_with(prefix)) {
            return Err(StripeSetupError::Key);
        }
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", key.reveal()))
            .map_err(|_shows_it| StripeSetupError::Key)?;
        authorization.set_sensitive(true);
        let stripe = Self {
            http,
            base: base(base_url)?,
            authorization,
            version: version.header()?,
            key: key.clone(),
        };
        // The sandbox speaks plain HTTP; a key that moves money is never read by others on the way.
        if stripe.is_live() && stripe.base.scheme() != "https" {
            return Err(StripeSetupError::LiveInClear);
        }
        Ok(stripe)
    }

    /// Whether calls move real money: the key is one of live mode.
    pub fn is_live(&self) -> bool {
        ["sk_live_", "rk_live_"].iter().any(|prefix| self.key.reveal().starts_with(prefix))
    }

    /// Reads the object at `path` below `/v1`.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &impl Serialize,
    ) -> Result<T, StripeError> {
        let query = form::encode(query).map_err(error::refused)?;
        self.ask(Method::GET, path, &query).await
    }

    /// Changes something: `params` as a form, under `key`.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        key: &IdempotencyKey,
        params: &impl Serialize,
    ) -> Result<T, StripeError> {
        let mut request = Request::new(Method::POST, self.url(path)?);
        let key = key.header().map_err(error::refused)?;
        request.headers_mut().insert(IDEMPOTENCY_KEY, key);
        request.headers_mut().insert(CONTENT_TYPE, FORM);
        *request.body_mut() = Some(form::encode(params).map_err(error::refused)?.into());
        self.call(request).await
    }

    /// Ends something. Stripe's DELETE takes no idempotency key: done twice it does no more.
    pub(crate) async fn delete<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &impl Serialize,
    ) -> Result<T, StripeError> {
        let query = form::encode(query).map_err(error::refused)?;
        self.ask(Method::DELETE, path, &query).await
    }

    /// A call without a body; its query is encoded already.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        query: &str,
    ) -> Result<T, StripeError> {
        let mut url = self.url(path)?;
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        self.call(Request::new(method, url)).await
    }

    async fn call<T: DeserializeOwned>(&self, mut request: Request) -> Result<T, StripeError> {
        let what = format!("{} {}", request.method(), request.url().path());
        request.headers_mut().insert(AUTHORIZATION, self.authorization.clone());
        request.headers_mut().insert(STRIPE_VERSION, self.version.clone());
        let reply = self.http.send(request).await.map_err(error::unanswered)?;
        tracing::debug!(
            call = what,
            status = reply.status,
            request_id = error::request_id(&reply.headers).unwrap_or_default(),
            "Stripe answered"
        );
        self.read(&what, &reply)
    }

    fn read<T: DeserializeOwned>(&self, what: &str, reply: &Reply) -> Result<T, StripeError> {
        if !(200..300).contains(&reply.status) {
            return Err(error::refusal(reply, &self.key));
        }
        serde_json::from_slice(&reply.body).map_err(|why| error::garbled(what, reply, &why))
    }

    /// The address of `path`, whose parts are names of Stripe's or ids. An id with a slash, a dot or
    /// nothing in it would lead to another address.
    fn url(&self, path: &[&str]) -> Result<Url, StripeError> {
        let mut whole = format!("{}/v1", self.base.path().trim_end_matches('/'));
        for part in path {
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            if part.is_empty() || part.len() > ID_BYTES_MAX || !part.bytes().all(is_name) {
                let shown: String = part.chars().take(40).collect();
                return Err(error::refused(format!("{shown:?} is no id of Stripe's")));
            }
            whole.push('/');
            whole.push_str(part);
        }
        let mut url = self.base.clone();
        url.set_path(&whole);
        Ok(url)
    }
}

fn base(text: &str) -> Result<Url, StripeSetupError> {
    // What is shown leaves out a user name, a password and a query: somebody may have put a key there.
    let wrong = |url: Option<&Url>| StripeSetupError::Base {
        base: url.map_or_else(
            || "what was given".to_owned(),
            |url| format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
        ),
    };
    let url = Url::parse(text.trim()).map_err(|_which_part| wrong(None))?;
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let is_web = matches!(url.scheme(), "https" | "http") && url.host_str().is_some();
    if is_plain && is_web { Ok(url) } else { Err(wrong(Some(&url))) }
}
