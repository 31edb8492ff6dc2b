//! Webhooks: what arrives, how it is signed, and how badly it can go.

use std::sync::{Arc, Mutex};

use captely_sandbox::{Conduct, Sandbox, SandboxError, Settings, Span, StripeSettings};
use hmac::{KeyInit as _, Mac as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::id;
use crate::providers::House;

/// A request that arrived: its signature and its body.
type Letters = Arc<Mutex<Vec<(String, String)>>>;

/// Answers every request with `status`; what came, and the address.
async fn receiver(status: u16) -> (String, Letters) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks/stripe", socket.local_addr().unwrap());
    let letters = Letters::default();
    let kept = Arc::clone(&letters);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = socket.accept().await.unwrap();
            let mut text = Vec::new();
            loop {
                let mut part = [0_u8; 4_096];
                let read = stream.read(&mut part).await.unwrap();
                text.extend_from_slice(&part[..read]);
                if read == 0 || is_whole(&text) {
                    break;
                }
            }
            let text = String::from_utf8(text).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("POST /hooks/stripe HTTP/1.1"), "{head}");
            let signature = header(head, "stripe-signature").to_owned();
            kept.lock().unwrap().push((signature, body.to_owned()));
            let answer =
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, letters)
}

fn is_whole(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    header(head, "content-length").parse::<usize>().is_ok_and(|length| body.len() >= length)
}

fn header<'h>(head: &'h str, name: &str) -> &'h str {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map_or("", |(_, value)| value)
}

