//! Icypeas' bulks: many questions in one call, told apart by their places.

use std::time::Duration;

use captely_contact::{Field, Person};
use captely_providers::{Asked, Provider, ProviderError, Question, Ticket};
use serde_json::{Value, json};

use crate::loopback::{Given, Loopback, asha, question};

/// Asha Rao and Bruno Keller, as one call asks about them.
fn two() -> Vec<Question> {
    let bruno = Person { first_name: "Bruno".into(), last_name: "Keller".into(), ..asha() };
    let ask = |(place, person)| {
        question(&Question::mark_in_call("call-7", place), person, &[Field::Email])
    };
    [asha(), bruno].into_iter().enumerate().map(ask).collect()
}

fn found(order: u64, name: &str, email: &str) -> Value {
    json!({"_id": format!("i{order}"), "file": "f_1", "order": order, "name": name, "status": "DEBITED",
        "results": {"emails": [{"email": email, "certainty": "ultra_sure"}]}})
}

fn page(items: &[Value], sorts: &Value) -> Given {
    Given::json(&json!({"success": true, "items": items, "sorts": sorts}))
}

async fn tickets(client: &dyn Provider) -> Vec<Ticket> {
    let Asked::Pending(tickets) = client.ask(&two()).await.unwrap() else { panic!() };
    let pair =
        |(ticket, question): (Result<String, _>, _)| Ticket { ticket: ticket.unwrap(), question };
    tickets.into_iter().zip(two()).map(pair).collect()
}

#[tokio::test]
async fn one_call_asks_and_one_reads_for_all() {
    let server = Loopback::start(|asked| {
        if asked.path == "/bulk-search" {
            return Given::json(&json!({"success": true, "status": "in_progress", "file": "f_1"}));
        }
        // in any order, and with others between
        page(
            &[
                found(1, "BRUNO KELLER", "bruno@example-mills.in"),
                found(7, "Somebody Else", "else@example-mills.in"),
                found(0, "Asha Rao", "asha@example-mills.in"),
            ],
            &json!([[1]]),
        )
    })
    .await;
    let client = server.client("icypeas");
    let tickets = tickets(client.as_ref()).await;
    let group = |at: usize| client.poll_group(&tickets[at].ticket).to_owned();
    assert_eq!((group(0), group(1), client.poll_group("single")), ("f_1".into(), "f_1".into(), ""));
    let outcomes = client.poll(&tickets).await.unwrap();
    let email =
        |at: usize| outcomes[at].as_ref().unwrap().as_ref().unwrap().emails[0].email.to_string();
    assert_eq!(
        (email(0), email(1)),
        ("asha@example-mills.in".into(), "bruno@example-mills.in".into())
    );
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(
        calls[0].json(),
        json!({"name": "captely call-7", "task": "email-search",
            "data": [["Asha", "Rao", "example-mills.in"], ["Bruno", "Keller", "example-mills.in"]]})
    );
    assert_eq!(calls[1].json(), json!({"mode": "bulk", "file": "f_1", "limit": 100}));
}

#[tokio::test]
async fn what_a_page_does_not_show_is_on_the_next_or_still_running() {
    let server = Loopback::start(|asked| {
        let body = asked.json();
        match (asked.path.as_str(), &body["next"]) {
            ("/bulk-search", _) => Given::json(&json!({"success": true, "file": "f_1"})),
            (_, Value::Bool(true)) => {
                assert_eq!(body["sorts"], json!([["cursor"]]), "the cursor goes back as it came");
                page(
                    &[json!({"order": 1, "name": "Bruno Keller", "status": "IN_PROGRESS"})],
                    &json!([]),
                )
            }
            _ => page(&[found(0, "Asha Rao", "asha@example-mills.in")], &json!([["cursor"]])),
        }
    })
    .await;
    let client = server.client("icypeas");
    let tickets = tickets(client.as_ref()).await;
    let first = client.poll(&tickets).await.unwrap();
    assert!(first[0].is_some() && first[1].is_none());
    let second = client.poll(&tickets[1..]).await.unwrap();
    assert_eq!(second, [None]);
    let third = client.poll(&tickets[1..]).await.unwrap();
    assert_eq!((third, server.calls().len()), (vec![None], 4), "it begins anew");
}

