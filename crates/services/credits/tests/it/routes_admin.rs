use captely_platform::ids::WorkspaceId;
use captely_testkit::{Answer, both_dbs};
use serde_json::{Value, json};

use crate::desk::{WORKSPACE, credits, metered, migrations};
use crate::office::Office;
use crate::people::{elsewhere, user};

fn wish(change: &str) -> Value {
    json!({ "workspace": WORKSPACE, "change": change, "reason": "Ticket 4711" })
}

async fn adjust(office: &Office, who: &str, key: &str, body: &Value) -> Answer {
    office.call(who, ("POST", "/api/credits/"), key, body).await
}

both_dbs! {
    migrations = &migrations();

    async fn credits_are_added_and_taken_once_each_and_noted_twice(db) {
        let office = Office::new(&db, metered()).await;
        let first = adjust(&office, "root", "a", &wish("12.5")).await;
        assert_eq!(first.is(200), &json!({ "workspace": WORKSPACE, "change": "12.500", "balance": "12.500" }));
        assert!(first.headers.get("idempotency-replayed").is_none());
        let again = office.call("root", ("POST", "/api/credits"), "a", &wish("12.5")).await;
        assert_eq!(again.is(200), first.is(200));
        assert_eq!(again.headers["idempotency-replayed"], "true");
        let taken = adjust(&office, "root", "b", &wish("-0.001")).await;
        assert_eq!((&taken.is(200)["change"], &taken.is(200)["balance"]), (&json!("-0.001"), &json!("12.499")));
        adjust(&office, "root", "a", &wish("12.499")).await
            .refused_for(422, "idempotency_key_reused", Some("Idempotency-Key"));
        adjust(&office, "root", "c", &wish("-12.5")).await.refused_for(409, "conflict", Some("change"));
        for log in [WORKSPACE, WorkspaceId::INSTALLATION] {
            assert_eq!(office.logged(log).await, ["credits.adjusted"; 2]);
        }
        let history = office.get("viewer", "/api/credits/history").await;
        assert_eq!(history.column("change"), ["-0.001", "12.500"]);
        assert_eq!(history.column("reason"), ["Ticket 4711"; 2]);
        assert_eq!(history.column("balance_after"), ["12.499", "12.500"]);
        assert_eq!(history.column("member_id"), vec![user("root").to_string(); 2]);
        office.desk.check().await;
    }

    async fn what_makes_no_sense_changes_nothing(db) {
        let office = Office::new(&db, metered()).await;
        office.desk.grant("g", &credits(5_000)).await.unwrap();
        adjust(&office, "root", "", &wish("1")).await
            .refused_for(422, "idempotency_key_missing", Some("Idempotency-Key"));
        adjust(&office, "root", &"k".repeat(256), &wish("1")).await
            .refused_for(400, "malformed", Some("Idempotency-Key"));
        for bad in ["0", "-0", "0.0001", "--1", "+1", "1e3", "", "NaN", "1,5", "9223372036854775807", "1000000000.001", "-1000000000.001"] {
            adjust(&office, "root", "k", &wish(bad)).await.refused_for(422, "invalid", Some("change"));
        }
        let mut nowhere = wish("1");
        nowhere["workspace"] = json!("ws_000000000000000000000000000000ff");
        adjust(&office, "root", "k", &nowhere).await.refused_for(404, "not_found", Some("workspace"));
        for (name, value) in [("workspace", json!("me")), ("reason", json!("")), ("reason", json!("x".repeat(501))), ("more", json!(1))] {
            let mut body = wish("1");
            body[name] = value;
            assert_eq!(adjust(&office, "root", "k", &body).await.status, 422, "{name}");
        }
        for who in ["viewer", "admin", "owner", "stranger"] {
            adjust(&office, who, "k", &wish("1")).await.refused_for(403, "forbidden", None);
        }
        adjust(&office, "key:*", "k", &wish("1")).await.refused_for(403, "session_needed", None);
        assert_eq!(office.desk.sums().await, (5_000, 0, 0));
        assert!(office.logged(WORKSPACE).await.is_empty());
        office.desk.check().await;
    }

    async fn two_at_once_with_one_key_are_one(db) {
        let office = Office::new(&db, metered()).await;
        let body = wish("10");
        let (one, two) = tokio::join!(adjust(&office, "root", "a", &body), adjust(&office, "root", "a", &body));
        assert_eq!(one.is(200), two.is(200));
        let replayed = [&one, &two].iter().filter(|said| said.headers.contains_key("idempotency-replayed")).count();
        assert_eq!(replayed, 1);
        assert_eq!(office.desk.sums().await, (10_000, 0, 0));
        assert_eq!(office.logged(WORKSPACE).await.len(), 1);
    }

    async fn no_key_of_theirs_stands_in_the_way_of_the_program(db) {
        let office = Office::new(&db, metered()).await;
        adjust(&office, "root", "renewal:sub_1:1", &wish("1")).await.is(200);
        office.desk.grant("renewal:sub_1:1", &credits(5_000)).await.unwrap();
        assert_eq!(office.desk.sums().await, (6_000, 0, 0));
    }

    async fn superadmins_see_any_workspace_and_that_is_noted(db) {
        let office = Office::new(&db, metered()).await;
        office.desk.grant("g", &credits(5_000)).await.unwrap();
        let of = |id: String| format!("/api/admin/credits?workspace={id}");
        let seen = office.get("root", &of(WORKSPACE.to_string())).await;
        assert_eq!(seen.is(200)["balance"], "5");
        assert_eq!(office.get("root", &of(elsewhere().to_string())).await.is(200)["balance"], "0");
        assert_eq!(office.logged(WorkspaceId::INSTALLATION).await, ["installation.credits_read"; 2]);
        let nowhere = of("ws_000000000000000000000000000000ff".to_owned());
        office.get("root", &nowhere).await.refused_for(404, "not_found", Some("workspace"));
        office.get("root", &of("me".to_owned())).await.refused_for(422, "invalid", Some("workspace"));
        for who in ["owner", "stranger"] {
            office.get(who, &of(WORKSPACE.to_string())).await.refused_for(403, "forbidden", None);
        }
    }
}
