//! `apollo.md`, rule by rule.

use captely_sandbox::{Conduct, Provider::Apollo};
use serde_json::{Value, json};

use super::{Answer, House, read};

impl House {
    pub(super) async fn apollo(&self, path: &str, body: &Value) -> Answer {
        let url = format!("{}{path}", self.base(Apollo));
        read(self.client.post(url).header("x-api-key", self.key(Apollo)).json(body)).await
    }

    pub(super) async fn apollo_get(&self, path: &str) -> Answer {
        let url = format!("{}{path}", self.base(Apollo));
        read(self.client.get(url).header("x-api-key", self.key(Apollo))).await
    }
}

fn details(house: &House, count: usize) -> Vec<Value> {
    let people = house.people(count);
    people
        .iter()
        .map(|(p, c)| json!({ "first_name": p.first_name, "last_name": p.last_name, "domain": c.domain }))
        .collect()
}

#[tokio::test]
async fn only_the_header_opens() {
    let house = House::at_once().await;
    let (url, key) = (format!("{}/people/match", house.base(Apollo)), house.key(Apollo));
    let post = || house.client.post(&url).json(&json!({ "api_key": key }));
    for answer in [
        read(post()).await,
        read(post().bearer_auth(&key)).await,
        read(post().query(&[("api_key", &key)])).await,
        read(post().header("x-api-key", "wrong")).await,
    ] {
        assert_eq!(answer.status, 401);
        assert!(answer.text.contains("Invalid API key"));
        assert!(answer.headers.get("x-rate-limit-minute").is_none(), "absent on an early 401");
    }
    let conduct = Conduct { apollo_restricted_keys: vec![key.clone()], ..Conduct::at_once() };
    house.sandbox.set_conduct(conduct);
    let refused = read(post().header("x-api-key", &key)).await;
    assert_eq!((refused.status, &refused.json["error_code"]), (403, &json!("API_INACCESSIBLE")));
    assert_eq!(house.apollo_get("/auth/health").await.json["is_logged_in"], true);
}

#[tokio::test]
async fn a_match_costs_one_credit_and_a_miss_is_a_null_person() {
    let house = House::at_once().await;
    let (mut matched, mut emails, mut thin, mut null) = (0_i64, 0, 0, 0);
    for one in details(&house, 150) {
        let answer = house.apollo("/people/match", &one).await;
        assert_eq!(answer.status, 200);
        assert!(answer.json.get("request_id").is_none());
        let person = &answer.json["person"];
        if person.is_null() {
            null += 1;
            continue;
        }
        matched += 1;
        let email = person["email"].as_str();
        let real = email.is_some_and(|e| e != "email_not_unlocked@domain.com");
        if real {
            emails += 1;
            assert!(person["email_status"].is_string());
        } else {
            thin += 1;
        }
        assert!(person.get("phone_numbers").is_none(), "the first answer never has the mobile");
    }
    assert!(emails > 60 && thin > 3 && null > 15, "{emails} {thin} {null}");
    assert_eq!(house.calls(Apollo).charged.as_millis(), matched * 1_000);
    let query = "/people/match?name=No%20Body&domain=x.example";
    assert_eq!(house.apollo(query, &json!({})).await.json["person"], Value::Null);
}

#[tokio::test]
async fn bulk_keeps_the_order_and_says_null() {
    let house = House::at_once().await;
    let mut list = details(&house, 8);
    list.insert(3, json!({ "name": "No Body", "domain": "x.example" }));
    list.push(list[0].clone());
    let answer = house.apollo("/people/bulk_match", &json!({ "details": list })).await;
    let matches = answer.json["matches"].as_array().unwrap();
    assert_eq!((matches.len(), &matches[3]), (10, &Value::Null));
    assert_eq!(matches[0], matches[9]);
    for (asked, got) in list.iter().zip(matches) {
        if !got.is_null() {
            assert_eq!(asked["last_name"], got["last_name"]);
        }
    }
    let unique = answer.json["unique_enriched_records"].as_i64().unwrap();
    assert_eq!(answer.json["credits_consumed"], unique);
    assert_eq!(house.calls(Apollo).charged.as_millis(), unique * 1_000);
    assert_eq!(house.calls(Apollo).charged_twice, 0, "one call, one record");
    let eleven = json!({ "details": details(&house, 11) });
    assert_eq!(house.apollo("/people/bulk_match", &eleven).await.status, 422);
}

