//! `twilio-lookup.md`, rule by rule.

use captely_sandbox::world::LineState;
use captely_sandbox::{Conduct, Provider::Twilio};
use serde_json::{Value, json};

use super::{Answer, House, read};

const TYPE: &str = "line_type_intelligence";

impl House {
    /// With the account's key; `number` as it stands in the path.
    pub(super) async fn twilio(&self, number: &str, fields: &str) -> Answer {
        let secret = self.sandbox.addresses().providers.twilio.secret.clone().unwrap();
        self.twilio_as((&self.key(Twilio), &secret), number, fields).await
    }

    async fn twilio_as(&self, (sid, secret): (&str, &str), number: &str, fields: &str) -> Answer {
        let url = format!("{}/v2/PhoneNumbers/{number}?Fields={fields}", self.base(Twilio));
        read(self.client.get(url).basic_auth(sid, Some(secret))).await
    }
}

/// As a path wants it.
fn escaped(number: &str) -> String {
    number.replace('+', "%2B")
}

#[tokio::test]
async fn both_credentials_must_be_right() {
    let house = House::at_once().await;
    let key = house.key(Twilio);
    for pair in [(key.as_str(), "wrong"), ("wrong", "sandbox-twilio-secret"), ("", "")] {
        let answer = house.twilio_as(pair, "%2B12025550100", "").await;
        assert_eq!((answer.status, &answer.json["code"]), (401, &json!(20_003)), "{pair:?}");
        assert_eq!(answer.json["status"], 401);
    }
    assert_eq!(house.twilio("%2B12025550100", "").await.status, 200);
    assert_eq!(house.calls(Twilio).bad_key, 3);
}

#[tokio::test]
async fn validation_is_free_and_packages_are_charged() {
    let house = House::at_once().await;
    let (person, company) = house.somebody(|_, company| company.country.code == "IN");
    let number = escaped(&person.mobile);
    let bare = house.twilio(&number, "").await.json;
    assert_eq!((&bare["valid"], &bare["country_code"]), (&json!(true), &json!("IN")));
    assert_eq!((&bare[TYPE], &bare["line_status"]), (&Value::Null, &Value::Null));
    assert_eq!(house.calls(Twilio).charged.as_millis(), 0);
    let typed = house.twilio(&number, TYPE).await.json;
    assert_eq!((&typed[TYPE]["type"], &typed["line_status"]), (&json!("mobile"), &Value::Null));
    let desk = house.twilio(&escaped(&company.phone), &format!("{TYPE},line_status")).await.json;
    assert_eq!(desk[TYPE]["type"], "landline");
    assert!(desk[TYPE]["mobile_network_code"].is_null(), "for mobiles only");
    let calls = house.calls(Twilio);
    assert_eq!((calls.charged.as_millis(), calls.charged_twice), (3_000, 0));
    assert_eq!(calls.charged_usd.as_micros(), 24_000);
    house.twilio(&number, TYPE).await;
    assert_eq!(house.calls(Twilio).charged_twice, 1);
}

#[tokio::test]
async fn the_network_says_what_is_true() {
    let house = House::at_once().await;
    let world = house.sandbox.world().clone();
    let mut seen = Vec::new();
    for (person, _) in house.people(300) {
        let line = world.line(&person.mobile).unwrap();
        let answer = house.twilio(&escaped(&person.mobile), "line_status").await.json;
        let said = &answer["line_status"];
        if said["error_code"] == 60_600 {
            assert!(said["status"].is_null());
            continue;
        }
        let expected = match line.state {
            LineState::Active => "active",
            LineState::Reachable => "reachable",
            LineState::Unreachable => "unreachable",
            LineState::Inactive => "inactive",
            LineState::Untold => "unknown",
        };
        assert_eq!(said["status"], expected, "{}", person.mobile);
        if !seen.contains(&expected) {
            seen.push(expected);
        }
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
}

#[tokio::test]
async fn invalid_numbers_are_200_and_no_numbers_404() {
    let house = House::at_once().await;
    for (number, error) in [
        ("%2B123", "TOO_SHORT"),
        ("%2B1234567890123456", "TOO_LONG"),
        ("%2B12025551234", "INVALID_BUT_POSSIBLE"),
    ] {
        let answer = house.twilio(number, TYPE).await;
        assert_eq!((answer.status, &answer.json["valid"]), (200, &json!(false)), "{number}");
        assert_eq!(answer.json["validation_errors"], json!([error]));
        assert!(answer.json[TYPE].is_null());
    }
    // A plus sign as itself is a blank.
    for number in ["+12025550100", "12025550100", "%2B1-800-FLOWERS", "%2B"] {
        let answer = house.twilio(number, TYPE).await;
        assert_eq!((answer.status, &answer.json["code"]), (404, &json!(20_404)), "{number}");
    }
    assert_eq!(house.calls(Twilio).charged.as_millis(), 0);
}

#[tokio::test]
async fn fields_have_a_capital_f_and_known_names() {
    let house = House::at_once().await;
    assert_eq!(house.twilio("%2B12025550100", "line_types").await.status, 400);
    let url = format!("{}/v2/PhoneNumbers/%2B12025550100?fields={TYPE}", house.base(Twilio));
    let get = house.client.get(url).basic_auth(house.key(Twilio), Some("sandbox-twilio-secret"));
    assert!(read(get).await.json[TYPE].is_null(), "an unknown parameter is passed over");
}

#[tokio::test]
async fn too_many_calls_are_429() {
    let mut conduct = Conduct { limits: true, ..Conduct::at_once() };
    conduct.providers.twilio.calls_per_minute = 2;
    let house = House::new(conduct).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(house.twilio("%2B12025550100", "").await.status);
    }
    assert_eq!(statuses, [200, 200, 429]);
}
