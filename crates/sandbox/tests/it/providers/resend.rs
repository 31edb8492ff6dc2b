//! Resend against its contract.

use captely_sandbox::{Conduct, Provider::Resend, Via};
use serde_json::{Value, json};

use super::{Answer, House, read};

impl House {
    /// POST `/emails`.
    pub(crate) async fn mail(&self, body: &Value, idempotency_key: Option<&str>) -> Answer {
        let url = format!("{}/emails", self.base(Resend));
        let mut request = self
            .client
            .post(url)
            .header("user-agent", "test/1")
            .bearer_auth(self.key(Resend))
            .json(body);
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        read(request).await
    }
}

fn letter(subject: &str) -> Value {
    json!({ "from": "Acme <a@acme.org>", "to": ["x@y.org"], "subject": subject,
        "html": "<p>Hi</p>", "text": "Hi" })
}

#[tokio::test]
async fn a_mail_is_taken_and_can_be_read() {
    let house = House::at_once().await;
    let answer = house.mail(&letter("Hi <b>"), None).await;
    assert_eq!(answer.status, 200);
    let id = answer.json["id"].as_str().unwrap();
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
    let mails = house.sandbox.outbox().mails();
    assert_eq!((mails.len(), mails[0].via, mails[0].id.as_str()), (1, Via::Resend, id));
    let listed = house.control("/mail").await.json;
    assert_eq!((&listed[0]["subject"], &listed[0]["to"]), (&json!("Hi <b>"), &json!(["x@y.org"])));
    let page = house.control("/mail.html").await.text;
    assert!(page.contains("Hi &lt;b&gt;") && page.contains("number=1"), "{page}");
    let page = house.control("/mail.html?number=1").await.text;
    assert!(page.contains("srcdoc=\"&lt;p&gt;Hi&lt;/p&gt;\""), "{page}");
    assert_eq!(house.control("/mail.html?number=2").await.status, 404);
    house.sandbox.reset();
    assert_eq!(house.control("/mail").await.json, json!([]));
}

#[tokio::test]
async fn a_key_stands_for_one_mail_for_a_day() {
    let house = House::at_once().await;
    let first = house.mail(&letter("Hi"), Some("k1")).await.json;
    let reordered = json!({ "text": "Hi", "subject": "Hi", "html": "<p>Hi</p>", "to": ["x@y.org"],
        "from": "Acme <a@acme.org>" });
    assert_eq!(house.mail(&reordered, Some("k1")).await.json, first);
    assert_eq!(house.sandbox.outbox().mails().len(), 1);
    let other = house.mail(&letter("Ho"), Some("k1")).await;
    assert_eq!((other.status, &other.json["name"]), (409, &json!("invalid_idempotent_request")));
    assert_ne!(house.mail(&letter("Hi"), Some("k2")).await.json, first);
    assert_eq!(house.calls(Resend).charged_twice, 1, "the ledger knows a letter sent twice");
    house.sandbox.advance_ms(86_400_000);
    assert_ne!(house.mail(&letter("Hi"), Some("k1")).await.json, first);
    for bad in ["", &"k".repeat(257)] {
        let answer = house.mail(&letter("Hi"), Some(bad)).await;
        assert_eq!((answer.status, &answer.json["name"]), (400, &json!("invalid_idempotency_key")));
    }
}

#[tokio::test]
async fn what_it_refuses() {
    let conduct =
        Conduct { resend_unverified_domains: vec!["new.example".into()], ..Conduct::at_once() };
    let house = House::new(conduct).await;
    let with = |name: &str, value: Value| {
        let mut body = letter("Hi");
        body[name] = value;
        body
    };
    for (body, status, name) in [
        (json!([]), 400, "validation_error"),
        (with("to", Value::Null), 422, "missing_required_field"),
        (with("subject", Value::Null), 422, "missing_required_field"),
        (with("from", json!("Acme")), 422, "invalid_from_address"),
        (with("from", json!("a@b.example, c@d.example")), 422, "invalid_from_address"),
        (with("from", json!("A <a@new.example>")), 403, "validation_error"),
        (with("to", json!([])), 422, "validation_error"),
        (with("to", json!("x@localhost")), 422, "validation_error"),
        (with("to", json!(vec!["x@y.org"; 51])), 422, "validation_error"),
        (with("subject", json!("Hi\r\nBcc: z@y.org")), 422, "validation_error"),
    ] {
        let answer = house.mail(&body, None).await;
        assert_eq!((answer.status, &answer.json["name"]), (status, &json!(name)), "{body}");
        assert_eq!(answer.json["statusCode"], status);
    }
    assert_eq!(house.sandbox.outbox().mails(), []);
}

#[tokio::test]
async fn who_it_refuses() {
    let house = House::at_once().await;
    let url = format!("{}/emails", house.base(Resend));
    let post = || house.client.post(&url).json(&letter("Hi"));
    let name = |answer: &Answer| (answer.status, answer.json["name"].as_str().unwrap().to_owned());
    let said = read(post().bearer_auth(house.key(Resend))).await;
    assert_eq!(said.status, 403, "no User-Agent");
    let named = || post().header("user-agent", "test/1");
    assert_eq!(name(&read(named()).await), (401, "missing_api_key".into()));
    assert_eq!(name(&read(named().bearer_auth("re_x")).await), (403, "invalid_api_key".into()));
    let signed = |method: reqwest::Method, path: &str| {
        let url = format!("{}{path}", house.base(Resend));
        let request = house.client.request(method, url).header("user-agent", "test/1");
        request.bearer_auth(house.key(Resend))
    };
    let answer = read(signed(reqwest::Method::PUT, "/emails")).await;
    assert_eq!(name(&answer), (405, "method_not_allowed".into()));
    let answer = read(signed(reqwest::Method::POST, "/nothing")).await;
    assert_eq!(name(&answer), (404, "not_found".into()));
    assert_eq!(house.calls(Resend).bad_key, 2);
}

#[tokio::test]
async fn ten_a_second_and_no_more_than_the_month_has() {
    let house = House::limited().await;
    let began = std::time::Instant::now();
    let (mut taken, mut refused) = (0, 0);
    for n in 0..60 {
        let answer = house.mail(&letter(&format!("Hi {n}")), None).await;
        if answer.status == 200 {
            taken += 1;
            continue;
        }
        refused += 1;
        assert_eq!(answer.status, 429);
        assert_eq!(answer.headers["ratelimit-limit"], "10");
        assert_eq!(answer.headers["retry-after"], "1");
    }
    // As many windows as the machine took to send them.
    assert!(taken <= 10 * (began.elapsed().as_secs() + 1), "{taken}");
    assert_eq!(house.calls(Resend).over_limit, refused);
    let mut conduct = Conduct::at_once();
    conduct.providers.resend.credits_millis = Some(1_000);
    let house = House::new(conduct).await;
    assert_eq!(house.mail(&letter("Hi"), None).await.status, 200);
    let over = house.mail(&letter("Ho"), None).await;
    assert_eq!((over.status, &over.json["name"]), (429, &json!("monthly_quota_exceeded")));
}
