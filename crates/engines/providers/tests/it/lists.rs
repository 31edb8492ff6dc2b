//! Polls with many tickets: one call brings many forward, and none is left behind.

use std::time::Duration;

use captely_contact::Field;
use captely_providers::{Asked, Key, Outcome, Provider, Ticket};
use serde_json::{Value, json};

use crate::loopback::{Given, Loopback, about_asha, asha, question};

fn tickets(ids: &[&str]) -> Vec<Ticket> {
    ids.iter().map(|id| Ticket { ticket: (*id).to_owned(), question: about_asha() }).collect()
}

fn done(id: &str) -> Value {
    json!({"_id": id, "status": "NOT_FOUND", "results": {"emails": []}})
}

fn settled(outcomes: &[Option<Outcome>]) -> Vec<bool> {
    outcomes.iter().map(Option::is_some).collect()
}

async fn poll(client: &dyn Provider, tickets: &[Ticket]) -> Vec<bool> {
    settled(&client.poll(tickets).await.unwrap())
}

#[tokio::test]
async fn icypeas_settles_many_searches_with_one_read() {
    let server = Loopback::start(|asked| {
        assert_eq!(asked.json()["mode"], "single");
        let running = json!({"_id": "s2", "status": "SCHEDULED"});
        Given::json(
            &json!({"success": true, "items": [done("s3"), running, done("s1"), done("x")]}),
        )
    })
    .await;
    let client = server.client("icypeas");
    assert_eq!(poll(client.as_ref(), &tickets(&["s1", "s2", "s3"])).await, [true, false, true]);
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn icypeas_goes_on_to_the_page_that_shows_what_is_missing() {
    let server = Loopback::start(|asked| {
        let body = asked.json();
        if body["next"] == json!(true) {
            assert_eq!(body["sorts"], json!([["cursor", 1]]), "the cursor goes back as it came");
            Given::json(&json!({"success": true, "items": [done("s2")], "sorts": [["cursor", 2]]}))
        } else {
            Given::json(&json!({"success": true, "items": [done("s1")], "sorts": [["cursor", 1]]}))
        }
    })
    .await;
    let client = server.client("icypeas");
    assert_eq!(poll(client.as_ref(), &tickets(&["s1", "s2", "s3"])).await, [true, false, false]);
    assert_eq!(poll(client.as_ref(), &tickets(&["s2", "s3"])).await, [true, false]);
}

/// A list that never shows our searches (its order is not documented) must not leave them waiting.
#[tokio::test]
async fn icypeas_falls_back_to_reading_by_id() {
    let server = Loopback::start(|asked| match asked.json()["id"].as_str() {
        Some(id) => Given::json(&json!({"success": true, "items": [done(id)]})),
        None => Given::json(&json!({"success": true, "items": [done("old")], "sorts": [[9]]})),
    })
    .await;
    let client = server.client("icypeas");
    let mut open = tickets(&["s1", "s2", "s3", "s4"]);
    let mut polls = 0;
    while !open.is_empty() {
        let outcomes = poll(client.as_ref(), &open).await;
        let mut outcome = outcomes.iter();
        open.retain(|_| !outcome.next().unwrap());
        polls += 1;
        assert!(polls <= 8, "{} searches are left behind", open.len());
    }
    assert_eq!(server.calls().len(), polls);
}

/// "Not ready" is what Dropcontact says of an unknown request for ever; others must come through.
#[tokio::test]
async fn dropcontact_reads_mixed_requests_in_turn() {
    let server = Loopback::start(|asked| {
        if asked.path.ends_with("/lost") {
            Given::json(&json!({"error": false, "success": false, "reason": "not ready"}))
        } else {
            let data = json!([{"custom_fields": {"row": "lead-42"}}]);
            Given::json(&json!({"error": false, "success": true, "data": data}))
        }
    })
    .await;
    let client = server.client("dropcontact");
    let mixed = tickets(&["lost", "ready", "lost"]);
    let mut came = Vec::new();
    for _poll in 0..2 {
        came.extend(poll(client.as_ref(), &mixed).await);
    }
    assert_eq!(came, [false, false, false, false, true, false]);
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn one_dropcontact_request_carries_250_people_and_one_poll_settles_them() {
    let server = Loopback::start(|asked| {
        if asked.method == "POST" {
            assert_eq!(asked.json()["data"].as_array().unwrap().len(), 250);
            return Given::json(&json!({"error": false, "success": true, "request_id": "r"}));
        }
        let record = |n: u32| {
            json!({"custom_fields": {"row": format!("m{n}")},
            "email": [{"email": format!("p{n}@example.com"), "qualification": "nominative@pro"}]})
        };
        let data: Vec<Value> = (0..250).rev().map(record).collect();
        Given::json(&json!({"error": false, "success": true, "data": data}))
    })
    .await;
    let client = server.client("dropcontact");
    let ask = |n| question(&format!("m{n}"), asha(), &[Field::Email]);
    let questions: Vec<_> = (0..250).map(ask).collect();
    let Asked::Pending(given) = client.ask(&questions).await.unwrap() else { panic!() };
    let pair =
        |(ticket, question): (Result<String, _>, _)| Ticket { ticket: ticket.unwrap(), question };
    let tickets: Vec<Ticket> = given.into_iter().zip(questions).map(pair).collect();
    let outcomes = client.poll(&tickets).await.unwrap();
    for (n, outcome) in outcomes.iter().enumerate() {
        let answer = outcome.as_ref().unwrap().as_ref().unwrap();
        assert_eq!(answer.emails[0].email.as_str(), format!("p{n}@example.com"));
    }
    assert_eq!(server.calls().len(), 2);
}

/// A mobile is paid extra: a question that does not want one must not pay for it.
#[tokio::test]
async fn apollo_reveals_phones_only_where_all_of_a_call_want_them() {
    let server = Loopback::start(|_| Given::json(&json!({"matches": [null, null]}))).await;
    let mut settings = server.settings();
    settings.webhook_url = Some(Key::from("https://hook.example/a"));
    let client = captely_providers::client("apollo", server.http.clone(), &settings).unwrap();
    let ask = |wants: &[Field]| question("m", asha(), wants);
    let both = [Field::Email, Field::Phone];
    client.ask(&[ask(&both), ask(&[Field::Email])]).await.unwrap();
    client.ask(&[ask(&both), ask(&both)]).await.unwrap();
    let reveals = |at: usize| server.calls()[at].path.contains("reveal_phone_number=true");
    assert_eq!((reveals(0), reveals(1)), (false, true));
}

#[tokio::test]
async fn no_tickets_and_no_questions_make_no_calls() {
    let server = Loopback::scripted(vec![]).await;
    for name in captely_providers::names() {
        let client = server.client(name);
        assert!(client.poll(&[]).await.unwrap().is_empty(), "{name}");
        let searched = client.settle(&[], Duration::from_mins(1), None).await.unwrap();
        assert!(searched.tickets.is_empty() && searched.next.is_none(), "{name}");
        drop(client.ask(&[]).await);
    }
    assert!(server.calls().is_empty());
}
