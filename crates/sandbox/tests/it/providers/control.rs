//! `/_sandbox`: lists, truth, settings.

use captely_sandbox::Provider;
use serde_json::{Value, json};

use super::{Answer, House, read};

impl House {
    pub(crate) async fn control(&self, path: &str) -> Answer {
        let url = format!("{}/_sandbox{path}", self.sandbox.addresses().http);
        read(self.client.get(url)).await
    }

    pub(super) async fn tell(&self, path: &str, body: &Value) -> Answer {
        let url = format!("{}/_sandbox{path}", self.sandbox.addresses().http);
        read(self.client.post(url).json(body)).await
    }
}

fn rows(answer: &Answer) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(answer.text.as_bytes()).records().map(Result::unwrap).collect()
}

#[tokio::test]
async fn it_says_what_it_is() {
    let house = House::at_once().await;
    let about = house.control("").await.json;
    assert_eq!(
        (&about["seed"], &about["people"], &about["limits"]),
        (&json!(42), &json!(3_000), &json!(false))
    );
    for provider in Provider::ALL {
        let account = &about["providers"][provider.as_str()];
        assert!(account["base"].as_str().unwrap().starts_with("http://127.0.0.1:"));
        assert!(account["key"].is_string());
    }
    assert_eq!(about["providers"]["icypeas"]["secret"], "sandbox-icypeas-secret");
    assert!(about["dns"].is_string() && about["smtp"].is_string());
    let line = serde_json::to_string(house.sandbox.addresses()).unwrap();
    assert!(!line.contains('\n'));
    assert_eq!(house.control("/nothing").await.status, 404);
}

#[tokio::test]
async fn addresses_come_with_their_truth_where_it_is_asked_for() {
    let house = House::at_once().await;
    let bare = house.control("/addresses.csv?n=200&offset=10").await;
    let truth = rows(&house.control("/addresses.csv?n=200&offset=10&truth=1").await);
    assert!(bare.text.starts_with("email\n") && bare.text.lines().count() == 201);
    for (line, labelled) in bare.text.lines().skip(1).zip(&truth) {
        assert_eq!((line, labelled.len()), (&labelled[0], 6));
        let (delivers, mailbox, reachable) = (&labelled[1], &labelled[2], &labelled[4]);
        assert_eq!(delivers == "true", mailbox == "exists" && reachable == "true");
    }
    assert_eq!(house.control("/addresses.csv?n=-1").await.status, 400);
}

#[tokio::test]
async fn truth_is_in_the_order_of_the_list() {
    let house = House::at_once().await;
    let leads = rows(&house.control("/leads.csv?n=300&offset=20").await);
    let truth = rows(&house.control("/truth.csv?n=300&offset=20").await);
    assert_eq!((leads.len(), truth.len()), (300, 300));
    for (lead, truth) in leads.iter().zip(&truth) {
        assert_eq!((&lead[0], &lead[1], &lead[3]), (&truth[1], &truth[2], &truth[4]));
    }
    let all = rows(&house.control("/leads.csv?n=5000").await);
    assert_eq!(all.len(), 3_000, "everybody once");
    assert_eq!(house.control("/leads.csv?n=x").await.status, 400);
    assert_eq!(house.control("/leads.csv?n=1000001").await.status, 400);
    let empty = house.control("/leads.csv?n=0").await;
    assert_eq!(empty.text, "first_name,last_name,company,domain,title,country,linkedin_url\n");
}

#[tokio::test]
async fn a_messy_list_is_messy_and_still_found() {
    let house = House::at_once().await;
    let plain = rows(&house.control("/leads.csv?n=1000").await);
    let messy = rows(&house.control("/leads.csv?n=1000&messy=1").await);
    let differ = plain.iter().zip(&messy).filter(|(a, b)| a != b).count();
    assert!((300..800).contains(&differ), "{differ} of 1000 differ");
    assert!(messy.iter().any(|r| r[3].starts_with("https://www.")));
    assert!(messy.iter().any(|r| r[1].is_empty()));
    assert!(messy.iter().any(|r| !r[0].is_ascii() && r[0].chars().all(char::is_alphabetic)));
}

