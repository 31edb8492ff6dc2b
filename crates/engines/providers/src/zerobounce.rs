//! ZeroBounce, `https://api.zerobounce.net/v2`: one address verified in one call.

mod verdict;

use std::time::Duration;

use captely_contact::{Credits, EmailAddress, Field, Usd};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Url;
use serde_json::Value;

use crate::endpoint::{Credential, Endpoint};
use crate::{
    Checked, CheckedEmail, Checker, CheckerSettings, CheckerSheet, EmailChecker, Http,
    ProviderError, Reply, SetupError, json,
};

const BASE: &str = "https://api.zerobounce.net/v2";

/// How long to leave it alone after a 429: the shortest of its blocks (contract, Limits).
const SLOW_DOWN: Duration = Duration::from_mins(1);

/// The same after a 403, by which its shield says that it has blocked us: the blocks with a stated
/// cause last an hour, and breaches lengthen them.
const BLOCKED: Duration = Duration::from_hours(1);

/// Client of ZeroBounce's validation.
///
/// The contract has no place for the key but the query. It is put there when the call is made, and
/// our errors and log lines carry no address of a call.
pub struct ZeroBounce {
    sheet: CheckerSheet,
    endpoint: Endpoint,
    validate: Url,
    credits: Url,
}

impl ZeroBounce {
    /// No I/O.
    pub fn new(http: Http, settings: &CheckerSettings) -> Result<Self, SetupError> {
        let sheet = settings.applied_to(Self::SHEET);
        let credential = Credential::Query("api_key");
        let endpoint = Endpoint::new(http, &settings.account(&sheet), BASE, credential)?;
        let (validate, credits) = (endpoint.url("/validate"), endpoint.url("/getcredits"));
        Ok(Self { sheet, endpoint, validate, credits })
    }

    /// The sheet with our defaults; the price of a credit is an assumption.
    pub(crate) const SHEET: CheckerSheet = CheckerSheet {
        name: "zerobounce",
        title: "ZeroBounce",
        service: "zerobounce",
        docs: "https://www.zerobounce.net/docs/",
        key_variables: &["ZEROBOUNCE_API_KEY"],
        checks: Field::Email,
        credits_max: Credits::whole(1),
        usd_per_credit: Usd::micros(8_000),
        calls_per_minute: 600,
        own_limits: &[(80_000, Duration::from_secs(10))],
        ask_again: None,
        charged_when: "1 credit an address, nothing if the result is unknown",
    };

    async fn validate(&self, address: &EmailAddress) -> Result<CheckedEmail, ProviderError> {
        let mut url = self.validate.clone();
        // The parameter of the address that signed up must be there and may be empty.
        url.query_pairs_mut().append_pair("email", address.as_str()).append_pair("ip_address", "");
        let reply = self.endpoint.get(url).await?;
        let body = self.read(&reply)?;
        if let Some(words) = json::text(&body, "error") {
            return Err(self.refused(words).await);
        }
        let found = verdict::read(&body)
            .ok_or_else(|| self.endpoint.garbled("the answer has no \"status\""))?;
        Ok(CheckedEmail { said: self.endpoint.clean(&found.said), ..found })
    }

    fn read(&self, reply: &Reply) -> Result<Value, ProviderError> {
        match reply.status {
            200 => self.endpoint.json(reply),
            403 => Err(ProviderError::RateLimited { after: Some(BLOCKED) }),
            429 => {
                let after = reply.retry_after.or(Some(SLOW_DOWN));
                Err(ProviderError::RateLimited { after })
            }
            _ => Err(self.endpoint.refusal(reply)),
        }
    }

    /// What a refusal with HTTP 200 means. A bad key and an empty account share one sentence; the
    /// credits tell which it is.
    async fn refused(&self, words: &str) -> ProviderError {
        let detail = self.endpoint.clean(words);
        let words = words.to_ascii_lowercase();
        if words.contains("not whitelisted") {
            return ProviderError::NotInPlan { detail };
        }
        if !words.contains("api key") && !words.contains("credits") {
            // An unknown refusal is held against the service, so that it is not asked on and on:
            // a hundred bad requests in a minute bring a block.
            return ProviderError::Failed { status: 200, detail };
        }
        match self.credits_left().await {
            Ok(0) => ProviderError::OutOfCredits,
            Ok(_there_are_some) => ProviderError::Failed { status: 200, detail },
            Err(error @ ProviderError::RateLimited { .. }) => error,
            // Refused there too, or not to be asked: the sentence itself names both causes.
            Err(_no_answer) => ProviderError::KeyRefused { detail },
        }
    }

    /// Free. A bad key is answered with -1 credits and HTTP 200.
    async fn credits_left(&self) -> Result<i64, ProviderError> {
        let reply = self.endpoint.get(self.credits.clone()).await?;
        let body = self.read(&reply)?;
        match json::whole(&body, "Credits") {
            Some(credits) if credits < 0 => {
                let detail = "its count of credits is -1, which stands for a key it does not know";
                Err(ProviderError::KeyRefused { detail: detail.to_owned() })
            }
            Some(credits) => Ok(credits),
            None => match json::text(&body, "error") {
                Some(words) => {
                    Err(ProviderError::KeyRefused { detail: self.endpoint.clean(words) })
                }
                None => Err(self.endpoint.garbled("the answer has no number \"Credits\"")),
            },
        }
    }
}

impl Checker for ZeroBounce {
    fn sheet(&self) -> &CheckerSheet {
        &self.sheet
    }

    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>> {
        async move { self.credits_left().await.map(Some) }.boxed()
    }
}

impl EmailChecker for ZeroBounce {
    fn check_email<'a>(
        &'a self,
        address: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Checked<CheckedEmail>, ProviderError>> {
        async move { self.validate(address).await.map(Checked::Done) }.boxed()
    }
}