/// Places are all that tells the searches of a bulk apart. Should they ever not be the order asked in,
/// nobody may get another one's address.
#[tokio::test]
async fn a_place_with_another_name_is_no_answer() {
    let server = Loopback::start(|asked| match asked.path.as_str() {
        "/bulk-search" => Given::json(&json!({"success": true, "file": "f_1"})),
        _ => page(
            &[
                found(0, "Bruno Keller", "bruno@example-mills.in"),
                found(1, "Keller", "bruno@example-mills.in"),
            ],
            &json!([]),
        ),
    })
    .await;
    let client = server.client("icypeas");
    let tickets = tickets(client.as_ref()).await;
    let outcomes = client.poll(&tickets).await.unwrap();
    assert!(matches!(outcomes[0], Some(Err(ProviderError::Garbled { .. }))), "{outcomes:?}");
    assert!(matches!(outcomes[1], Some(Ok(_))), "a part of the name is enough: {outcomes:?}");
}

#[tokio::test]
async fn a_lost_bulk_is_found_by_its_name_and_a_lost_single_by_its_mark() {
    let server = Loopback::start(|asked| {
        let body = asked.json();
        let item = |name: &str, file: &str| json!({"name": name, "file": file});
        match (asked.path.as_str(), body["sorts"].is_null()) {
            ("/search-files/read", true) => page(&[item("captely call-9", "f_9")], &json!([["a"]])),
            ("/search-files/read", false) => page(&[item("captely call-7", "f_7")], &json!([])),
            _ => page(&[json!({"_id": "s1", "userData": {"externalId": "alone"}})], &json!([])),
        }
    })
    .await;
    let client = server.client("icypeas");
    let mut lost = two();
    lost.push(question("alone", asha(), &[Field::Email]));
    lost.push(question("nowhere", asha(), &[Field::Email]));
    let (mut page, mut shown) = (None::<String>, vec![None; 4]);
    let mut calls = 0;
    loop {
        let searched = client.settle(&lost, Duration::from_mins(1), page.as_deref()).await.unwrap();
        for (slot, ticket) in shown.iter_mut().zip(searched.tickets) {
            *slot = slot.take().or(ticket);
        }
        calls += 1;
        assert_eq!(server.calls().len(), calls, "one call at a time");
        page = searched.next;
        if page.is_none() {
            break;
        }
    }
    let shown: Vec<_> = shown.iter().map(Option::as_deref).collect();
    assert_eq!(shown, [Some("f_7#0"), Some("f_7#1"), Some("s1"), None]);
    assert_eq!(calls, 3);
    assert_eq!(client.sheet().polls_per_settle, 2, "30 reads a minute, 15 of files");
}

#[tokio::test]
async fn a_refused_bulk_refuses_all_and_without_a_file_it_is_in_doubt() {
    let server = Loopback::scripted(vec![
        Given::json(&json!({"success": false, "validationErrors": [{"field": "data[1]"}]})),
        Given::json(&json!({"success": true})),
    ])
    .await;
    let client = server.client("icypeas");
    let refused = client.ask(&two()).await.unwrap_err();
    assert!(matches!(refused, ProviderError::BadQuestion { .. }) && !refused.in_doubt());
    assert!(client.ask(&two()).await.unwrap_err().in_doubt());
}

#[tokio::test]
async fn who_cannot_be_asked_about_is_known_beforehand() {
    let server = Loopback::scripted(vec![]).await;
    let client = server.client("icypeas");
    assert_eq!(client.refuses(&asha()), None);
    for person in [
        Person { first_name: " ".into(), last_name: String::new(), ..asha() },
        Person { company: String::new(), domain: None, ..asha() },
    ] {
        assert!(matches!(client.refuses(&person), Some(ProviderError::BadQuestion { .. })));
        let with_asha =
            [question("a#0", asha(), &[Field::Email]), question("a#1", person, &[Field::Email])];
        assert!(client.ask(&with_asha).await.is_err());
    }
    assert!(server.calls().is_empty(), "and nothing is sent");
}

#[test]
fn settings_can_make_calls_smaller_but_not_larger() {
    let sheet = |most| {
        let mut settings = captely_providers::ProviderSettings::new("key");
        settings.questions_per_call = most;
        let client =
            captely_providers::client("icypeas", crate::loopback::http(), &settings).unwrap();
        (client.sheet().questions_per_call, client.sheet().own_limits)
    };
    let second = Duration::from_secs(1);
    assert_eq!(sheet(None), (100, &[(1, second)][..]), "one bulk a second");
    assert_eq!((sheet(Some(7)).0, sheet(Some(9_999)).0), (7, 100));
    assert_eq!(sheet(Some(1)), (1, &[(10, second)][..]), "ten singles a second");
}
