//! `zerobounce.md`, rule by rule.

use captely_sandbox::mail_world::{Mailbox, Personality};
use captely_sandbox::{Conduct, Provider::Zerobounce};
use serde_json::{Value, json};

use super::{Answer, House, read};

const REFUSED: &str = "Invalid API Key or your account ran out of credits";

impl House {
    /// With the account's key.
    pub(super) async fn zerobounce(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        let key = self.key(Zerobounce);
        self.zerobounce_as(&key, path, query).await
    }

    async fn zerobounce_as(&self, key: &str, path: &str, query: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.base(Zerobounce));
        read(self.client.get(url).query(&[("api_key", key)]).query(query)).await
    }

    async fn validate(&self, email: &str) -> Answer {
        self.zerobounce("/validate", &[("email", email), ("ip_address", "")]).await
    }

    /// The listed address of the first person like this.
    fn address(&self, personality: Personality, mailbox: Mailbox) -> String {
        let (person, _) = self.somebody(|person, company| {
            company.personality == personality && person.mailbox == mailbox && !person.opted_out
        });
        self.sandbox.world().listed_email(&person).unwrap()
    }
}

fn words(answer: &Answer) -> (&str, &str) {
    let word = |name: &str| answer.json[name].as_str().unwrap_or_default();
    (word("status"), word("sub_status"))
}

#[tokio::test]
async fn a_bad_key_and_an_empty_account_share_a_sentence() {
    let house = House::at_once().await;
    let query = [("email", "a@x.example"), ("ip_address", "")];
    let bad = house.zerobounce_as("wrong", "/validate", &query).await;
    assert_eq!((bad.status, &bad.json["error"]), (200, &json!(REFUSED)));
    let mut conduct = Conduct::at_once();
    conduct.providers.zerobounce.credits_millis = Some(0);
    house.sandbox.set_conduct(conduct);
    let empty = house.validate("a@x.example").await;
    assert_eq!((empty.status, &empty.json), (200, &bad.json));
    let count = |answer: Answer| answer.json["Credits"].to_string().trim_matches('"').to_owned();
    assert_eq!(count(house.zerobounce("/getcredits", &[]).await), "0");
    assert_eq!(count(house.zerobounce_as("wrong", "/getcredits", &[]).await), "-1");
    assert_eq!(house.calls(Zerobounce).bad_key, 2);
}

#[tokio::test]
async fn counts_come_as_numbers_and_as_texts() {
    let house = House::at_once().await;
    let mut kinds = [0, 0];
    for _ in 0..30 {
        let credits = house.zerobounce("/getcredits", &[]).await.json["Credits"].clone();
        kinds[usize::from(credits.is_string())] += 1;
    }
    assert!(kinds.iter().all(|count| *count > 3), "{kinds:?}");
}

#[tokio::test]
async fn status_is_written_with_a_hyphen_and_follows_the_truth() {
    let house = House::at_once().await;
    for (personality, mailbox, expected) in [
        (Personality::Normal, Mailbox::Exists, ("valid", "")),
        (Personality::Normal, Mailbox::Absent, ("invalid", "mailbox_not_found")),
        (Personality::Normal, Mailbox::Full, ("invalid", "mailbox_quota_exceeded")),
        (Personality::CatchAll, Mailbox::Absent, ("catch-all", "")),
        (Personality::NullMx, Mailbox::Exists, ("invalid", "does_not_accept_mail")),
    ] {
        let email = house.address(personality, mailbox);
        let answer = house.validate(&email).await;
        assert_eq!(words(&answer), expected, "{email}");
        assert_eq!(answer.json["address"], email);
    }
    assert_eq!(house.calls(Zerobounce).charged.as_millis(), 5_000);
}

#[tokio::test]
async fn unknown_is_free() {
    let house = House::at_once().await;
    let email = house.address(Personality::DeadHost, Mailbox::Exists);
    assert_eq!(words(&house.validate(&email).await).0, "unknown");
    let calls = house.calls(Zerobounce);
    assert_eq!((calls.charged.as_millis(), calls.lookups), (0, 1));
}