#[tokio::test]
async fn guests_of_a_list_can_be_enriched() {
    let house = House::at_once().await;
    let guests: Vec<Value> = (0..200)
        .map(|n| {
            json!({ "first_name": format!("Guest{n}"), "last_name": "Visitor", "title": "VP Sales",
                "company": format!("Company{} Inc", n / 4), "domain": format!("www.company{}.example", n / 4) })
        })
        .collect();
    let answer = house.tell("/people", &json!(guests)).await;
    assert_eq!(answer.json, json!({ "invited": 200, "passed_over": 0 }));
    assert_eq!(house.tell("/people", &json!(guests)).await.json["passed_over"], 200);
    let truth = rows(&house.control("/truth.csv?guests=1&n=500").await);
    assert_eq!(truth.len(), 200);
    let mut found = 0;
    for n in 0..200 {
        let body = json!({ "first_name": format!("GUEST{n}"), "last_name": "visitor",
            "organization_name": format!("company{}", n / 4) });
        let person = house.apollo("/people/match", &body).await.json["person"].clone();
        found += u32::from(person["email"].is_string());
    }
    assert!(found > 80, "{found}");
    let wrong = house.tell("/people", &json!([{ "name": "A" }])).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn settings_change_while_it_runs() {
    let house = House::at_once().await;
    let body = json!({ "limits": true, "providers": { "hunter": { "calls_per_minute": 3, "credits_millis": 5_000 } } });
    let now = house.tell("/settings", &body).await;
    assert_eq!(now.json["providers"]["hunter"]["calls_per_minute"], 3);
    assert_eq!(now.json["providers"]["apollo"]["calls_per_minute"], 30, "the rest stays");
    let wrong = house.tell("/settings", &json!({ "limit": true })).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text.contains("limit"));
    assert_eq!(house.control("/settings").await.json, now.json);
    for n in 0..4 {
        let answer =
            house.hunter("/email-finder", &[("domain", "x.example"), ("full_name", "A B")]).await;
        assert_eq!(answer.status == 403, n == 3, "call {n}");
    }
    assert_eq!(house.calls(Provider::Hunter).over_limit, 1);
    house.tell("/reset", &json!({})).await;
    assert_eq!(house.calls(Provider::Hunter).calls, 0);
    assert_eq!(house.control("/calls").await.json["hunter"]["calls"], 0);
}

#[tokio::test]
async fn the_ledger_is_shown_by_call() {
    let house = House::at_once().await;
    house.hunter("/account", &[]).await;
    house.hunter("/email-verifier", &[("email", "a@gmail.com")]).await;
    let calls = house.control("/calls").await.json["hunter"].clone();
    assert_eq!((&calls["calls"], &calls["charged"]), (&json!(2), &json!(0.5)));
    assert_eq!(calls["charged_usd"], json!(0.017));
    assert_eq!(calls["by_endpoint"], json!({ "account": 1, "email-verifier": 1 }));
    assert_eq!(calls["keys"]["sandbox-hunter-key"]["calls"], 2);
    let log = house.control("/calls/log?provider=hunter").await.json;
    assert_eq!(log[1]["endpoint"], "email-verifier");
    assert_eq!(house.control("/calls/log").await.status, 400);
}

#[tokio::test]
async fn it_stops_and_frees_its_port() {
    let house = House::at_once().await;
    let http = house.sandbox.addresses().http.clone();
    house.sandbox.stop().await;
    assert!(house.client.get(&http).send().await.is_err());
    let refused =
        captely_sandbox::Settings { listen: "192.0.2.1:0".parse().unwrap(), ..Default::default() };
    assert!(captely_sandbox::Sandbox::start(refused).await.is_err());
}

#[tokio::test]
async fn it_knows_the_lists_that_it_has_handed_out() {
    let house = House::at_once().await;
    let list = house.control("/leads.csv?n=20").await;
    let messy = house.control("/leads.csv?n=20&messy=1").await;
    for (text, own) in [(&list.text, true), (&messy.text, false), (&"name\n".to_owned(), false)] {
        let hash = blake3::hash(text.as_bytes()).to_hex();
        let told = house.control(&format!("/lists?blake3={hash}")).await;
        assert_eq!(told.json, json!({ "own": own }));
    }
    assert_eq!(house.control("/lists?blake3=no-hash").await.status, 400);
}
