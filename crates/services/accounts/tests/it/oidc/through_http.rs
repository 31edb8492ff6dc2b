//! The whole way over HTTP: our start, the provider's forms, our callback.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use captely_accounts::oidc::{Callback, Provider, ProviderName};
use captely_platform::db::Stmt;
use captely_testkit::{Answer, TestClock, TestDb, both_dbs};
use oauth2::url::form_urlencoded::Serializer;
use serde_json::{Value, json};

use super::loopback::{self, Loopback, now};
use crate::app::{PASSWORD, Signed, TestApp, migrations};
use crate::second_factor::turn_on;

async fn app(db: TestDb, world: &Loopback) -> TestApp {
    let all: [Provider; 2] = [world.google(), world.apple()];
    let providers: BTreeMap<ProviderName, Provider> =
        all.into_iter().map(|provider| (provider.name(), provider)).collect();
    TestApp::with(db, TestClock::at(now()), None, providers).await
}

/// Name and value of the cookies that an answer sets; those it takes away have no value.
fn cookies(answer: &Answer) -> BTreeMap<String, String> {
    let all = answer.headers.get_all(header::SET_COOKIE).iter();
    let pairs = all.map(|value| value.to_str().unwrap().split(';').next().unwrap());
    pairs.map(|pair| pair.split_once('=').unwrap()).map(|(k, v)| (k.into(), v.into())).collect()
}

fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers[header::LOCATION].to_str().unwrap()
}

/// Begins at `provider`: the address to go to and the cookie that binds the browser.
async fn start(app: &TestApp, provider: &str, query: &str) -> (String, String) {
    let path = format!("/api/auth/oidc/{provider}/start{query}");
    let answer = app.call(None, "GET", &path, Value::Null).await;
    (location(&answer).to_owned(), cookies(&answer)["captely_oidc"].clone())
}

fn fields(callback: &Callback) -> String {
    let mut text = Serializer::new(String::new());
    let Callback { code, state, user, error, iss } = callback.clone();
    let pairs = [("code", code), ("state", state), ("user", user), ("error", error), ("iss", iss)];
    for (name, value) in pairs {
        if let Some(value) = value {
            text.append_pair(name, &value);
        }
    }
    text.finish()
}

/// Comes back as Google's browsers do, by GET, or as Apple's do, by POST.
async fn back(app: &TestApp, provider: &str, cookie: Option<&str>, brought: &Callback) -> Answer {
    let path = format!("/api/auth/oidc/{provider}/callback");
    let mut request = Request::builder();
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, format!("captely_oidc={cookie}"));
    }
    let request = if provider == "apple" {
        let form = "application/x-www-form-urlencoded";
        let request = request.method("POST").uri(path).header(header::CONTENT_TYPE, form);
        request.body(Body::from(fields(brought)))
    } else {
        request.uri(format!("{path}?{}", fields(brought))).body(Body::empty())
    };
    app.send(request.unwrap(), IpAddr::from([127, 0, 0, 1])).await
}

async fn whole_way(app: &TestApp, world: &Loopback, provider: &str, login: &str) -> Answer {
    let (url, cookie) = start(app, provider, "?return_to=/lists").await;
    let brought = world.browser().sign_in(&url, login).await;
    back(app, provider, Some(&cookie), &brought).await
}

/// Who is signed in by the cookies of an answer.
async fn who(app: &TestApp, answer: &Answer) -> Value {
    let token = cookies(answer)["captely_access"].clone();
    app.call(Some(&token), "GET", "/api/auth/me", Value::Null).await.is(200).clone()
}

/// Links an account elsewhere to that of `ada`.
async fn link(app: &TestApp, world: &Loopback, ada: &Signed, login: &str) -> Answer {
    let begun = app.post(ada, "/api/auth/identities/google", json!({ "return_to": "/me" })).await;
    let cookie = cookies(&begun)["captely_oidc"].clone();
    let url = begun.is(200)["url"].as_str().unwrap().to_owned();
    let brought = world.browser().sign_in(&url, login).await;
    back(app, "google", Some(&cookie), &brought).await
}