/// Waits until so many letters have come, ten seconds at most.
async fn wait_for(letters: &Letters, count: usize) -> Vec<(String, String)> {
    for _ in 0..1_000 {
        let so_far = letters.lock().unwrap().clone();
        if so_far.len() >= count {
            return so_far;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{count} webhooks were expected: {:?}", letters.lock().unwrap());
}

/// Whether a letter carries the signature of this secret; and its time.
fn signed((signature, body): &(String, String), secret: &str) -> (bool, i64) {
    let part = |name: &str| {
        signature.split(',').filter_map(|p| p.split_once('=')).find(|(n, _)| *n == name).unwrap().1
    };
    let t = part("t");
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{t}.{body}").as_bytes());
    let hex = |byte: &u8| format!("{byte:02x}");
    let expected: String = mac.finalize().into_bytes().iter().map(hex).collect();
    (expected == part("v1"), t.parse().unwrap())
}

async fn house(conduct: Conduct, url: &str) -> House {
    let stripe = StripeSettings { webhook: Some(url.to_owned()), ..StripeSettings::default() };
    House::with(Settings { stripe, conduct, people: 100, ..Settings::default() }).await
}

fn event(letter: &(String, String)) -> Value {
    serde_json::from_str(&letter.1).unwrap()
}

#[tokio::test]
async fn events_arrive_signed_and_can_be_fetched() {
    let (url, letters) = receiver(200).await;
    let house = house(Conduct::at_once(), &url).await;
    let customer = house.customer("").await;
    let letter = wait_for(&letters, 1).await[0].clone();
    let (good, t) = signed(&letter, "whsec_sandbox");
    assert!(good, "{letter:?}");
    assert!((1_767_603_600..1_767_603_700).contains(&t), "the sandbox's own time: {t}");
    let event = event(&letter);
    assert_eq!((&event["object"], &event["type"]), (&json!("event"), &json!("customer.created")));
    assert_eq!(event["data"]["object"]["id"], customer);
    assert!(event["request"]["id"].as_str().unwrap().starts_with("req_"));
    let kept = house.gets(&format!("/events/{}", id(&event)), &[]).await;
    assert_eq!(kept["data"], event["data"]);
    house.posts(&format!("/customers/{customer}"), &[("name", "B")]).await;
    let changed = serde_json::from_str::<Value>(&wait_for(&letters, 2).await[1].1).unwrap();
    assert_eq!(changed["data"]["previous_attributes"], json!({ "name": null }));
    let of_type = house.gets("/events", &[("type", "customer.updated")]).await;
    assert_eq!(of_type["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_endpoint_gets_what_it_asked_for_with_its_own_secret() {
    let (url, letters) = receiver(200).await;
    let house = House::at_once().await;
    let form = [
        ("url", url.as_str()),
        ("enabled_events[]", "price.created"),
        ("api_version", "2025-09-30.clover"),
    ];
    let secret =
        house.posts("/webhook_endpoints", &form).await["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"));
    house.price(100, "month").await;
    let letter = wait_for(&letters, 1).await[0].clone();
    assert!(signed(&letter, &secret).0);
    let event = event(&letter);
    assert_eq!(
        (&event["type"], &event["api_version"]),
        (&json!("price.created"), &json!("2025-09-30.clover"))
    );
    let outside = house.tries(
        "/webhook_endpoints",
        &[("url", "https://hooks.example/x"), ("enabled_events[]", "*")],
    );
    assert_eq!(outside.await.status, 400, "off this machine");
}

#[tokio::test]
async fn what_is_refused_comes_again() {
    let (url, letters) = receiver(500).await;
    let mut conduct = Conduct::at_once();
    conduct.stripe.webhook_retry_ms = 10;
    let house = house(conduct, &url).await;
    house.customer("").await;
    let tries = wait_for(&letters, 3).await;
    assert!(tries.iter().all(|letter| letter.1 == tries[0].1), "the same event");
    let list = house.control("/stripe/deliveries").await.json;
    assert_eq!((&list[0]["status"], &list[0]["type"]), (&json!(500), &json!("customer.created")));
}

#[tokio::test]
async fn repeated_overtaken_and_lost() {
    let (url, letters) = receiver(200).await;
    let mut conduct = Conduct::at_once();
    conduct.stripe.webhook_repeat_permille = 1_000;
    let house = house(conduct.clone(), &url).await;
    house.customer("").await;
    let twice = wait_for(&letters, 2).await;
    assert_eq!(event(&twice[0])["id"], event(&twice[1])["id"]);
    conduct.stripe.webhook_repeat_permille = 0;
    conduct.stripe.webhook_reorder_permille = 1_000;
    conduct.stripe.webhook_reorder_ms = 600_000;
    house.sandbox.set_conduct(conduct.clone());
    let late = house.customer("").await;
    conduct.stripe.webhook_reorder_permille = 0;
    house.sandbox.set_conduct(conduct.clone());
    let early = house.customer("").await;
    assert_eq!(event(&wait_for(&letters, 3).await[2])["data"]["object"]["id"], early);
    house.sandbox.advance_ms(600_000);
    assert_eq!(event(&wait_for(&letters, 4).await[3])["data"]["object"]["id"], late);
    conduct.stripe.webhook_lost_permille = 1_000;
    house.sandbox.set_conduct(conduct.clone());
    house.customer("").await;
    conduct.stripe.webhook_lost_permille = 0;
    house.sandbox.set_conduct(conduct);
    let last = house.customer("").await;
    assert_eq!(event(&wait_for(&letters, 5).await[4])["data"]["object"]["id"], last, "one is lost");
    let lost = house.gets("/events", &[("limit", "2")]).await["data"][1].clone();
    house.does("/resend", &[("event", &id(&lost))]).await;
    assert_eq!(event(&wait_for(&letters, 6).await[5])["id"], lost["id"]);
}

#[tokio::test]
async fn wrong_secrets_old_stamps_and_outages() {
    let (url, letters) = receiver(200).await;
    let mut conduct = Conduct::at_once();
    conduct.stripe.webhook_wrong_secret_permille = 1_000;
    let house = house(conduct, &url).await;
    house.customer("").await;
    assert!(!signed(&wait_for(&letters, 1).await[0], "whsec_sandbox").0);
    let mut conduct = Conduct::at_once();
    conduct.stripe.webhook_old_permille = 1_000;
    house.sandbox.set_conduct(conduct);
    house.customer("").await;
    let (good, t) = signed(&wait_for(&letters, 2).await[1], "whsec_sandbox");
    assert!(good && t < 1_767_603_600 - 300, "ten minutes old: {t}");
    let mut conduct = Conduct::at_once();
    conduct.stripe.webhooks_down = true;
    conduct.stripe.webhook_delay_ms = Span::default();
    house.sandbox.set_conduct(conduct);
    house.customer("").await;
    while house.control("/stripe/deliveries").await.json[2]["fault"] != "down" {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    house.sandbox.set_conduct(Conduct::at_once());
    house.sandbox.advance_ms(5_000);
    assert!(signed(&wait_for(&letters, 3).await[2], "whsec_sandbox").0, "after the outage");
}

#[tokio::test]
async fn billing_time_moves_without_the_signatures() {
    let (url, letters) = receiver(200).await;
    let house = house(Conduct::at_once(), &url).await;
    house.wait_days(40).await;
    house.customer("").await;
    let letter = wait_for(&letters, 1).await[0].clone();
    assert!(signed(&letter, "whsec_sandbox").1 < 1_767_603_700);
    assert!(event(&letter)["created"].as_i64().unwrap() >= 1_767_603_600 + 40 * 86_400);
}

#[tokio::test]
async fn nobody_off_this_machine_is_called() {
    let webhook = Some("https://hooks.example/stripe".to_owned());
    let stripe = StripeSettings { webhook, ..StripeSettings::default() };
    let started = Sandbox::start(Settings { stripe, people: 100, ..Settings::default() }).await;
    assert!(matches!(started.err(), Some(SandboxError::StripeWebhook { .. })));
}
