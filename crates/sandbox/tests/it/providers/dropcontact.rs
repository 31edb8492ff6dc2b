//! `dropcontact.md`, rule by rule.

use captely_sandbox::{Conduct, Provider::Dropcontact};
use serde_json::{Value, json};

use super::{Answer, House, read};

impl House {
    pub(super) async fn batch(&self, body: &Value) -> Answer {
        let url = format!("{}/v1/enrich/all", self.base(Dropcontact));
        read(self.client.post(url).header("x-access-token", self.key(Dropcontact)).json(body)).await
    }

    pub(super) async fn dropcontact(&self, path: &str) -> Answer {
        let url = format!("{}{path}", self.base(Dropcontact));
        read(self.client.get(url).header("x-access-token", self.key(Dropcontact))).await
    }

    fn records(&self, count: usize) -> Vec<Value> {
        let record = |row: usize, p: &captely_sandbox::world::Person, domain: &str| {
            json!({ "first_name": p.first_name, "last_name": p.last_name, "website": domain,
                "custom_fields": { "row": row.to_string() } })
        };
        let people = self.people(count);
        people.iter().enumerate().map(|(row, (p, c))| record(row, p, &c.domain)).collect()
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_in_the_endpoints_own_form() {
    let house = House::at_once().await;
    let get = |path: &str| house.client.get(format!("{}{path}", house.base(Dropcontact)));
    let answer = read(get("/v1/enrich/all/abc").header("x-access-token", "wrong")).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json,
        json!({ "error": true, "reason": "Unknown account", "success": false })
    );
    let answer = read(get("/v1/account/credits").bearer_auth(house.key(Dropcontact))).await;
    assert_eq!(answer.status, 401);
    assert!(answer.json["detail"].is_string());
}

#[tokio::test]
async fn bad_batches_are_refused_in_the_documents_words() {
    let house = House::at_once().await;
    let record = json!({ "first_name": "A", "website": "x.example" });
    let mut large = record.clone();
    large["custom_fields"] = json!({ "row": "x".repeat(16_000) });
    for (data, reason) in [
        (json!({}), "Missing data in JSON"),
        (json!({ "data": [] }), "Missing data in JSON"),
        (
            json!({ "data": vec![record.clone(); 251] }),
            "Too many records, you can only submit up to 250 records",
        ),
        (
            json!({ "data": [record, large] }),
            "Data size is too big, you can only submit up to 15 kB of data in a single record",
        ),
    ] {
        let answer = house.batch(&data).await;
        assert_eq!(answer.status, 400, "{reason}");
        assert_eq!(answer.json, json!({ "error": true, "reason": reason, "success": false }));
    }
    assert_eq!(house.dropcontact("/v1/nothing").await.status, 404);
    assert!(house.dropcontact("/v1/nothing").await.json["detail"].is_string());
}

#[tokio::test]
async fn credits_are_taken_at_submit_and_given_back_for_misses() {
    let house = House::limited().await;
    let before = house.dropcontact("/v1/account/credits").await.json["credits"].as_i64().unwrap();
    let submit = house.batch(&json!({ "data": house.records(100), "language": "en" })).await;
    assert_eq!((submit.status, &submit.json["success"]), (200, &json!(true)), "{submit:?}");
    assert_eq!(submit.json["credits_left"], before - 100);
    let id = submit.json["request_id"].as_str().unwrap().to_owned();
    let wait = house.dropcontact(&format!("/v1/enrich/all/{id}")).await;
    assert_eq!(wait.status, 200);
    let reason = "Request not ready yet, try again in 30 seconds";
    let not_ready = json!({ "error": false, "success": false, "reason": reason });
    assert_eq!(wait.json, not_ready);
    let unknown = house.dropcontact("/v1/enrich/all/nosuchrequestid").await;
    assert_eq!((unknown.status, unknown.json), (200, not_ready.clone()), "they look alike");
    house.sandbox.advance_ms(30_000);
    let some = house.dropcontact(&format!("/v1/enrich/all/{id}?forceResults=true")).await;
    let part = some.json["data"].as_array().unwrap().len();
    assert!((1..100).contains(&part), "{part} ready so far");
    house.sandbox.advance_ms(30_000);
    let ready = house.dropcontact(&format!("/v1/enrich/all/{id}")).await;
    let data = ready.json["data"].as_array().unwrap().clone();
    assert_eq!(data.len(), 100);
    let charged = house.calls(Dropcontact).charged.as_millis() / 1_000;
    assert!((20..70).contains(&charged), "{charged}");
    assert_eq!(ready.json["credits_left"], before - charged);
    assert_eq!(house.dropcontact("/v1/account/credits").await.json["credits"], before - charged);
    let rows: Vec<&str> =
        data.iter().map(|r| r["custom_fields"]["row"].as_str().unwrap()).collect();
    let mut sorted: Vec<u32> = rows.iter().map(|r| r.parse().unwrap()).collect();
    assert_ne!(rows[0], "0", "the order is not the input's");
    sorted.sort_unstable();
    assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    house.sandbox.advance_ms(31 * 86_400_000);
    assert_eq!(house.dropcontact(&format!("/v1/enrich/all/{id}")).await.json, not_ready);
}

#[tokio::test]
async fn only_filled_attributes_are_there_and_email_is_a_list() {
    let house = House::at_once().await;
    let submit = house.batch(&json!({ "data": house.records(200), "language": "en" })).await;
    let id = submit.json["request_id"].as_str().unwrap().to_owned();
    let ready = house.dropcontact(&format!("/v1/enrich/all/{id}")).await;
    let (mut with, mut without, mut mobiles) = (0, 0, 0);
    let mut kinds = std::collections::BTreeMap::new();
    for record in ready.json["data"].as_array().unwrap() {
        let record = record.as_object().unwrap();
        assert!(record.values().all(|v| !v.is_null()), "{record:?}");
        mobiles += i32::from(record.contains_key("mobile_phone"));
        match record.get("email") {
            Some(email) => {
                with += 1;
                let kind = email[0]["qualification"].as_str().unwrap().to_owned();
                assert!(kind.ends_with("@pro"), "{kind}");
                *kinds.entry(kind).or_insert(0) += 1;
            }
            None => without += 1,
        }
    }
    assert!(with > 50 && without > 50 && mobiles > 5, "{with} {without} {mobiles}");
    assert!(kinds["nominative@pro"] > 30, "{kinds:?}");
    assert!(
        kinds.contains_key("catch-all@pro") || kinds.contains_key("catch_all@pro"),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn french_is_spoken_unless_english_is_asked_for() {
    let house = House::at_once().await;
    let submit = house.batch(&json!({ "data": house.records(60) })).await;
    let id = submit.json["request_id"].as_str().unwrap().to_owned();
    let ready = house.dropcontact(&format!("/v1/enrich/all/{id}")).await;
    assert!(ready.text.contains("nominatif@pro") && !ready.text.contains("nominative@pro"));
}

#[tokio::test]
async fn siren_is_given_when_asked_for_and_unknown_fields_are_reported() {
    let house = House::at_once().await;
    let (person, company) = house.somebody(|p, c| c.country.code == "FR" && !p.opted_out);
    let record = json!({ "first_name": person.first_name, "last_name": person.last_name,
        "website": company.domain, "num_siren": "123456789", "shoe_size": 42, "linkedin": person.linkedin_url });
    for siren in [true, false] {
        let submit =
            house.batch(&json!({ "data": [record], "siren": siren, "language": "en" })).await;
        assert_eq!(submit.json["unexpected_field"], json!(["shoe_size"]));
        let id = submit.json["request_id"].as_str().unwrap().to_owned();
        let ready = house.dropcontact(&format!("/v1/enrich/all/{id}")).await;
        let record = &ready.json["data"][0];
        assert!(record.get("siren").is_some() && record.get("num_siren").is_none());
    }
}

#[tokio::test]
async fn an_address_sent_is_verified_and_always_charged() {
    let house = House::at_once().await;
    let data = json!([
        { "email": "nobody@nowhere.example" },
        { "email": "someone@gmail.com" },
        { "first_name": "No", "last_name": "Company" },
    ]);
    let submit = house.batch(&json!({ "data": data, "language": "en" })).await;
    let id = submit.json["request_id"].as_str().unwrap().to_owned();
    let ready = house.dropcontact(&format!("/v1/enrich/all/{id}")).await;
    assert!(
        ready.text.contains("invalid@invalid domain") && ready.text.contains("nominative@perso")
    );
    assert_eq!(house.calls(Dropcontact).charged.as_millis(), 2_000);
}

#[tokio::test]
async fn too_few_credits_refuse_the_whole_batch_with_403() {
    let mut conduct = Conduct::at_once();
    conduct.providers.dropcontact.credits_millis = Some(9_000);
    let house = House::new(conduct).await;
    let answer = house.batch(&json!({ "data": house.records(10) })).await;
    assert_eq!((answer.status, &answer.json["error"]), (403, &json!(true)));
    assert_eq!(house.batch(&json!({ "data": house.records(9) })).await.status, 200);
}

#[tokio::test]
async fn ten_submits_a_minute_and_sixty_requests_a_second() {
    let house = House::limited().await;
    for n in 0..11 {
        let answer = house.batch(&json!({ "data": house.records(1) })).await;
        assert_eq!(answer.status, if n < 10 { 200 } else { 429 }, "submit {n}");
    }
    let mut refused = 0;
    for _ in 0..120 {
        refused += u32::from(house.dropcontact("/v1/enrich/all/abc").await.status == 429);
    }
    assert!(refused > 0);
    let calls = house.calls(Dropcontact);
    assert_eq!((calls.lookups, calls.over_limit), (10, u64::from(refused) + 1));
}