both_dbs! {
    migrations = &migrations();

    async fn the_first_time_makes_an_account_and_the_next_finds_it(db) {
        let Some(world) = loopback::start() else { return };
        let app = app(db, &world).await;
        let list = app.call(None, "GET", "/api/auth/oidc", Value::Null).await;
        assert_eq!(list.column("provider"), ["google", "apple"]);
        for (provider, login) in [("google", "ada@work.example"), ("apple", "bob@work.example")] {
            let answer = whole_way(&app, &world, provider, login).await;
            assert_eq!(location(&answer), "/lists");
            let me = who(&app, &answer).await;
            assert_eq!((&me["email"], &me["has_password"]), (&json!(login), &json!(false)));
            assert_eq!(me["role"], "owner");
            let again = whole_way(&app, &world, provider, login).await;
            assert_eq!(who(&app, &again).await["id"], me["id"]);
            let token = cookies(&again)["captely_access"].clone();
            let path = format!("/api/auth/identities/{provider}");
            let last = app.call(Some(&token), "DELETE", &path, Value::Null).await;
            last.refused(409, "last_way_in");
        }
    }

    async fn the_rules_of_signing_up_hold(db) {
        let Some(world) = loopback::start() else { return };
        let app = app(db, &world).await;
        for (login, code) in
            [("ada@gmail.com", "address_not_admitted"), ("ada@somewhere.example", "email_not_verified")]
        {
            let answer = whole_way(&app, &world, "google", login).await;
            assert_eq!(location(&answer), format!("/login?problem={code}"));
            assert!(!cookies(&answer).contains_key("captely_access"));
        }
    }

    async fn an_account_with_the_address_is_found_but_not_a_superadmins(db) {
        let Some(world) = loopback::start() else { return };
        let app = app(db, &world).await;
        let root = app.set_up().await;
        let ada = app.register("ada").await;
        // Google vouches for addresses of organisations it names; this one it does not name.
        let answer = whole_way(&app, &world, "google", &ada.email).await;
        assert_eq!(location(&answer), "/login?problem=email_not_verified");
        let answer = whole_way(&app, &world, "apple", &ada.email).await;
        assert_eq!(who(&app, &answer).await["id"], ada.user.as_str());
        let mails = app.post.to(&app.db, &ada.email).await;
        assert!(mails.iter().any(|mail| mail.contains("Sign-in with Apple was added")));
        let answer = whole_way(&app, &world, "apple", &root.email).await;
        assert_eq!(location(&answer), "/login?problem=link_first");
        // The address has passed to somebody else: another subject at the same provider.
        let mut tx = app.db.writer().await.unwrap();
        let other = Stmt::text("UPDATE outside_identity SET subject_hash = $1", [vec![7_u8; 32].into()]);
        tx.run(other).await.unwrap();
        tx.commit().await.unwrap();
        let answer = whole_way(&app, &world, "apple", &ada.email).await;
        assert_eq!(location(&answer), "/login?problem=link_first");
    }

    async fn linking_and_unlinking(db) {
        let Some(world) = loopback::start() else { return };
        let app = app(db, &world).await;
        let (ada, eve) = (app.register("ada").await, app.register("eve").await);
        let answer = link(&app, &world, &ada, "anything@somewhere.example").await;
        assert_eq!(location(&answer), "/me");
        assert!(!cookies(&answer).contains_key("captely_access"));
        assert_eq!(app.get(&ada, "/api/auth/identities").await.column("provider"), ["google"]);
        let answer = whole_way(&app, &world, "google", "anything@somewhere.example").await;
        assert_eq!(who(&app, &answer).await["id"], ada.user.as_str());
        let taken = link(&app, &world, &eve, "anything@somewhere.example").await;
        assert_eq!(location(&taken), "/login?problem=conflict");
        let second = link(&app, &world, &ada, "another@somewhere.example").await;
        assert_eq!(location(&second), "/login?problem=conflict");
        app.delete(&eve, "/api/auth/identities/google").await.refused(404, "not_found");
        app.delete(&ada, "/api/auth/identities/google").await.is(204);
        let answer = whole_way(&app, &world, "google", "anything@somewhere.example").await;
        assert_eq!(location(&answer), "/login?problem=email_not_verified");
    }

    async fn a_second_factor_is_asked_for(db) {
        let Some(world) = loopback::start() else { return };
        let app = app(db, &world).await;
        let ada = app.register("ada").await;
        turn_on(&app, &ada).await;
        let answer = whole_way(&app, &world, "apple", &ada.email).await;
        let (page, challenge) = location(&answer).split_once("#second-factor=").unwrap();
        assert_eq!(page, "/login?return_to=%2Flists");
        assert!(challenge.starts_with("cptc_") && !cookies(&answer).contains_key("captely_access"));
    }

    async fn an_answer_that_this_browser_did_not_ask_for_is_refused(db) {
        let Some(world) = loopback::start() else { return };
        let app = app(db, &world).await;
        let refused = "/login?problem=oidc_refused";
        // Eve's answer, put into Ada's browser: without the cookie, or with that of Ada's own way.
        let (url, eves) = start(&app, "google", "").await;
        let brought = world.browser().sign_in(&url, "eve@work.example").await;
        let none = back(&app, "google", None, &brought).await;
        assert_eq!(location(&none), refused);
        let (_, adas) = start(&app, "google", "").await;
        assert_eq!(location(&back(&app, "google", Some(&adas), &brought).await), refused);
        assert_eq!(location(&back(&app, "google", Some("cptc_x"), &brought).await), refused);
        // Another provider's callback, which ends the way; then the way is gone.
        assert_eq!(location(&back(&app, "apple", Some(&eves), &brought).await), refused);
        assert_eq!(location(&back(&app, "google", Some(&eves), &brought).await), refused);
        assert_eq!(world.calls("/token").await, 0, "no code was spent");
        // Once, and within ten minutes.
        let (url, cookie) = start(&app, "google", "").await;
        let brought = world.browser().sign_in(&url, "ada@work.example").await;
        assert_eq!(location(&back(&app, "google", Some(&cookie), &brought).await), "/");
        assert_eq!(location(&back(&app, "google", Some(&cookie), &brought).await), refused);
        let (url, cookie) = start(&app, "google", "").await;
        let brought = world.browser().sign_in(&url, "ada@work.example").await;
        app.advance(Duration::from_mins(10));
        assert_eq!(location(&back(&app, "google", Some(&cookie), &brought).await), refused);
        let (url, cookie) = start(&app, "google", "").await;
        let cancelled = world.browser().cancel(&url).await;
        let answer = back(&app, "google", Some(&cookie), &cancelled).await;
        assert_eq!(location(&answer), "/login?problem=oidc_cancelled");
    }

    async fn nobody_is_sent_to_another_site(db) {
        let Some(world) = loopback::start() else { return };
        let app = app(db, &world).await;
        for page in ["//evil.example", "https://evil.example", "/%5Cevil.example", "/%09/evil.example"] {
            let path = format!("/api/auth/oidc/google/start?return_to={page}");
            let answer = app.call(None, "GET", &path, Value::Null).await;
            answer.refused(422, "invalid");
        }
        let unknown = app.call(None, "GET", "/api/auth/oidc/evil/start", Value::Null).await;
        unknown.refused(404, "not_found");
        let ada = app.register("ada").await;
        let evil = json!({ "return_to": "//evil.example" });
        app.post(&ada, "/api/auth/identities/google", evil).await.refused(422, "invalid");
        // With the session's cookie alone, no other site can begin a link.
        let opened = json!({ "email": ada.email, "password": PASSWORD, "transport": "cookie" });
        let opened = app.call(None, "POST", "/api/auth/login", opened).await;
        let cookie = format!("captely_access={}", cookies(&opened)["captely_access"]);
        let request = Request::post("/api/auth/identities/google").header(header::COOKIE, cookie);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let answer = app.send(request.body(Body::from("{}")).unwrap(), IpAddr::from([127, 0, 0, 1]));
        answer.await.refused(403, "csrf_token_missing");
    }
}
