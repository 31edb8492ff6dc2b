//! How a provider is told who asks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue, InvalidHeaderValue};
use reqwest::{Request, Url};

use crate::{Key, SetupError};

/// Whose account a client speaks for, as its settings say.
pub(crate) struct Account<'s> {
    /// Short name of the provider.
    pub(crate) provider: &'static str,
    /// The environment variables of its credentials, the key's first.
    pub(crate) variables: &'static [&'static str],
    /// Another address than the contract's.
    pub(crate) base: Option<&'s str>,
    pub(crate) key: &'s Key,
    pub(crate) secret: Option<&'s Key>,
    /// Whatever else must never appear in an error.
    pub(crate) hidden: Option<&'s Key>,
}

impl Account<'_> {
    fn no_key(&self, place: usize) -> SetupError {
        let variable = self.variables.get(place).copied().unwrap_or_default();
        SetupError::NoKey { provider: self.provider, variable }
    }
}

/// Where the contract wants the credentials.
pub(crate) enum Credential {
    /// The key alone in this header.
    Header(HeaderName),
    /// The key in the query under this name, at a provider that takes it nowhere else.
    Query(&'static str),
    /// Key and secret as user and password (RFC 7617).
    Basic,
}

/// The credentials in the form in which they travel.
pub(super) enum Access {
    Header(HeaderName, HeaderValue),
    Query(&'static str, Key),
}

impl Access {
    pub(super) fn new(account: &Account<'_>, credential: Credential) -> Result<Self, SetupError> {
        if account.key.is_empty() {
            return Err(account.no_key(0));
        }
        // No key of any provider has characters that a header could not carry.
        let key = header(account, account.key.reveal())?;
        Ok(match credential {
            Credential::Header(name) => Self::Header(name, key),
            Credential::Query(name) => Self::Query(name, account.key.clone()),
            Credential::Basic => {
                let secret = account.secret.filter(|secret| !secret.is_empty());
                let secret = secret.ok_or_else(|| account.no_key(1))?;
                let pair = STANDARD.encode([account.key.reveal(), ":", secret.reveal()].concat());
                Self::Header(AUTHORIZATION, header(account, &format!("Basic {pair}"))?)
            }
        })
    }

    /// Every form of the account's credentials that a provider could repeat to us.
    pub(super) fn secrets(&self, account: &Account<'_>) -> Vec<Key> {
        let travelling = match self {
            Self::Header(_, value) => value
                .to_str()
                .ok()
                .map(|text| Key::from(text.strip_prefix("Basic ").unwrap_or(text))),
            Self::Query(_, key) => Some(Key::from(as_in_a_query(key))),
        };
        let given = [account.secret, account.hidden, Some(account.key)];
        travelling.into_iter().chain(given.into_iter().flatten().cloned()).collect()
    }

    pub(super) fn put_into(&self, request: &mut Request) {
        match self {
            Self::Header(name, value) => {
                request.headers_mut().insert(name.clone(), value.clone());
            }
            Self::Query(name, key) => {
                request.url_mut().query_pairs_mut().append_pair(name, key.reveal());
            }
        }
    }
}

fn header(account: &Account<'_>, text: &str) -> Result<HeaderValue, SetupError> {
    let provider = account.provider;
    let mut value = HeaderValue::from_str(text)
        .map_err(|_bad: InvalidHeaderValue| SetupError::BadKey { provider })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The key with the percent signs that a query gives to some characters.
fn as_in_a_query(key: &Key) -> String {
    let url = Url::parse_with_params("https://x/", [("k", key.reveal())]);
    let query = url.ok().and_then(|url| url.query()?.strip_prefix("k=").map(str::to_owned));
    query.unwrap_or_default()
}
