//! Sessions: renewed once each, ended at once, nobody else's.

use std::time::Duration;

use captely_accounts::ForgetOld;
use captely_platform::db::Stmt;
use captely_testkit::{Answer, both_dbs};
use serde_json::{Value, json};

use crate::app::{PASSWORD, Signed, TestApp, migrations, signed};

async fn renew(app: &TestApp, token: &str) -> Answer {
    app.call(None, "POST", "/api/auth/refresh", json!({ "refresh_token": token })).await
}

async fn is_in(app: &TestApp, who: &Signed) -> bool {
    app.get(who, "/api/auth/me").await.status == 200
}

/// How many refresh tokens lie in the database such that they could be given out.
async fn sealed(app: &TestApp) -> i64 {
    let sql = "SELECT count(*) FROM refresh_token WHERE successor_sealed IS NOT NULL";
    app.db.one::<(i64,)>(Stmt::text(sql, [])).await.unwrap().unwrap().0
}

both_dbs! {
    migrations = &migrations();

    async fn a_stolen_refresh_token_ends_the_session(db) {
        let app = TestApp::new(db).await;
        let first = app.register("ada").await;
        let second = app.refresh(&first).await;
        assert_ne!(first.refresh, second.refresh);
        let third = app.refresh(&second).await;
        assert!(is_in(&app, &third).await);
        // The first one again: somebody else has it.
        renew(&app, &first.refresh).await.refused(401, "unauthenticated");
        renew(&app, &third.refresh).await.refused(401, "unauthenticated");
        assert!(!is_in(&app, &third).await, "the access token ends with its session");
    }

    async fn a_client_whose_answer_was_lost_gets_the_same_again(db) {
        let app = TestApp::new(db).await;
        let first = app.register("ada").await;
        let second = app.refresh(&first).await;
        app.advance(Duration::from_secs(5));
        let again = app.refresh(&first).await;
        assert_eq!(again.refresh, second.refresh);
        app.advance(Duration::from_secs(6));
        // Later than a moment it is a theft.
        renew(&app, &first.refresh).await.refused(401, "unauthenticated");
        renew(&app, &second.refresh).await.refused(401, "unauthenticated");
    }

    async fn a_token_that_was_given_out_is_not_kept_for_long(db) {
        let app = TestApp::new(db).await;
        let first = app.register("ada").await;
        let second = app.refresh(&first).await;
        assert_eq!(sealed(&app).await, 1);
        // Used, it is known to have arrived: only what replaced it is kept.
        let third = app.refresh(&second).await;
        assert_eq!(sealed(&app).await, 1);
        ForgetOld(app.accounts.clone()).run().await.unwrap();
        assert_eq!(app.refresh(&second).await.refresh, third.refresh, "not yet too late");
        app.advance(Duration::from_secs(11));
        ForgetOld(app.accounts.clone()).run().await.unwrap();
        assert_eq!(sealed(&app).await, 0);
        app.refresh(&third).await;
        renew(&app, &first.refresh).await.refused(401, "unauthenticated");
    }

    async fn an_access_token_is_good_for_as_long_as_it_is_said(db) {
        let app = TestApp::new(db).await;
        // Times in tokens are whole seconds.
        app.advance(Duration::from_millis(400));
        let ada = app.register("ada").await;
        let opened = renew(&app, &ada.refresh).await;
        assert_eq!(opened.is(200)["expires_in"], 600);
    }

    async fn of_two_renewals_at_once_neither_ends_the_session(db) {
        let app = TestApp::new(db).await;
        let first = app.register("ada").await;
        let (one, two) = tokio::join!(renew(&app, &first.refresh), renew(&app, &first.refresh));
        let (one, two) = (one.is(200).clone(), two.is(200).clone());
        assert_eq!(one["refresh_token"], two["refresh_token"]);
        assert!(is_in(&app, &signed(first.email, &one)).await);
    }

    async fn forged_foreign_and_old_tokens_renew_nothing(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let mut forged = ada.refresh.clone();
        let last = if forged.ends_with('A') { 'B' } else { 'A' };
        forged.pop();
        forged.push(last);
        for bad in ["", "cptr_", &forged, &ada.token, &ada.refresh.replace("cptr_", "cptk_")] {
            renew(&app, bad).await.refused(401, "unauthenticated");
        }
        let none = app.call(None, "POST", "/api/auth/refresh", json!({})).await;
        none.refused(401, "unauthenticated");
        app.advance(Duration::from_hours(12));
        renew(&app, &ada.refresh).await.refused(401, "unauthenticated");
    }

    async fn sessions_run_out_unused_and_at_the_latest_after_their_time(db) {
        let app = TestApp::new(db).await;
        let mut ada = app.register("ada").await;
        app.advance(Duration::from_mins(11));
        assert!(!is_in(&app, &ada).await, "an access token is good for ten minutes");
        // Used every ten hours it lives on, but no longer than ninety days.
        let mut renewed = 0;
        loop {
            app.advance(Duration::from_hours(10));
            let answer = renew(&app, &ada.refresh).await;
            if answer.status != 200 {
                break;
            }
            ada = signed(ada.email, answer.is(200));
            renewed += 1;
            assert!(renewed < 300, "it never ends");
        }
        assert_eq!(renewed, 90 * 24 / 10 - 1);
    }

    async fn signing_out_holds_at_once_and_for_that_session_alone(db) {
        let app = TestApp::new(db).await;
        let here = app.register("ada").await;
        let there = app.log_in(&here.email).await;
        assert_ne!(here.session, there.session, "each sign-in has a session of its own");
        app.post(&here, "/api/auth/logout", Value::Null).await.is(204);
        assert!(!is_in(&app, &here).await);
        renew(&app, &here.refresh).await.refused(401, "unauthenticated");
        assert!(is_in(&app, &there).await);
    }

    async fn sessions_are_seen_and_ended_by_their_owner_alone(db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.register("ada").await, app.register("eve").await);
        let other = app.log_in(&ada.email).await;
        let listed = app.get(&ada, "/api/auth/sessions").await;
        assert_eq!(listed.column("id").len(), 2);
        let path = format!("/api/auth/sessions/{}", other.session);
        app.delete(&eve, &path).await.refused(404, "not_found");
        assert!(is_in(&app, &other).await);
        app.delete(&ada, &path).await.is(204);
        assert!(!is_in(&app, &other).await);
        app.delete(&ada, &path).await.refused(404, "not_found");
        app.delete(&ada, "/api/auth/sessions/ses_nonsense").await.refused(404, "not_found");
        let third = app.log_in(&ada.email).await;
        let ended = app.delete(&ada, "/api/auth/sessions").await;
        assert_eq!(ended.is(200)["ended"], 1);
        assert!(is_in(&app, &ada).await && !is_in(&app, &third).await && is_in(&app, &eve).await);
    }

    async fn a_new_device_is_told_by_mail(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let before = app.post.to(&app.db, &ada.email).await.len();
        app.log_in(&ada.email).await;
        assert_eq!(app.post.to(&app.db, &ada.email).await.len(), before, "the device is known");
        let request = axum::http::Request::post("/api/auth/login")
            .header("content-type", "application/json")
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        let body = json!({ "email": ada.email, "password": PASSWORD }).to_string();
        let elsewhere = std::net::IpAddr::from([203, 0, 113, 9]);
        app.send(request.body(body.into()).unwrap(), elsewhere).await.is(200);
        let mails = app.post.to(&app.db, &ada.email).await;
        assert_eq!(mails.len(), before + 1);
        assert!(mails[0].contains("203.0.113.9") && mails[0].contains("Firefox"), "{}", mails[0]);
    }

    async fn one_works_where_one_is_a_member(db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.register("ada").await, app.register("eve").await);
        let first = app.workspace(&ada).await;
        let made = app.post(&ada, "/api/workspaces", json!({ "name": "Second" })).await;
        let second = made.is(201)["id"].as_str().unwrap().to_owned();
        app.post(&ada, &format!("/api/workspaces/{second}/choose"), Value::Null).await.is(204);
        assert_eq!(app.workspace(&ada).await, second);
        for foreign in [&first, &second] {
            let path = format!("/api/workspaces/{foreign}/choose");
            app.post(&eve, &path, Value::Null).await.refused(404, "not_found");
        }
        let request = |workspace: &str, token: &str| {
            axum::http::Request::get("/api/auth/me")
                .header("authorization", format!("Bearer {token}"))
                .header("x-workspace-id", workspace)
                .body(axum::body::Body::empty())
                .unwrap()
        };
        let here = std::net::IpAddr::from([127, 0, 0, 1]);
        let named = app.send(request(&first, &ada.token), here).await;
        assert_eq!(named.is(200)["workspace_id"], first.as_str());
        app.send(request(&first, &eve.token), here).await.refused(404, "not_found");
        app.send(request("ws_none", &ada.token), here).await.refused(404, "not_found");
    }

    async fn the_same_idempotency_key_makes_one_workspace(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let make = async |name: &str| {
            let request = axum::http::Request::post("/api/workspaces")
                .header("authorization", format!("Bearer {}", ada.token))
                .header("content-type", "application/json")
                .header("idempotency-key", "one");
            let body = json!({ "name": name }).to_string();
            app.send(request.body(body.into()).unwrap(), [127, 0, 0, 1].into()).await
        };
        let (first, again) = (make("Second").await, make("Second").await);
        assert_eq!(first.is(201)["id"], again.is(201)["id"]);
        assert_eq!(again.headers["idempotency-replayed"], "true");
        // Where the session stands is no part of it: another window may have moved it meanwhile.
        let path = format!("/api/workspaces/{}/choose", first.is(201)["id"].as_str().unwrap());
        app.post(&ada, &path, Value::Null).await.is(204);
        assert_eq!(make("Second").await.headers["idempotency-replayed"], "true");
        make("Third").await.refused(422, "idempotency_key_reused");
        assert_eq!(app.get(&ada, "/api/workspaces").await.column("id").len(), 2);
    }
}
