//! Clients with a mistake are proven wrong: the ledger names it.

use std::time::Duration;

use captely_contact::fold;
use captely_sandbox::{Conduct, Provider};
use serde_json::json;

use super::House;

/// A client that forgets what it paid for, and asks in another spelling.
#[tokio::test]
async fn paying_twice_is_seen_across_spellings() {
    let house = House::at_once().await;
    let mut proven = 0;
    for (person, company) in house.people(600) {
        if person.last_name.is_ascii() || person.native.is_some() {
            continue;
        }
        let (first, last, domain) = (&person.first_name, &person.last_name, &company.domain);
        let asked = [
            [first.clone(), last.clone(), domain.clone()],
            [first.to_uppercase(), last.to_lowercase(), format!("https://www.{domain}/")],
            [fold(first), fold(last), company.name.to_uppercase()],
        ];
        house.sandbox.reset();
        for [first, last, about] in &asked {
            let body = json!({ "firstname": first, "lastname": last, "domainOrCompany": about });
            house.icypeas("/email-search", &body).await;
        }
        let calls = house.calls(Provider::Icypeas);
        if calls.charged_results == 0 {
            continue;
        }
        assert_eq!((calls.charged_results, calls.charged_twice), (3, 2), "{asked:?}");
        assert_eq!(calls.charged_twice_for[0].times, 3);
        proven += 1;
    }
    assert!(proven > 20, "{proven}");
}

/// Every provider notices it.
#[tokio::test]
async fn a_client_that_repeats_everything_is_seen_at_every_provider() {
    let house = House::at_once().await;
    for _ in 0..2 {
        for (person, company) in house.people(40) {
            let (first, last) = (person.first_name.as_str(), person.last_name.as_str());
            let search =
                json!({ "firstname": first, "lastname": last, "domainOrCompany": company.domain });
            house.icypeas("/email-search", &search).await;
            let record =
                json!({ "first_name": first, "last_name": last, "website": company.domain });
            house.batch(&json!({ "data": [record] })).await;
            let query =
                [("first_name", first), ("last_name", last), ("domain", company.domain.as_str())];
            house.hunter("/email-finder", &query).await;
            let details =
                json!({ "first_name": first, "last_name": last, "domain": company.domain });
            house.apollo("/people/match", &details).await;
        }
    }
    for provider in Provider::FINDERS {
        let calls = house.calls(provider);
        assert!(calls.charged_results > 10, "{provider}");
        assert_eq!(calls.charged_twice * 2, calls.charged_results, "{provider}");
    }
}

/// A client with a fixed window of its own: two bursts on both sides of the turn of a minute.
#[tokio::test]
async fn bursts_at_the_turn_of_a_window_are_over_the_limit() {
    let house = House::limited().await;
    let body = json!({ "name": "A B", "domain": "x.example" });
    house.sandbox.advance_ms(55_000);
    let mut refused = 0;
    for _ in 0..2 {
        for _ in 0..30 {
            refused += u32::from(house.apollo("/people/match", &body).await.status == 429);
        }
        house.sandbox.advance_ms(5_500);
    }
    assert_eq!(refused, 30);
    assert_eq!(house.calls(Provider::Apollo).over_limit, 30);
}

/// A client that keeps a sliding window is never refused, and uses all it may.
#[tokio::test]
async fn a_careful_client_is_never_refused() {
    let house = House::limited().await;
    let body = json!({ "name": "A B", "domain": "x.example" });
    for n in 0..90 {
        assert_eq!(house.apollo("/people/match", &body).await.status, 200, "call {n}");
        // The test's own time passes too, which only helps.
        house.sandbox.advance_ms(2_000);
    }
    let calls = house.calls(Provider::Apollo);
    assert_eq!((calls.lookups, calls.over_limit), (90, 0));
}

/// A client that polls one search at full speed runs into the read limit before the search ends.
#[tokio::test]
async fn polling_too_fast_is_refused() {
    let house = House::limited().await;
    let search = json!({ "firstname": "A", "lastname": "B", "domainOrCompany": "x.example" });
    let answer = house.icypeas("/email-search", &search).await;
    let id = answer.json["item"]["_id"].as_str().unwrap().to_owned();
    let mut refused = false;
    for _ in 0..40 {
        refused |= house.icypeas_read(&id).await.status == 429;
    }
    assert!(refused);
    assert_eq!(house.calls(Provider::Icypeas).over_limit, 10);
}

/// A client that takes "not ready" for "found nothing" would lose these.
#[tokio::test]
async fn a_pending_batch_is_no_empty_batch() {
    let house = House::limited().await;
    let (person, company) = house.somebody(|p, _| !p.opted_out);
    let record = json!({ "first_name": person.first_name, "last_name": person.last_name, "website": company.domain });
    let submit = house.batch(&json!({ "data": [record] })).await;
    let path = format!("/v1/enrich/all/{}", submit.json["request_id"].as_str().unwrap());
    assert!(house.dropcontact(&path).await.json.get("data").is_none());
    house.sandbox.advance_ms(50_000);
    assert_eq!(house.dropcontact(&path).await.json["data"].as_array().unwrap().len(), 1);
}

/// Latency is real time.
#[tokio::test]
async fn latency_is_kept() {
    let latency_ms = captely_sandbox::Span { from: 60, to: 80 };
    let house = House::new(Conduct { latency_ms, ..Conduct::at_once() }).await;
    let began = std::time::Instant::now();
    house.hunter("/account", &[]).await;
    assert!(began.elapsed() >= Duration::from_millis(60));
}
