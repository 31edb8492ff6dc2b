//! Passwords: forgotten, changed, guessed.

use std::time::Duration;

use captely_testkit::{Answer, both_dbs};
use serde_json::json;

use crate::app::{PASSWORD, Signed, TestApp, migrations};

pub(crate) const NEW: &str = "copper lantern drifts south";

pub(crate) async fn link(app: &TestApp, who: &Signed) -> String {
    let input = json!({ "email": who.email });
    app.call(None, "POST", "/api/auth/forgot-password", input).await.is(202);
    let mails = app.post.to(&app.db, &who.email).await;
    let (_, token) = mails[0].split_once("/reset-password#").unwrap();
    token.split_whitespace().next().unwrap().to_owned()
}

pub(crate) async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    let input = json!({ "token": token, "password": password });
    app.call(None, "POST", "/api/auth/reset-password", input).await
}

async fn log_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let input = json!({ "email": email, "password": password });
    app.call(None, "POST", "/api/auth/login", input).await
}

both_dbs! {
    migrations = &migrations();

    async fn a_link_sets_a_password_once_and_ends_every_session(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let (older, newer) = (link(&app, &ada).await, link(&app, &ada).await);
        reset(&app, &newer, "short").await.refused(422, "invalid");
        reset(&app, &newer, NEW).await.is(204);
        app.get(&ada, "/api/auth/me").await.refused(401, "unauthenticated");
        log_in(&app, &ada.email, PASSWORD).await.refused(401, "wrong_credentials");
        log_in(&app, &ada.email, NEW).await.is(200);
        for used in [&newer, &older] {
            reset(&app, used, "another lantern drifts north").await.refused(410, "expired");
        }
        let mails = app.post.to(&app.db, &ada.email).await;
        assert!(mails[0].contains("Your password was changed"), "{mails:?}");
    }

    async fn a_link_runs_out_and_cannot_be_made_up(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let token = link(&app, &ada).await;
        app.advance(Duration::from_mins(30));
        reset(&app, &token, NEW).await.refused(410, "expired");
        reset(&app, "cptp_AAAA", NEW).await.refused(410, "expired");
        reset(&app, &ada.refresh, NEW).await.refused(410, "expired");
        log_in(&app, &ada.email, PASSWORD).await.is(200);
    }

    async fn two_uses_of_a_link_at_once_set_one_password(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let token = link(&app, &ada).await;
        let other = "another lantern drifts north";
        let (one, two) = tokio::join!(reset(&app, &token, NEW), reset(&app, &token, other));
        let mut both = [one.status, two.status];
        both.sort_unstable();
        assert_eq!(both, [204, 410]);
        let set = if one.status == 204 { NEW } else { other };
        log_in(&app, &ada.email, set).await.is(200);
    }

    async fn changing_it_needs_the_present_one_and_ends_other_sessions(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let other = app.log_in(&ada.email).await;
        let change = async |present: &str, new: &str| {
            let input = json!({ "password": present, "new_password": new });
            app.post(&ada, "/api/auth/change-password", input).await
        };
        change("not the present one", NEW).await.refused(401, "wrong_credentials");
        change(PASSWORD, "ada").await.refused(422, "invalid");
        change(PASSWORD, NEW).await.is(204);
        app.get(&ada, "/api/auth/me").await.is(200);
        app.get(&other, "/api/auth/me").await.refused(401, "unauthenticated");
        log_in(&app, &ada.email, NEW).await.is(200);
    }

    async fn twenty_wrong_ones_an_hour_close_the_door_to_right_ones_too(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        for _try in 0..20 {
            log_in(&app, &ada.email, "not the password at all").await.refused(401, "wrong_credentials");
        }
        let refused = log_in(&app, &ada.email, PASSWORD).await;
        refused.refused(429, "too_many_tries");
        assert!(refused.headers.contains_key("retry-after"));
        // The same for an address that nobody has.
        let nobody = crate::app::address("nobody");
        for _try in 0..20 {
            log_in(&app, &nobody, "not the password at all").await.refused(401, "wrong_credentials");
        }
        log_in(&app, &nobody, "not the password at all").await.refused(429, "too_many_tries");
        app.advance(Duration::from_hours(1));
        log_in(&app, &ada.email, PASSWORD).await.is(200);
    }

    async fn capitals_in_an_address_are_one_account(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        log_in(&app, &ada.email.to_uppercase(), PASSWORD).await.is(200);
    }

    async fn preferences_are_laid_over_each_other(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let change = async |what| app.patch(&ada, "/api/auth/preferences", what).await;
        change(json!({ "theme": "dark", "rows": 50 })).await.is(200);
        assert_eq!(change(json!({ "theme": null, "language": "de" })).await.is(200), &json!({ "rows": 50, "language": "de" }));
        assert_eq!(app.get(&ada, "/api/auth/preferences").await.is(200), &json!({ "rows": 50, "language": "de" }));
        change(json!({ "big": "x".repeat(17_000) })).await.refused(422, "invalid");
    }
}
