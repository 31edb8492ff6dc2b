//! `icypeas.md`, rule by rule.

use captely_sandbox::Provider::Icypeas;
use captely_sandbox::mail_world::{Mailbox, Personality};
use hmac::{KeyInit, Mac};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Answer, House, member, read};

impl House {
    pub(super) async fn icypeas(&self, path: &str, body: &Value) -> Answer {
        let url = format!("{}{path}", self.base(Icypeas));
        read(self.client.post(url).header("authorization", self.key(Icypeas)).json(body)).await
    }

    pub(super) async fn icypeas_read(&self, id: &str) -> Answer {
        self.icypeas("/bulk-single-searchs/read", &json!({ "id": id })).await
    }

    /// Submits a search for one person and gives its id.
    async fn search(&self, first: &str, last: &str, about: &str) -> String {
        let body = json!({ "firstname": first, "lastname": last, "domainOrCompany": about });
        let answer = self.icypeas("/email-search", &body).await;
        assert_eq!(answer.json["success"], true, "{answer:?}");
        assert_eq!(answer.json["item"]["status"], "NONE");
        assert!(answer.json.get("_id").is_none(), "the id is in item alone");
        answer.json["item"]["_id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn only_the_raw_key_opens() {
    let house = House::at_once().await;
    let url = format!("{}/email-search", house.base(Icypeas));
    let key = house.key(Icypeas);
    for header in
        [format!("Bearer {key}"), format!("{key}:0123abcd"), "wrong".into(), String::new()]
    {
        let answer =
            read(house.client.post(&url).header("authorization", &header).json(&json!({}))).await;
        assert_eq!(answer.status, 401, "{header}");
        assert!(answer.text.contains("Unauthorized access."), "{}", answer.text);
    }
    assert_eq!(read(house.client.post(&url).header("x-api-key", &key)).await.status, 401);
    assert_eq!(house.calls(Icypeas).bad_key, 5);
}

#[tokio::test]
async fn a_bad_field_is_a_200_with_validation_errors() {
    let house = House::at_once().await;
    for (body, field) in [
        (json!({ "lastname": "Rao", "domainOrCompany": "x.example" }), "firstname"),
        (json!({ "firstname": "Asha", "domainOrCompany": "x.example" }), "lastname"),
        (json!({ "firstname": "", "lastname": "", "domainOrCompany": "x.example" }), "lastname"),
        (json!({ "firstname": "Asha", "lastname": "Rao" }), "domainOrCompany"),
        (json!({ "firstname": 5, "lastname": "Rao", "domainOrCompany": "x.example" }), "firstname"),
        (
            json!({ "firstname": "Asha", "lastname": "Rao", "domain": "x.example" }),
            "domainOrCompany",
        ),
    ] {
        let answer = house.icypeas("/email-search", &body).await;
        assert_eq!((answer.status, &answer.json["success"]), (200, &json!(false)), "{body}");
        let first = &answer.json["validationErrors"][0];
        assert_eq!(first["field"], field, "{body}");
        for name in ["expected", "actual", "type", "message", "humanReadableMessage"] {
            assert!(first.get(name).is_some(), "{name}");
        }
    }
    let fine = json!({ "firstname": "", "lastname": "Rao", "domainOrCompany": "x.example" });
    assert_eq!(house.icypeas("/email-search", &fine).await.json["success"], true);
}

#[tokio::test]
async fn a_found_address_is_charged_once_and_a_miss_is_not() {
    let house = House::at_once().await;
    let (mut found, mut right) = (0, 0);
    let people = house.people(60);
    for (person, company) in &people {
        let id = house.search(&person.first_name, &person.last_name, &company.domain).await;
        let answer = house.icypeas_read(&id).await;
        let item = &answer.json["items"][0];
        assert_eq!((&answer.json["total"], &item["_id"]), (&json!(1), &json!(id)));
        assert_eq!(item["results"]["phones"], json!([]));
        let status = item["status"].as_str().unwrap();
        match item["results"]["emails"].as_array().unwrap().first() {
            Some(email) => {
                assert!(matches!(status, "FOUND" | "DEBITED"), "{status}");
                let sure = email["certainty"].as_str().unwrap();
                assert!(matches!(sure, "ultra_sure" | "very_sure" | "sure" | "probable"), "{sure}");
                found += 1;
                let truth = house.sandbox.world().true_email(person);
                right += usize::from(truth.as_deref() == email["email"].as_str());
            }
            None => assert!(matches!(status, "NOT_FOUND" | "DEBITED_NOT_FOUND"), "{status}"),
        }
    }
    let calls = house.calls(Icypeas);
    assert!((20..50).contains(&found) && right * 10 >= found * 8, "{right} of {found} right");
    assert_eq!(calls.charged.as_millis(), i64::try_from(found).unwrap() * 1_000);
    assert_eq!((calls.lookups, calls.charged_twice), (60, 0));
}

#[tokio::test]
async fn a_search_runs_before_it_ends() {
    let house = House::limited().await;
    let (person, company) = house.somebody(|p, _| !p.opted_out);
    let id = house.search(&person.first_name, &person.last_name, &company.domain).await;
    let answer = house.icypeas_read(&id).await;
    let status = answer.json["items"][0]["status"].as_str().unwrap().to_owned();
    assert!(matches!(status.as_str(), "NONE" | "SCHEDULED" | "IN_PROGRESS"), "{status}");
    house.sandbox.advance_ms(9_000);
    let answer = house.icypeas_read(&id).await;
    let status = answer.json["items"][0]["status"].as_str().unwrap();
    assert!(!matches!(status, "NONE" | "SCHEDULED" | "IN_PROGRESS"), "{status}");
}

#[tokio::test]
async fn reads_are_thirty_a_minute_for_all_polls_together() {
    let house = House::limited().await;
    for n in 0..30 {
        let answer = house.icypeas_read("unknown").await;
        assert_eq!(answer.status, 200, "read {n}");
        assert_eq!(answer.json["success"], false);
        assert!(answer.text.contains("SearchNotFoundError"));
    }
    let refused = house.icypeas_read("unknown").await;
    assert_eq!(refused.status, 429);
    assert!(refused.text.contains("exceeded the max number of requests per minute"));
    for name in refused.headers.keys() {
        let name = name.as_str();
        assert!(!name.contains("rate") && name != "retry-after", "{name} is not documented");
    }
    assert_eq!(house.calls(Icypeas).over_limit, 1);
    house.sandbox.advance_ms(60_000);
    assert_eq!(house.icypeas_read("unknown").await.status, 200);
}

#[tokio::test]
async fn submits_are_limited_by_second_and_minute() {
    let house = House::limited().await;
    let body = json!({ "firstname": "A", "lastname": "B", "domainOrCompany": "x.example" });
    let mut taken = 0;
    for round in 0..8 {
        for _ in 0..10 {
            let answer = house.icypeas("/email-search", &body).await;
            taken += u32::from(answer.status == 200);
            assert!(matches!(answer.status, 200 | 429), "round {round}");
        }
        assert!(round != 0 || house.icypeas("/email-search", &body).await.status == 429);
        house.sandbox.advance_ms(1_000);
    }
    assert_eq!(taken, 60);
    assert_eq!(house.calls(Icypeas).lookups, 60);
    assert_eq!(house.calls(Icypeas).over_limit, 21);
}

#[tokio::test]
async fn custom_comes_back_as_user_data_and_lists_are_paged() {
    let house = House::at_once().await;
    for row in 0..25 {
        let body = json!({ "firstname": "A", "lastname": format!("B{row}"),
            "domainOrCompany": "x.example", "custom": { "externalId": format!("lead-{row}") } });
        house.icypeas("/email-search", &body).await;
    }
    let plain = house.search("A", "B", "x.example").await;
    let plain = house.icypeas_read(&plain).await;
    assert!(plain.json["items"][0].get("userData").is_none(), "only when custom was sent");
    let path = "/bulk-single-searchs/read";
    let mut body = json!({ "mode": "single", "type": "email-search", "limit": 10 });
    let mut ids = Vec::new();
    loop {
        let page = house.icypeas(path, &body).await;
        assert_eq!(page.json["total"], 26);
        let items = page.json["items"].as_array().unwrap();
        if items.is_empty() {
            break;
        }
        ids.extend(
            items.iter().filter_map(|i| i["userData"]["externalId"].as_str().map(str::to_owned)),
        );
        body["next"] = json!(true);
        body["sorts"] = page.json["sorts"].clone();
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 25);
    let other = json!({ "mode": "single", "type": "email-verification" });
    assert_eq!(house.icypeas(path, &other).await.json["total"], 0);
}

#[tokio::test]
async fn bulk_rows_come_back_by_file() {
    let house = House::at_once().await;
    let rows: Vec<Value> = house
        .people(120)
        .iter()
        .map(|(p, c)| json!([p.first_name, p.last_name, c.domain]))
        .collect();
    let submit = json!({ "name": "list", "task": "email-search", "data": rows });
    let answer = house.icypeas("/bulk-search", &submit).await;
    assert_eq!(answer.json["success"], true, "{answer:?}");
    let file = answer.json["file"].as_str().unwrap().to_owned();
    let body = json!({ "mode": "bulk", "file": file, "limit": 500 });
    let page = house.icypeas("/bulk-single-searchs/read", &body).await;
    assert_eq!(page.json["total"], 120);
    assert_eq!(page.json["items"].as_array().unwrap().len(), 100, "a page is 100 at most");
    assert_eq!(page.json["items"][7]["order"], 7);
    let files = house.icypeas("/search-files/read", &json!({ "file": file })).await;
    assert!(files.text.contains("\"done\""), "{}", files.text);
    for data in
        [json!([]), json!([["a", "b"]]), json!("x"), json!([["a", "b", "c"], ["a", "b", "-"]])]
    {
        let bad = json!({ "name": "list", "task": "email-search", "data": data });
        assert_eq!(house.icypeas("/bulk-search", &bad).await.json["success"], false);
    }
}

#[tokio::test]
async fn bulks_are_listed_the_newest_first_page_by_page() {
    let house = House::at_once().await;
    for name in ["one", "two", "three"] {
        let submit = json!({ "name": name, "task": "email-search", "data": [["a", "b", "c"]] });
        assert_eq!(house.icypeas("/bulk-search", &submit).await.json["success"], true);
    }
    let first = house.icypeas("/search-files/read", &json!({ "limit": 2 })).await.json;
    let names = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|file| file["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((names(&first), &first["total"]), (vec!["three".into(), "two".into()], &json!(3)));
    let next = json!({ "limit": 2, "next": true, "sorts": first["sorts"] });
    let second = house.icypeas("/search-files/read", &next).await.json;
    assert_eq!(names(&second), ["one"]);
    let next = json!({ "limit": 2, "next": true, "sorts": second["sorts"] });
    assert!(names(&house.icypeas("/search-files/read", &next).await.json).is_empty());
}

#[tokio::test]
async fn out_of_credits_is_a_status_of_the_item() {
    let mut conduct = captely_sandbox::Conduct::at_once();
    conduct.providers.icypeas.credits_millis = Some(500);
    let house = House::new(conduct).await;
    let (person, company) = house.somebody(|p, _| !p.opted_out);
    let id = house.search(&person.first_name, &person.last_name, &company.domain).await;
    let answer = house.icypeas_read(&id).await;
    assert_eq!((answer.status, &answer.json["success"]), (200, &json!(true)));
    assert_eq!(answer.json["items"][0]["status"], "INSUFFICIENT_FUNDS");
    assert_eq!(house.calls(Icypeas).charged.as_millis(), 0);
}

#[tokio::test]
async fn verification_tells_what_exists_and_cannot_tell_accept_all() {
    let house = House::at_once().await;
    let mut said = std::collections::HashMap::new();
    for (person, company) in house.people(400) {
        let email = house.sandbox.world().listed_email(&person).unwrap();
        let kind = match (company.personality, person.mailbox) {
            (Personality::CatchAll, _) => "catch-all",
            (Personality::Normal, Mailbox::Exists) => "exists",
            (Personality::Normal, Mailbox::Absent) => "absent",
            _ => continue,
        };
        let answer = house.icypeas("/email-verification", &json!({ "email": email })).await;
        let id = answer.json["item"]["_id"].as_str().unwrap().to_owned();
        let item = house.icypeas_read(&id).await.json["items"][0].clone();
        let certainty = item["results"]["emails"][0]["certainty"].as_str().unwrap_or("not_found");
        *said.entry((kind, certainty.to_owned())).or_insert(0) += 1;
    }
    let count =
        |kind, certainty: &str| said.get(&(kind, certainty.to_owned())).copied().unwrap_or(0);
    assert!(count("exists", "ultra_sure") > 50 && count("absent", "undeliverable") > 2, "{said:?}");
    assert!(
        count("catch-all", "not_found") > 5 && count("catch-all", "ultra_sure") == 0,
        "{said:?}"
    );
    let calls = house.calls(Icypeas);
    assert_eq!(calls.charged.as_millis(), i64::try_from(calls.lookups).unwrap() * 100);
}

#[tokio::test]
async fn what_no_document_settles_varies() {
    let house = House::at_once().await;
    let mut shapes = std::collections::HashSet::new();
    for _ in 0..20 {
        let body = json!({ "email": "owner@sandbox.example" });
        let answer = house.icypeas("/a/actions/subscription-information", &body).await;
        assert!(member(&answer.json, "credits").is_some());
        assert!(member(&answer.json, "userId").is_some());
        shapes.insert(answer.json.as_object().unwrap().keys().cloned().collect::<Vec<_>>());
    }
    assert!(shapes.len() > 1);
    assert_eq!(house.calls(Icypeas).charged.as_millis(), 0);
}

#[tokio::test]
async fn a_webhook_is_signed_and_carries_the_item() {
    let house = House::at_once().await;
    let receiver = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/Hook/ic", receiver.local_addr().unwrap());
    let body = json!({ "firstname": "A", "lastname": "B", "domainOrCompany": "x.example",
        "custom": { "webhookUrl": url, "externalId": "e1" } });
    house.icypeas("/email-search", &body).await;
    let (mut stream, _) = receiver.accept().await.unwrap();
    let mut text = String::new();
    while !text.ends_with("}}") {
        let mut bytes = [0; 4096];
        let n = stream.read(&mut bytes).await.unwrap();
        assert_ne!(n, 0, "ended early: {text}");
        text.push_str(std::str::from_utf8(&bytes[..n]).unwrap());
        if text.len() > 200
            && serde_json::from_str::<Value>(text.split_once("\r\n\r\n").unwrap().1).is_ok()
        {
            break;
        }
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /Hook/ic HTTP/1.1"));
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["data"]["userData"]["externalId"], "e1");
    let signed = format!("post/hook/ic{}", body["timestamp"].as_str().unwrap().to_lowercase());
    let mut mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(b"sandbox-icypeas-secret").unwrap();
    mac.update(signed.as_bytes());
    let hex =
        mac.finalize().into_bytes().iter().fold(String::new(), |t, b| t + &format!("{b:02x}"));
    assert_eq!(body["signature"], hex);
}