#[tokio::test]
async fn phones_come_later_by_poll() {
    let house = House::limited().await;
    let bare = json!({ "name": "A B", "domain": "x.example", "reveal_phone_number": true });
    let refused = house.apollo("/people/match", &bare).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("webhook_url"));
    let body = json!({ "details": details(&house, 10) });
    let path =
        "/people/bulk_match?reveal_phone_number=true&webhook_url=https%3A%2F%2Fhook.example%2Fa";
    let first = house.apollo(path, &body).await;
    let id = first.json["request_id"].as_i64().unwrap();
    let wait = house.apollo_get(&format!("/webhook_result/{id}")).await;
    assert_eq!((wait.status, &wait.json["error_code"]), (404, &json!("result_pending")));
    assert!(wait.json["retry_after_seconds"].as_u64().unwrap() > 0);
    house.sandbox.advance_ms(90_000);
    let ready = house.apollo_get(&format!("/webhook_result/{id}")).await;
    assert_eq!((ready.status, &ready.json["webhook_status"]), (200, &json!("success")));
    let result = &ready.json["webhook_result"];
    let phones: usize = result["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["phone_numbers"].as_array().unwrap().len())
        .sum();
    assert!(phones > 0, "{result}");
    let unique = first.json["unique_enriched_records"].as_i64().unwrap();
    let credits = result["credits_consumed"].as_i64().unwrap();
    assert_eq!(credits, i64::try_from(phones).unwrap() * 8);
    assert_eq!(house.calls(Apollo).charged.as_millis(), (unique + credits) * 1_000);
    for (path, status, code) in [
        ("/webhook_result/12345", 404, "request_id_unknown"),
        ("/webhook_result/abc", 400, "invalid_request_id"),
        ("/webhook_result/99999999999999999999", 400, "invalid_request_id"),
    ] {
        let answer = house.apollo_get(path).await;
        assert_eq!((answer.status, answer.json["error_code"].as_str()), (status, Some(code)));
    }
    house.sandbox.advance_ms(31 * 86_400_000);
    let late = house.apollo_get(&format!("/webhook_result/{id}")).await;
    assert_eq!((late.status, &late.json["error_code"]), (410, &json!("request_id_expired")));
}

#[tokio::test]
async fn request_ids_are_negative_half_of_the_time() {
    let house = House::at_once().await;
    let path = "/people/match?reveal_phone_number=true&webhook_url=https%3A%2F%2Fhook.example%2Fa";
    let mut negative = 0;
    for _ in 0..20 {
        let answer = house.apollo(path, &json!({ "name": "A B", "domain": "x.example" })).await;
        negative += u32::from(answer.json["request_id"].as_i64().unwrap() < 0);
    }
    assert!((3..18).contains(&negative), "{negative}");
}

#[tokio::test]
async fn the_minute_shows_in_headers_and_ends_in_a_429() {
    let house = House::limited().await;
    let body = json!({ "name": "A B", "domain": "x.example" });
    for n in 1..=30 {
        let answer = house.apollo("/people/match", &body).await;
        let header = |name: &str| answer.headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(answer.status, 200);
        assert_eq!(header("x-rate-limit-minute"), "30");
        assert_eq!(header("x-minute-usage"), n.to_string());
        assert_eq!(header("x-minute-requests-left"), (30 - n).to_string());
        assert_eq!(header("x-hourly-requests-left"), "", "empty without a limit");
        assert!(answer.headers.get("retry-after").is_none());
    }
    let refused = house.apollo("/people/match", &body).await;
    assert_eq!(refused.status, 429);
    assert!(
        refused.text.contains("The maximum number of api calls allowed for api/v1/people/match")
    );
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    house.sandbox.advance_ms(wait * 1_000);
    assert_eq!(house.apollo("/people/match", &body).await.status, 200);
}

#[tokio::test]
async fn out_of_credits_is_a_422_told_by_its_text() {
    let mut conduct = Conduct::at_once();
    conduct.providers.apollo.credits_millis = Some(0);
    let house = House::new(conduct).await;
    let answer =
        house.apollo("/people/match", &json!({ "name": "A B", "domain": "x.example" })).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("insufficient credits"));
}

#[tokio::test]
async fn search_is_free_and_gives_no_address() {
    let house = House::at_once().await;
    let (_, company) = house.somebody(|_, _| true);
    let body = json!({ "q_organization_domains_list": [company.domain] });
    let answer = house.apollo("/mixed_people/api_search", &body).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.text.contains('@') && !answer.text.contains('+'), "{}", answer.text);
    assert_eq!(house.calls(Apollo).charged.as_millis(), 0);
    let found = house.apollo_get(&format!("/organizations/enrich?domain={}", company.domain)).await;
    assert_eq!(found.json["organization"]["primary_domain"], json!(company.domain));
    assert_eq!(house.calls(Apollo).charged.as_millis(), 1_000);
}
