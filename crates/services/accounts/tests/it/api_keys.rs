use std::time::Duration;

use captely_testkit::both_dbs;
use serde_json::{Value, json};

use crate::app::{Signed, TestApp, migrations};
use crate::team::Team;

const KEYS: &str = "/api/api-keys";

async fn make(app: &TestApp, who: &Signed, wish: Value) -> (String, String) {
    let made = app.post(who, KEYS, wish).await;
    let made = made.is(201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

fn wish(scope: &str) -> Value {
    json!({ "name": "Nightly import", "scopes": [scope] })
}

both_dbs! {
    migrations = &migrations();

    async fn a_key_is_shown_once_and_works_within_its_scopes(db) {
        let team = Team::new(db).await;
        let (id, key) = make(&team.app, &team.user, wish("members:read")).await;
        let list = team.app.get(&team.user, KEYS).await;
        assert!(!list.text.contains(&key) && key.starts_with(&list.column("visible")[0]));
        assert_eq!(list.is(200)["items"][0]["used_at"], json!(null));
        team.app.call(Some(&key), "GET", "/api/members", json!(null)).await.is(200);
        team.app.call(Some(&key), "GET", "/api/audit", json!(null)).await.refused(403, "scope_missing");
        team.app.call(Some(&key), "POST", KEYS, wish("*")).await.refused(403, "scope_missing");
        let list = team.app.get(&team.user, KEYS).await;
        let item = &list.is(200)["items"][0];
        assert_eq!(item["used_at"], team.app.now());
        assert_eq!((&item["used_address"], &item["role"]), (&json!("127.0.0.1"), &json!("user")));
        assert_eq!(team.logged("api_key.created").await, [id]);
    }

    async fn no_key_makes_changes_or_ends_keys(db) {
        let team = Team::new(db).await;
        let all = json!({ "name": "n", "scopes": ["*"], "role": "owner" });
        let (id, key) = make(&team.app, &team.owner, all).await;
        let path = format!("{KEYS}/{id}");
        for (method, path, body) in [
            ("POST", KEYS, wish("*")),
            ("PATCH", path.as_str(), json!({ "name": "x" })),
            ("DELETE", path.as_str(), json!(null)),
            ("POST", "/api/workspaces/current/transfer", json!({ "user_id": team.user.user })),
        ] {
            team.app.call(Some(&key), method, path, body).await.refused(403, "session_needed");
        }
    }

    async fn a_key_never_has_more_than_its_maker_today(db) {
        let team = Team::new(db).await;
        let over = json!({ "name": "n", "scopes": ["*"], "role": "admin" });
        team.app.post(&team.user, KEYS, over.clone()).await.refused(422, "invalid");
        team.app.post(&team.viewer, KEYS, wish("*")).await.refused(403, "forbidden");
        let (_, key) = make(&team.app, &team.admin, over).await;
        team.app.call(Some(&key), "GET", "/api/audit", json!(null)).await.is(200);
        let path = format!("/api/members/{}", team.admin.user);
        team.app.patch(&team.owner, &path, json!({ "role": "user" })).await.is(204);
        team.app.call(Some(&key), "GET", "/api/audit", json!(null)).await.refused(403, "forbidden");
    }

    async fn keys_run_out_and_are_revoked(db) {
        let team = Team::new(db).await;
        let short = json!({ "name": "n", "scopes": ["*"], "expires_in_days": 1 });
        let (_, short) = make(&team.app, &team.user, short).await;
        let (id, key) = make(&team.app, &team.user, wish("*")).await;
        let works = async |key: &str| {
            team.app.call(Some(key), "GET", "/api/members", json!(null)).await.status
        };
        assert_eq!((works(&short).await, works(&key).await), (200, 200));
        team.app.advance(Duration::from_hours(24));
        assert_eq!((works(&short).await, works(&key).await), (401, 200));
        let user = team.app.log_in(&team.user.email).await;
        team.app.delete(&user, &format!("{KEYS}/{id}")).await.is(204);
        assert_eq!(works(&key).await, 401);
        team.app.delete(&user, &format!("{KEYS}/{id}")).await.refused(404, "not_found");
    }

    async fn the_first_use_of_each_day_is_in_the_log(db) {
        let team = Team::new(db).await;
        let (id, key) = make(&team.app, &team.user, wish("*")).await;
        for hours in [0, 1, 1, 24] {
            team.app.advance(Duration::from_hours(hours));
            team.app.call(Some(&key), "GET", "/api/members", json!(null)).await.is(200);
        }
        let owner = team.app.log_in(&team.owner.email).await;
        let path = format!("/api/audit?action=api_key.used&actor={id}");
        let log = team.app.get(&owner, &path).await;
        assert_eq!(log.column("actor_id"), [id.clone(), id]);
        assert_eq!(log.column("address"), ["127.0.0.1", "127.0.0.1"]);
    }

    async fn admins_see_all_others_their_own_and_strangers_none(db) {
        let team = Team::new(db).await;
        let (of_user, _) = make(&team.app, &team.user, wish("*")).await;
        let (of_owner, key) = make(&team.app, &team.owner, wish("*")).await;
        let (of_user, of_owner) = (of_user, of_owner);
        assert_eq!(team.app.get(&team.admin, KEYS).await.column("id"), [of_owner.clone(), of_user.clone()]);
        assert_eq!(team.app.get(&team.user, KEYS).await.column("id"), std::slice::from_ref(&of_user));
        for who in [&team.user, &team.viewer, &team.stranger] {
            let path = format!("{KEYS}/{of_owner}");
            team.app.delete(who, &path).await.refused(404, "not_found");
            team.app.patch(who, &path, json!({ "name": "mine" })).await.refused(404, "not_found");
        }
        team.app.call(Some(&key), "GET", "/api/members", json!(null)).await.is(200);
        let path = format!("{KEYS}/{of_user}");
        team.app.patch(&team.admin, &path, json!({ "name": "renamed" })).await.is(204);
        assert_eq!(team.app.get(&team.user, KEYS).await.column("name"), ["renamed"]);
        team.app.delete(&team.admin, &path).await.is(204);
        assert!(team.app.get(&team.user, KEYS).await.column("id").is_empty());
    }

    async fn what_is_no_key_is_refused_with_its_field(db) {
        let team = Team::new(db).await;
        for (field, bad) in [
            ("scopes", json!({ "name": "n", "scopes": [] })),
            ("scopes", json!({ "name": "n", "scopes": ["everything"] })),
            ("expires_in_days", json!({ "name": "n", "scopes": ["*"], "expires_in_days": 0 })),
            ("expires_in_days", json!({ "name": "n", "scopes": ["*"], "expires_in_days": 366 })),
            ("created_by", json!({ "name": "n", "scopes": ["*"], "created_by": team.owner.user })),
            ("name", json!({ "name": "", "scopes": ["*"] })),
        ] {
            let answer = team.app.post(&team.user, KEYS, bad.clone()).await;
            assert_eq!(answer.status, 422, "{bad}: {}", answer.text);
            assert!(answer.text.contains(field), "{bad}: {}", answer.text);
        }
    }

    async fn a_member_has_at_most_50(db) {
        let team = Team::new(db).await;
        for _ in 0..50 {
            make(&team.app, &team.user, wish("*")).await;
        }
        team.app.post(&team.user, KEYS, wish("*")).await.refused(409, "conflict");
        make(&team.app, &team.admin, wish("*")).await;
    }
}
