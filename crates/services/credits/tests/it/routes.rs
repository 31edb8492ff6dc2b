use std::time::Duration;

use captely_contact::Credits;
use captely_credits::{Action, Gates, GrantSource, Limit, NewGrant, Policy, Refusal};
use captely_platform::clock::Clock as _;
use captely_platform::db::Db;
use captely_platform::events;
use captely_testkit::{Answer, both_dbs};
use serde_json::{Value, json};

use crate::desk::{HOUR, WORKSPACE, credits, metered, migrations, order, order_for};
use crate::office::Office;

async fn alerts(office: &Office, who: &str, low_at: &Value) -> Answer {
    let body = json!({ "low_at": low_at });
    office.call(who, ("PATCH", "/api/credits/alerts"), "", &body).await
}

/// How often `credit.low` was told. On PostgreSQL events wait until transactions of other tests that began before
/// have ended.
async fn low_told(db: &Db) -> usize {
    for _try in 0..200 {
        let told = events::read_after(db, WORKSPACE, events::Cursor::START, 100).await.unwrap();
        let low = told.iter().filter(|event| event.kind == "credit.low").count();
        if low > 0 {
            return low;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    0
}

both_dbs! {
    migrations = &migrations();

    async fn the_balance_tells_holds_grants_and_limits(db) {
        let policy = Policy { daily_max: Some(Credits::whole(50)), low_at: Credits::whole(4), ..metered() };
        let office = Office::new(&db, policy).await;
        let ends = office.desk.clock.now().plus(HOUR);
        let new = NewGrant { source: GrantSource::Plan, expires_at: Some(ends), note: "May".into(), ..credits(5_500) };
        office.desk.grant("g", &new).await.unwrap();
        office.desk.hold(order("a")).await;
        let hold = office.desk.hold(order("b")).await;
        office.desk.capture(hold.id, None).await.unwrap();
        let seen = office.get("viewer", "/api/credits").await.is(200).clone();
        let sums = ["balance", "held", "spent", "granted", "expired", "adjusted"].map(|name| seen[name].clone());
        assert_eq!(sums, ["3.500", "1", "1", "5.500", "0", "0"]);
        assert_eq!(seen["today"]["used"], "2");
        assert_eq!((&seen["today"]["max"], &seen["holds"], &seen["unlimited"]), (&json!("50"), &json!(1), &json!(false)));
        assert_eq!(seen["alerts"], json!({ "low_at": "4", "level": "low" }));
        let grant = &seen["grants"][0];
        assert_eq!(
            (&grant["source"], &grant["left"], &grant["expires_at"], &grant["note"]),
            (&json!("plan"), &json!("3.500"), &json!(ends.to_string()), &json!("May")),
        );
        assert_eq!(seen["policy"]["prices"]["email_verification"], "0.500");
        assert_eq!(office.get("viewer", "/api/credits/").await.is(200), &seen);
        let holds = office.get("viewer", "/api/credits/holds").await;
        assert_eq!(holds.column("amount"), ["1"]);
        assert_eq!(holds.column("action"), ["email_reveal"]);
    }

    async fn a_hold_of_two_grants_is_one_and_pages_lead_on(db) {
        let office = Office::new(&db, metered()).await;
        office.desk.grant("g", &credits(400)).await.unwrap();
        office.desk.grant("h", &credits(9_000)).await.unwrap();
        for key in ["a", "b", "c"] {
            office.desk.hold(order(key)).await;
        }
        let first = office.get("viewer", "/api/credits/holds?limit=2").await;
        assert_eq!(first.column("amount"), ["1", "1"]);
        let next = first.is(200)["next"].as_str().unwrap();
        let last = office.get("viewer", &format!("/api/credits/holds?limit=2&after={next}")).await;
        assert_eq!((last.column("amount"), &last.is(200)["next"]), (vec!["1".to_owned()], &Value::Null));
    }

    async fn another_workspace_shows_nothing_of_it(db) {
        let office = Office::new(&db, metered()).await;
        office.desk.grant("g", &credits(5_000)).await.unwrap();
        office.desk.hold(order_for("a", 0xC0FFE)).await;
        office.desk.charge(order_for("b", 0xBEEF)).await.unwrap();
        let seen = office.get("stranger", "/api/credits").await;
        assert_eq!((&seen.is(200)["balance"], &seen.is(200)["holds"]), (&json!("0"), &json!(0)));
        for path in ["history", "holds", "usage?by=action"] {
            let seen = office.get("stranger", &format!("/api/credits/{path}")).await;
            assert_eq!(seen.is(200)["items"], json!([]), "{path}");
        }
        let exported = office.get("stranger", "/api/credits/history/export?format=jsonl").await;
        exported.is(200);
        assert_eq!(exported.text, "");
    }

    async fn keys_need_their_scope_and_viewers_change_nothing(db) {
        let office = Office::new(&db, metered()).await;
        office.get("key:credits:read", "/api/credits/").await.is(200);
        office.get("key:contacts:read", "/api/credits/").await.refused_for(403, "scope_missing", None);
        office.get("nobody", "/api/credits").await.refused_for(401, "unauthenticated", None);
        for who in ["viewer", "user"] {
            alerts(&office, who, &json!("5")).await.refused_for(403, "forbidden", None);
        }
        alerts(&office, "key:credits:read", &json!("5")).await.refused_for(403, "scope_missing", None);
        alerts(&office, "key:credits:write", &json!("5")).await.is(204);
    }

    async fn an_own_threshold_outlives_the_policy_and_is_told_at_once(db) {
        let office = Office::new(&db, metered()).await;
        office.desk.grant("g", &credits(5_000)).await.unwrap();
        alerts(&office, "admin", &json!("6")).await.is(204);
        alerts(&office, "admin", &json!("6")).await.is(204);
        let level = async || office.get("viewer", "/api/credits").await.is(200)["alerts"].clone();
        assert_eq!(level().await, json!({ "low_at": "6", "level": "low" }));
        assert_eq!(low_told(&db).await, 1);
        let mut tx = db.writer().await.unwrap();
        let other = Policy { low_at: Credits::whole(1), plan: "larger".into(), ..metered() };
        office.desk.ledger.set_policy(&mut tx, WORKSPACE, &other).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(level().await["low_at"], "6");
        alerts(&office, "admin", &Value::Null).await.is(204);
        assert_eq!(level().await["low_at"], "1");
        assert_eq!(office.logged(WORKSPACE).await, ["credits.alert_changed"; 2]);
        for bad in [json!("-1"), json!("0.0001"), json!("many"), json!("1000000000.001"), json!("9223372036854775808")] {
            alerts(&office, "admin", &bad).await.refused_for(422, "invalid", Some("low_at"));
        }
        office.desk.check().await;
    }

    async fn prices_say_what_the_plan_has(db) {
        let mut policy = metered();
        policy.prices.insert(Action::PhoneReveal, Credits::millis(2_500));
        policy.gates = Gates { actions: Some([Action::EmailReveal].into()), ..Gates::default() };
        let office = Office::new(&db, policy).await;
        let seen = office.get("viewer", "/api/credits/prices").await.is(200).clone();
        let phone = seen["items"].as_array().unwrap().iter().find(|item| item["action"] == "phone_reveal").unwrap();
        assert_eq!((&phone["price"], &phone["in_plan"]), (&json!("2.500"), &json!(false)));
        assert_eq!(seen["items"][0], json!({ "action": "email_reveal", "price": "1", "in_plan": true }));
    }

    async fn what_is_asked_wrongly_is_named(db) {
        let office = Office::new(&db, metered()).await;
        for (path, field) in [
            ("history?kind=theft", "kind"),
            ("history?action=fly", "action"),
            ("history?member=me", "member"),
            ("history?run=fast", "run"),
            ("history?from=yesterday", "from"),
            ("history?limit=0", "limit"),
            ("history?after=x", "after"),
            ("history?fields=secret", "fields"),
            ("history?who=me", "who"),
            ("history/export?format=pdf", "format"),
            ("holds?after=x", "after"),
            ("usage?by=colour", "by"),
            ("usage?by=day&from=2026-02-30", "from"),
            ("usage?by=day&from=2026-02-02&to=2026-02-01", "from"),
        ] {
            let answer = office.get("viewer", &format!("/api/credits/{path}")).await;
            answer.refused_for(422, "invalid", Some(field));
        }
    }

    async fn a_refusal_says_what_stands_in_the_way(db) {
        let policy = Policy { daily_max: Some(Credits::whole(1)), ..metered() };
        let office = Office::new(&db, policy).await;
        let refused = office.desk.try_hold(order("a")).await.unwrap().unwrap_err();
        let now = office.desk.clock.now();
        assert_eq!(refused.problem(now).status().as_u16(), 402);
        office.desk.grant("g", &credits(5_000)).await.unwrap();
        office.desk.hold(order("a")).await;
        let refused: Refusal = office.desk.try_hold(order("b")).await.unwrap().unwrap_err();
        assert_eq!(refused.limit, Limit::Daily);
        let answer = office.told(&refused).await;
        answer.refused_for(429, "credit_limit", None);
        let told = ["limit", "value", "left", "needed"].map(|name| answer.is(429)[name].clone());
        assert_eq!(told, ["daily", "1", "0", "1"]);
        let resets_at = refused.resets_at.unwrap();
        assert_eq!(answer.is(429)["resets_at"], resets_at.to_string());
        assert_eq!(answer.headers["retry-after"].to_str().unwrap(), resets_at.since(now).as_secs().to_string());
    }
}
