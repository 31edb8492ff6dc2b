//! Faults: each provider's own form of "slow down" and "broken", and what a cut connection costs.

use captely_sandbox::{Conduct, Faults, Provider};
use serde_json::json;

use super::House;

fn with(faults: &Faults) -> Conduct {
    let mut conduct = Conduct::at_once();
    for provider in Provider::ALL {
        conduct.providers.of_mut(provider).faults = faults.clone();
    }
    conduct
}

#[tokio::test]
async fn every_provider_has_its_own_slow_down() {
    let house = House::new(with(&Faults { rate_limited: 1_000, ..Faults::default() })).await;
    let body = json!({ "data": [{ "website": "x.example" }] });
    assert_eq!(house.icypeas("/email-search", &json!({})).await.status, 429);
    assert_eq!(house.batch(&body).await.status, 429);
    assert_eq!(house.hunter("/email-finder", &[]).await.status, 403);
    let apollo = house.apollo("/people/match", &json!({})).await;
    assert_eq!(apollo.status, 429);
    assert!(apollo.headers.get("retry-after").is_some());
    assert_eq!(house.zerobounce("/validate", &[]).await.status, 429);
    assert_eq!(house.twilio("%2B12025550100", "").await.status, 429);
    let resend = house.mail(&json!({}), None).await;
    assert_eq!((resend.status, &resend.json["name"]), (429, &json!("rate_limit_exceeded")));
    assert!(resend.headers.get("retry-after").is_some());
    let stripe = house.tries("/customers", &[]).await;
    assert_eq!((stripe.status, &stripe.json["error"]["code"]), (429, &json!("rate_limit")));
    for provider in Provider::ALL {
        let calls = house.calls(provider);
        assert_eq!((calls.over_limit, calls.faults["rate_limited"]), (0, 1), "{provider}");
    }
}

#[tokio::test]
async fn a_server_error_charges_nothing() {
    let house = House::new(with(&Faults { server_error: 1_000, ..Faults::default() })).await;
    for _ in 0..10 {
        assert!(house.hunter("/email-verifier", &[("email", "a@gmail.com")]).await.status >= 500);
        assert!(house.apollo("/people/match", &json!({})).await.status >= 500);
    }
    assert_eq!(house.calls(Provider::Hunter).charged.as_millis(), 0);
}

#[tokio::test]
async fn a_cut_connection_has_charged_and_a_repeat_charges_again() {
    let house = House::new(with(&Faults { cut: 1_000, ..Faults::default() })).await;
    let url = format!("{}/email-verifier", house.base(Provider::Hunter));
    let ask = || {
        let key = house.key(Provider::Hunter);
        house.client.get(&url).query(&[("email", "a@gmail.com")]).header("x-api-key", key).send()
    };
    assert!(ask().await.is_err());
    assert_eq!(house.calls(Provider::Hunter).charged.as_millis(), 500);
    house.sandbox.set_conduct(Conduct::at_once());
    assert!(ask().await.unwrap().status().is_success());
    let calls = house.calls(Provider::Hunter);
    assert_eq!((calls.charged.as_millis(), calls.charged_twice), (1_000, 1));
    assert_eq!(calls.by_status[&0], 1);
}

#[tokio::test]
async fn a_cut_submit_can_be_settled_by_its_own_id() {
    let house = House::new(with(&Faults { cut: 1_000, ..Faults::default() })).await;
    let url = format!("{}/email-search", house.base(Provider::Icypeas));
    let body = json!({ "firstname": "A", "lastname": "B", "domainOrCompany": "x.example",
        "custom": { "externalId": "attempt-7" } });
    let sent =
        house.client.post(url).header("authorization", house.key(Provider::Icypeas)).json(&body);
    assert!(sent.send().await.is_err());
    house.sandbox.set_conduct(Conduct::at_once());
    let list = json!({ "mode": "single", "type": "email-search", "limit": 100 });
    let page = house.icypeas("/bulk-single-searchs/read", &list).await;
    assert_eq!(page.json["items"][0]["userData"]["externalId"], "attempt-7");
}

#[tokio::test]
async fn garbage_is_no_json_or_not_the_document() {
    let house = House::new(with(&Faults { garbage: 1_000, ..Faults::default() })).await;
    for _ in 0..12 {
        let answer = house.hunter("/account", &[]).await;
        assert_eq!(answer.status, 200);
        assert!(answer.json.get("data").is_none(), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_time_out_holds_and_then_cuts() {
    let faults = Faults { timeout: 1_000, hold_ms: 300, ..Faults::default() };
    let house = House::new(with(&faults)).await;
    let mut charged = 0;
    let began = std::time::Instant::now();
    for n in 0..8 {
        let email = format!("a{n}@gmail.com");
        let url = format!("{}/email-verifier", house.base(Provider::Hunter));
        let key = house.key(Provider::Hunter);
        let sent =
            house.client.get(url).query(&[("email", &email)]).header("x-api-key", key).send().await;
        assert!(sent.is_err());
        charged = house.calls(Provider::Hunter).charged.as_millis();
    }
    assert!(began.elapsed().as_millis() >= 8 * 300);
    assert!((500..4_000).contains(&charged), "some were worked on, some not: {charged}");
}

#[tokio::test]
async fn a_spread_of_faults_keeps_its_rate() {
    let house = House::new(Conduct::at_once().with_faults(200)).await;
    let mut conduct = (*house.sandbox.conduct()).clone();
    conduct.providers.hunter.faults.timeout = 0;
    house.sandbox.set_conduct(conduct);
    let url = format!("{}/account", house.base(Provider::Hunter));
    for _ in 0..1_000 {
        let key = house.key(Provider::Hunter);
        // The outcome does not matter here, the ledger's count does.
        let _sent = house.client.get(&url).header("x-api-key", key).send().await;
    }
    let faults: u64 = house.calls(Provider::Hunter).faults.values().sum();
    assert!((130..230).contains(&faults), "{faults}");
}
