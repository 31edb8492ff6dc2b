//! What the finder and the verifier share: one key, one account, one reading of statuses.

use reqwest::Url;
use reqwest::header::HeaderName;

use crate::endpoint::{Account, Credential, Endpoint};
use crate::{Http, ProviderError, Reply, SetupError, json};

const BASE: &str = "https://api.hunter.io/v2";

pub(super) fn endpoint(http: Http, account: &Account<'_>) -> Result<Endpoint, SetupError> {
    Endpoint::new(http, account, BASE, Credential::Header(HeaderName::from_static("x-api-key")))
}

/// Hunter's own meanings: 403 is "slow down" and 429 is "no credits", the other way round than
/// at most services.
pub(super) fn refusal(endpoint: &Endpoint, reply: &Reply) -> ProviderError {
    match reply.status {
        403 | 409 => ProviderError::RateLimited { after: reply.retry_after },
        429 => ProviderError::OutOfCredits,
        _ => endpoint.refusal(reply),
    }
}

/// Credits left, by a free call. Older plans count `calls` of each kind by themselves.
pub(super) async fn credits_left(
    endpoint: &Endpoint,
    account: &Url,
    calls: &str,
) -> Result<Option<i64>, ProviderError> {
    let reply = endpoint.get(account.clone()).await?;
    if reply.status != 200 {
        return Err(refusal(endpoint, &reply));
    }
    let body = endpoint.json(&reply)?;
    let requests = body.get("data").and_then(|data| data.get("requests"));
    let counter = requests.and_then(|r| r.get("credits").or_else(|| r.get(calls)));
    Ok(counter.and_then(|counter| {
        let used = json::whole(counter, "used")?;
        json::whole(counter, "available").map(|all| all.saturating_sub(used).max(0))
    }))
}