#[tokio::test]
async fn greylisting_passes_and_is_charged_once() {
    let house = House::limited().await;
    let mut passed = 0;
    for (person, company) in house.people(400) {
        if company.personality != Personality::Greylisting || person.mailbox != Mailbox::Absent {
            continue;
        }
        let email = house.sandbox.world().listed_email(&person).unwrap();
        if words(&house.validate(&email).await) != ("unknown", "greylisted") {
            continue;
        }
        let before = house.calls(Zerobounce).charged.as_millis();
        assert_eq!(words(&house.validate(&email).await).1, "greylisted", "too soon");
        house.sandbox.advance_ms(600_000);
        assert_eq!(words(&house.validate(&email).await).0, "invalid");
        assert_eq!(house.calls(Zerobounce).charged.as_millis(), before + 1_000);
        passed += 1;
    }
    assert!(passed > 0);
    assert_eq!(house.calls(Zerobounce).charged_twice, 0);
}

#[tokio::test]
async fn paying_twice_for_an_address_is_seen() {
    let house = House::at_once().await;
    let email = house.address(Personality::Normal, Mailbox::Exists);
    house.validate(&email).await;
    house.validate(&email.to_uppercase()).await;
    let calls = house.calls(Zerobounce);
    assert_eq!((calls.charged_results, calls.charged_twice), (2, 1));
}

#[tokio::test]
async fn types_are_loose_and_members_may_be_missing() {
    let house = House::at_once().await;
    let email = house.address(Personality::CatchAll, Mailbox::Exists);
    let mut seen = Vec::new();
    for _ in 0..80 {
        let answer = house.validate(&email).await.json;
        assert!(answer["domain_age_days"].is_string() && answer["mx_found"] == "true");
        for name in ["catchall_domain", "free_email", "did_you_mean"] {
            let kind = match answer.get(name) {
                None => "missing",
                Some(Value::Null) => "null",
                Some(Value::Bool(_)) => "flag",
                Some(_) => "text",
            };
            if !seen.contains(&(name, kind)) {
                seen.push((name, kind));
            }
        }
    }
    for expected in [
        ("catchall_domain", "missing"),
        ("catchall_domain", "null"),
        ("catchall_domain", "flag"),
        ("catchall_domain", "text"),
        ("free_email", "flag"),
        ("free_email", "text"),
        ("did_you_mean", "null"),
        ("did_you_mean", "missing"),
    ] {
        assert!(seen.contains(&expected), "{expected:?} in {seen:?}");
    }
    assert_eq!(house.validate("a@gmial.com").await.json["did_you_mean"], "a@gmail.com");
}

#[tokio::test]
async fn parameters_must_be_there() {
    let house = House::at_once().await;
    for query in [vec![("email", "a@x.example")], vec![("ip_address", "")], vec![]] {
        assert_eq!(house.zerobounce("/validate", &query).await.status, 400, "{query:?}");
    }
    assert_eq!(house.zerobounce("/nothing", &[]).await.status, 404);
}

#[tokio::test]
async fn who_goes_on_and_on_is_blocked() {
    for (path, key, breaches, refusal) in [
        ("/validate", "sandbox-zerobounce-key", 100, 400),
        ("/nothing", "sandbox-zerobounce-key", 100, 404),
        ("/getcredits", "wrong", 200, 200),
    ] {
        let house = House::limited().await;
        for n in 0..=breaches {
            assert_eq!(house.zerobounce_as(key, path, &[]).await.status, refusal, "{path} {n}");
        }
        assert_eq!(house.zerobounce_as(key, path, &[]).await.status, 403, "{path}");
        house.sandbox.advance_ms(3_600_000);
        assert_eq!(house.zerobounce_as(key, path, &[]).await.status, refusal, "an hour later");
    }
}

#[tokio::test]
async fn blocks_for_haste_grow() {
    let mut conduct = (*House::limited().await.sandbox.conduct()).clone();
    conduct.providers.zerobounce.calls_per_minute = 1;
    let house = House::new(conduct).await;
    for block_ms in [60_000, 600_000] {
        assert_eq!(house.validate("a@x.example").await.status, 200);
        assert_eq!(house.validate("a@x.example").await.status, 429);
        house.sandbox.advance_ms(block_ms - 10_000);
        assert_eq!(house.validate("a@x.example").await.status, 403, "{block_ms}");
        house.sandbox.advance_ms(10_000);
    }
    assert_eq!(house.calls(Zerobounce).over_limit, 4);
}
