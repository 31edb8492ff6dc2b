//! Hunter's e-mail verifier: answered at once or, now and then, later.

use std::time::Duration;

use captely_contact::{
    CatchAll, Confidence, Credits, EmailAddress, EmailStatus, Field, Safety, Usd,
};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Url;
use serde_json::Value;

use super::account;
use crate::endpoint::Endpoint;
use crate::{
    AskAgain, Checked, CheckedEmail, Checker, CheckerSettings, CheckerSheet, EmailChecker, Http,
    ProviderError, SetupError, json,
};

const COST: Credits = Credits::millis(500);

/// Client of Hunter's e-mail verifier, on the same account as its finder.
pub struct HunterVerifier {
    sheet: CheckerSheet,
    endpoint: Endpoint,
    verifier: Url,
    account: Url,
}

impl HunterVerifier {
    /// No I/O.
    pub fn new(http: Http, settings: &CheckerSettings) -> Result<Self, SetupError> {
        let sheet = settings.applied_to(Self::SHEET);
        let endpoint = account::endpoint(http, &settings.account(&sheet))?;
        let (verifier, account) = (endpoint.url("/email-verifier"), endpoint.url("/account"));
        Ok(Self { sheet, endpoint, verifier, account })
    }

    /// The sheet with our defaults; the price of a credit is an assumption.
    pub(crate) const SHEET: CheckerSheet = CheckerSheet {
        name: "hunter-verifier",
        title: "Hunter's verifier",
        service: "hunter",
        docs: "https://hunter.io/api-documentation/v2",
        key_variables: &["HUNTER_API_KEY"],
        checks: Field::Email,
        credits_max: COST,
        usd_per_credit: Usd::micros(34_000),
        calls_per_minute: 120,
        own_limits: &[(10, Duration::from_secs(1)), (300, Duration::from_mins(1))],
        ask_again: Some(AskAgain {
            every: Duration::from_secs(5),
            give_up_after: Duration::from_mins(2),
        }),
        charged_when: "0.5 credit an address",
    };

    async fn verify(&self, address: &EmailAddress) -> Result<Checked<CheckedEmail>, ProviderError> {
        let mut url = self.verifier.clone();
        url.query_pairs_mut().append_pair("email", address.as_str());
        let reply = self.endpoint.get(url).await?;
        match reply.status {
            200 | 201 => {}
            202 => return Ok(Checked::Pending),
            _ => return Err(account::refusal(&self.endpoint, &reply)),
        }
        let body = self.endpoint.json(&reply)?;
        let found = body
            .get("data")
            .and_then(read)
            .ok_or_else(|| self.endpoint.garbled("the answer has no \"data\" with a \"status\""))?;
        Ok(Checked::Done(CheckedEmail { said: self.endpoint.clean(&found.said), ..found }))
    }
}

/// The finding in an answer, with words that are still to be cleaned; `None` where it has no `status`,
/// the one thing that was bought.
fn read(data: &Value) -> Option<CheckedEmail> {
    let word = json::text(data, "status")?.to_ascii_lowercase();
    let status = word.parse().unwrap_or(EmailStatus::Unknown);
    let catch_all = catch_all(data, status);
    let score = json::percent(data, "score");
    let (status, safety, percent) = judge(status, catch_all, score);
    let flag = |name: &str| json::flag(data, name);
    let score = score.map_or_else(|| "null".to_owned(), |score| score.to_string());
    let blocked = if flag("block") == Some(true) { " block=true" } else { "" };
    Some(CheckedEmail {
        status,
        safety,
        catch_all,
        confidence: percent.map(Confidence::percent),
        free_provider: flag("webmail"),
        disposable: flag("disposable"),
        role: None,
        suggestion: None,
        said: format!("status={word} score={score}{blocked}"),
        charged: COST,
        // Asked again at once it would be paid again for the same words.
        retry: false,
    })
}

/// What the domain does with names that nobody has. "No" is believed only of a server that answered.
fn catch_all(data: &Value, status: EmailStatus) -> CatchAll {
    match json::flag(data, "accept_all") {
        Some(true) => CatchAll::Yes,
        _ if status == EmailStatus::AcceptAll => CatchAll::Yes,
        Some(false) if json::flag(data, "smtp_check") == Some(true) => CatchAll::No,
        _ => CatchAll::NotTested,
    }
}

/// Hunter's score is its own likelihood of delivery; the caps are our judgement, as for the finder.
fn judge(
    status: EmailStatus,
    catch_all: CatchAll,
    score: Option<u8>,
) -> (EmailStatus, Safety, Option<u8>) {
    use EmailStatus as E;
    let at_most = |cap: u8| Some(score.unwrap_or(cap).min(cap));
    match status {
        // A domain that takes all mail proves nothing, whatever else is said.
        E::Valid if catch_all == CatchAll::Yes => (E::AcceptAll, Safety::Risky, at_most(80)),
        E::AcceptAll => (E::AcceptAll, Safety::Risky, at_most(80)),
        E::Valid => (E::Valid, Safety::Safe, at_most(97)),
        // The mailbox at a free provider was not tested.
        E::Webmail => (E::Webmail, Safety::Risky, at_most(70)),
        E::Disposable => (E::Disposable, Safety::Risky, at_most(10)),
        E::Invalid => (E::Invalid, Safety::Invalid, Some(0)),
        E::Unknown => (E::Unknown, Safety::Unknown, None),
    }
}

impl Checker for HunterVerifier {
    fn sheet(&self) -> &CheckerSheet {
        &self.sheet
    }

    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>> {
        account::credits_left(&self.endpoint, &self.account, "verifications").boxed()
    }
}

impl EmailChecker for HunterVerifier {
    fn check_email<'a>(
        &'a self,
        address: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Checked<CheckedEmail>, ProviderError>> {
        self.verify(address).boxed()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(data: &Value, expected: (&str, &str, &str, Option<u8>)) {
        let found = read(data).unwrap();
        let percent = found.confidence.map(Confidence::as_percent);
        let (status, safety) = (found.status.as_str(), found.safety.as_str());
        assert_eq!((status, safety, found.catch_all.as_str(), percent), expected, "{data}");
    }

    #[test]
    fn every_documented_status() {
        let data = |status: &str| json!({"status": status, "score": 96, "accept_all": false});
        check(&data("valid"), ("valid", "safe", "not_tested", Some(96)));
        check(&data("Accept_All"), ("accept_all", "risky", "yes", Some(80)));
        check(&data("webmail"), ("webmail", "risky", "not_tested", Some(70)));
        check(&data("disposable"), ("disposable", "risky", "not_tested", Some(10)));
        check(&data("invalid"), ("invalid", "invalid", "not_tested", Some(0)));
        check(&data("unknown"), ("unknown", "unknown", "not_tested", None));
        check(&data("pending"), ("unknown", "unknown", "not_tested", None));
    }

    #[test]
    fn flags_decide_on_catch_all() {
        let taking = json!({"status": "valid", "score": 99, "accept_all": "true"});
        check(&taking, ("accept_all", "risky", "yes", Some(80)));
        let telling = json!({"status": "valid", "accept_all": false, "smtp_check": true});
        check(&telling, ("valid", "safe", "no", Some(97)));
        assert!(read(&json!({"result": "deliverable"})).is_none());
    }
}
