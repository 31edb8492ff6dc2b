//! Signing up: codes cannot be guessed, and nobody is told who has an account.

use std::time::Duration;

use axum::http::header;
use captely_testkit::both_dbs;
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, address, migrations};

async fn ask(app: &TestApp, name: &str) -> Value {
    let input = json!({ "email": address(name), "password": PASSWORD, "name": name });
    app.call(None, "POST", "/api/auth/register", input).await.is(202).clone()
}

async fn hand_in(app: &TestApp, registration: &Value, code: &str) -> captely_testkit::Answer {
    let input = json!({ "registration": registration["registration"], "code": code });
    app.call(None, "POST", "/api/auth/verify-email", input).await
}

/// A code that is surely another one.
fn other(code: &str) -> String {
    let first = if code.starts_with('0') { "1" } else { "0" };
    format!("{first}{}", code.split_at(1).1)
}

both_dbs! {
    migrations = &migrations();

    async fn a_code_has_five_tries_and_ten_minutes(db) {
        let app = TestApp::new(db).await;
        let asked = ask(&app, "ada").await;
        let code = app.post.code(&app.db, &address("ada")).await;
        for _try in 0..5 {
            hand_in(&app, &asked, &other(&code)).await.refused(422, "wrong_code");
        }
        hand_in(&app, &asked, &code).await.refused(422, "wrong_code");

        let asked = ask(&app, "bob").await;
        let code = app.post.code(&app.db, &address("bob")).await;
        app.advance(Duration::from_mins(10));
        hand_in(&app, &asked, &code).await.refused(422, "wrong_code");
        let again = json!({ "registration": asked["registration"] });
        app.call(None, "POST", "/api/auth/resend-code", again).await.is(204);
        let newer = app.post.code(&app.db, &address("bob")).await;
        assert_ne!(newer, code);
        hand_in(&app, &asked, &code).await.refused(422, "wrong_code");
        hand_in(&app, &asked, &newer).await.is(201);
        // Once: the registration is gone with the account that it made.
        hand_in(&app, &asked, &newer).await.refused(410, "expired");
    }

    async fn an_address_gets_three_codes_an_hour(db) {
        let app = TestApp::new(db).await;
        let asked = ask(&app, "ada").await;
        let again = json!({ "registration": asked["registration"] });
        for _mail in 0..2 {
            app.call(None, "POST", "/api/auth/resend-code", again.clone()).await.is(204);
        }
        let refused = app.call(None, "POST", "/api/auth/resend-code", again.clone()).await;
        refused.refused(429, "rate_limited");
        assert_eq!(refused.headers[header::RETRY_AFTER], "3600");
        let input = json!({ "email": address("ada"), "password": PASSWORD, "name": "ada" });
        app.call(None, "POST", "/api/auth/register", input).await.refused(429, "rate_limited");
        assert_eq!(app.post.to(&app.db, &address("ada")).await.len(), 3);
        app.advance(Duration::from_hours(1));
        app.call(None, "POST", "/api/auth/resend-code", again).await.is(204);
    }

    async fn a_code_belongs_to_the_sign_up_that_asked_for_it(db) {
        let app = TestApp::new(db).await;
        // Somebody else signs up with the same address; their code must not open the other password.
        let hers = ask(&app, "ada").await;
        let code = app.post.code(&app.db, &address("ada")).await;
        let theirs = ask(&app, "ada").await;
        hand_in(&app, &theirs, &code).await.refused(422, "wrong_code");
        hand_in(&app, &hers, &code).await.is(201);
        // And the second sign-up cannot take the account over any more.
        let code = app.post.code(&app.db, &address("ada")).await;
        hand_in(&app, &theirs, &code).await.refused(409, "conflict");
    }

    async fn nobody_is_told_who_has_an_account(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let known = ask(&app, "ada").await;
        let unknown = ask(&app, "nobody").await;
        let shape = |v: &Value| (v.as_object().unwrap().keys().cloned().collect::<Vec<_>>(), v["registration"].as_str().unwrap().len(), v["code_minutes"].clone());
        assert_eq!(shape(&known), shape(&unknown));
        let mails = app.post.to(&app.db, &ada.email).await;
        assert!(mails[0].contains("/login"), "{}", mails[0]);
        // No code opens it, whatever is tried.
        hand_in(&app, &known, "000000").await.refused(422, "wrong_code");

        let forgot = async |email: String| {
            app.call(None, "POST", "/api/auth/forgot-password", json!({ "email": email })).await
        };
        let (known, unknown) = (forgot(ada.email.clone()).await, forgot(address("nobody")).await);
        assert_eq!((known.status, &known.text), (202, &unknown.text));
        assert_eq!(unknown.status, 202);

        let wrong = async |email: &str| {
            let input = json!({ "email": email, "password": "not the password at all" });
            app.call(None, "POST", "/api/auth/login", input).await
        };
        let (known, unknown) = (wrong(&ada.email).await, wrong(&address("nobody")).await);
        known.refused(401, "wrong_credentials");
        unknown.refused(401, "wrong_credentials");
        let told = |answer: &captely_testkit::Answer| answer.is(401)["detail"].clone();
        assert_eq!(told(&known), told(&unknown));
    }

    async fn free_mail_throw_away_mail_and_weak_passwords_are_refused_by_field(db) {
        let app = TestApp::new(db).await;
        let refused = async |email: &str, password: &str, field: &str| {
            let input = json!({ "email": email, "password": password, "name": "Ada" });
            let answer = app.call(None, "POST", "/api/auth/register", input).await;
            answer.refused(422, "invalid");
            assert_eq!(answer.is(422)["field"], field, "{}", answer.text);
        };
        refused("ada@gmail.com", PASSWORD, "email").await;
        refused("ada@mailinator.com", PASSWORD, "email").await;
        refused("no address", PASSWORD, "email").await;
        refused(&address("ada"), "short", "password").await;
        refused(&address("ada"), "password12345678", "password").await;
    }

    async fn more_fields_than_there_are_change_nothing(db) {
        let app = TestApp::new(db).await;
        for extra in ["superadmin", "role", "id", "password_hash", "workspace_id"] {
            let mut input = json!({ "email": address("eve"), "password": PASSWORD, "name": "eve" });
            input[extra] = json!(true);
            let answer = app.call(None, "POST", "/api/auth/register", input).await;
            answer.refused(422, "invalid");
            assert_eq!(answer.is(422)["field"], extra);
        }
        let ada = app.register("ada").await;
        let me = json!({ "name": "Ada", "superadmin": true });
        app.patch(&ada, "/api/auth/me", me).await.refused(422, "invalid");
        assert_eq!(app.get(&ada, "/api/auth/me").await.is(200)["superadmin"], false);
    }
}
