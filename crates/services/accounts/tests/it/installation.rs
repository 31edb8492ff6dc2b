use std::net::IpAddr;

use axum::body::Body;
use axum::http::Request;
use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

both_dbs! {
    migrations = &migrations();

    async fn superadmins_find_workspaces_and_change_their_tier(db) {
        let app = TestApp::new(db).await;
        let root = app.set_up().await;
        let ada = app.register("ada").await;
        app.patch(&ada, "/api/workspaces/current", json!({ "name": "100% ÄPFEL" })).await.is(204);
        let found = async |search: &str| {
            app.get(&root, &format!("/api/admin/workspaces?search={search}")).await.column("id")
        };
        let own = app.workspace(&ada).await;
        assert_eq!(found("%C3%A4pfel").await, std::slice::from_ref(&own));
        assert_eq!(found("100%25").await, std::slice::from_ref(&own));
        assert!(found("100_").await.is_empty());
        assert_eq!(app.get(&root, "/api/admin/workspaces").await.column("tier").len(), 2);
        let path = format!("/api/admin/workspaces/{own}");
        app.patch(&root, &path, json!({ "tier": "premium" })).await.is(204);
        app.patch(&root, &path, json!({ "tier": "free" })).await.refused(422, "invalid");
        let nobody = "/api/admin/workspaces/ws_019900000000700080000000000000ab";
        app.patch(&root, nobody, json!({ "tier": "premium" })).await.refused(404, "not_found");
        assert_eq!(app.get(&ada, "/api/workspaces").await.column("tier"), ["premium"]);
        let told = app.get(&ada, "/api/audit?action=workspace.tier_changed").await;
        assert_eq!(told.column("actor_id"), std::slice::from_ref(&root.user));
        let log = app.get(&root, "/api/admin/audit?action=workspace.tier_changed").await;
        assert_eq!(log.column("subject"), [own]);
    }

    async fn who_is_disabled_is_out_at_once(db) {
        let app = TestApp::new(db).await;
        let root = app.set_up().await;
        let ada = app.register("ada").await;
        let wish = json!({ "name": "n", "scopes": ["*"] });
        let made = app.post(&ada, "/api/api-keys", wish).await;
        let key = made.is(201)["key"].as_str().unwrap().to_owned();
        let people = app.get(&root, "/api/admin/people?fields=email,superadmin").await;
        let expected = json!([
            { "email": ada.email, "superadmin": false }, { "email": root.email, "superadmin": true },
        ]);
        assert_eq!(people.is(200)["items"], expected);
        let path = |who: &str, verb: &str| format!("/api/admin/people/{who}/{verb}");
        app.post(&root, &path(&root.user, "disable"), json!(null)).await.refused(409, "conflict");
        app.post(&root, &path(&ada.user, "disable"), json!(null)).await.is(204);
        app.get(&ada, "/api/auth/me").await.refused(401, "unauthenticated");
        app.call(Some(&key), "GET", "/api/members", json!(null)).await.refused(401, "unauthenticated");
        let renew = json!({ "refresh_token": ada.refresh });
        app.call(None, "POST", "/api/auth/refresh", renew).await.refused(401, "unauthenticated");
        app.post(&root, &path(&ada.user, "enable"), json!(null)).await.is(204);
        // The old session stays ended.
        app.get(&ada, "/api/auth/me").await.refused(401, "unauthenticated");
        let again = app.log_in(&ada.email).await;
        app.get(&again, "/api/auth/me").await.is(200);
        for action in ["person.disabled", "person.enabled"] {
            let log = app.get(&root, &format!("/api/admin/audit?action={action}")).await;
            assert_eq!(log.column("subject"), std::slice::from_ref(&ada.user));
        }
        let looked = app.get(&root, "/api/admin/audit?action=installation.people_listed").await;
        assert_eq!(looked.column("actor_id"), std::slice::from_ref(&root.user));
    }

    async fn only_from_an_allowed_address(db) {
        let app = TestApp::new(db).await;
        let root = app.set_up().await;
        let request = Request::get("/api/admin/people")
            .header("authorization", format!("Bearer {}", root.token));
        let elsewhere = IpAddr::from([203, 0, 113, 9]);
        let answer = app.send(request.body(Body::empty()).unwrap(), elsewhere).await;
        assert_eq!(answer.status, 403, "{}", answer.text);
        app.get(&root, "/api/admin/people").await.is(200);
    }
}
