//! Sessions in cookies: httpOnly, bound to the page's token, cleared at the end.

use axum::body::Body;
use axum::http::{Request, header};
use captely_testkit::{Answer, both_dbs};
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, migrations};

struct Browser {
    cookies: String,
    csrf: String,
}

impl Browser {
    async fn log_in(app: &TestApp, email: &str) -> (Self, Answer) {
        let input = json!({ "email": email, "password": PASSWORD, "transport": "cookie" });
        let answer = app.call(None, "POST", "/api/auth/login", input).await;
        let csrf = answer.is(200)["csrf_token"].as_str().unwrap().to_owned();
        (Self { cookies: jar(&answer), csrf }, answer)
    }

    async fn send(&self, app: &TestApp, method: &str, path: &str, csrf: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::COOKIE, &self.cookies);
        if let Some(csrf) = csrf {
            request = request.header("x-csrf-token", csrf);
        }
        let request = request.header(header::CONTENT_TYPE, "application/json");
        app.send(request.body(Body::from("{}")).unwrap(), [127, 0, 0, 1].into()).await
    }
}

fn set(answer: &Answer) -> Vec<String> {
    let all = answer.headers.get_all(header::SET_COOKIE).iter();
    all.map(|value| value.to_str().unwrap().to_owned()).collect()
}

fn jar(answer: &Answer) -> String {
    let pairs = set(answer).into_iter().map(|c| c.split(';').next().unwrap().to_owned());
    pairs.collect::<Vec<_>>().join("; ")
}

both_dbs! {
    migrations = &migrations();

    async fn pages_never_see_their_tokens(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let (browser, answer) = Browser::log_in(&app, &ada.email).await;
        assert!(answer.is(200).get("access_token").is_none());
        assert!(answer.is(200).get("refresh_token").is_none());
        let cookies = set(&answer);
        assert_eq!(cookies.len(), 2);
        assert!(cookies.iter().all(|c| c.contains("HttpOnly") && c.contains("SameSite=")), "{cookies:?}");
        assert!(cookies.iter().any(|c| c.contains("SameSite=Strict") && c.contains("Path=/api/auth")));
        assert!(cookies.iter().all(|c| !c.contains("Max-Age")), "not remembered: {cookies:?}");
        browser.send(&app, "GET", "/api/auth/me", None).await.is(200);
    }

    async fn what_changes_something_needs_the_token_of_its_own_session(db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.register("ada").await, app.register("eve").await);
        let (ours, _) = Browser::log_in(&app, &ada.email).await;
        let (theirs, _) = Browser::log_in(&app, &eve.email).await;
        for bad in [None, Some(""), Some(theirs.csrf.as_str())] {
            let answer = ours.send(&app, "POST", "/api/auth/logout", bad).await;
            answer.refused(403, "csrf_token_missing");
        }
        ours.send(&app, "GET", "/api/auth/me", None).await.is(200);
        let out = ours.send(&app, "POST", "/api/auth/logout", Some(&ours.csrf)).await;
        out.is(204);
        assert!(set(&out).iter().all(|c| c.contains("Max-Age=0")), "{:?}", set(&out));
        ours.send(&app, "GET", "/api/auth/me", None).await.refused(401, "unauthenticated");
    }

    async fn the_refresh_cookie_renews_both(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let (browser, _) = Browser::log_in(&app, &ada.email).await;
        let renewed = browser.send(&app, "POST", "/api/auth/refresh", None).await;
        assert!(renewed.is(200).get("refresh_token").is_none());
        let next = Browser { cookies: jar(&renewed), csrf: browser.csrf.clone() };
        assert_ne!(next.cookies, browser.cookies);
        next.send(&app, "GET", "/api/auth/me", None).await.is(200);
    }

    async fn a_session_id_from_outside_is_never_taken(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        let eve = app.register("eve").await;
        // Fixation: the victim's browser carries the attacker's cookies while it signs in.
        let (attacker, _) = Browser::log_in(&app, &eve.email).await;
        let body = json!({ "email": ada.email, "password": PASSWORD, "transport": "cookie" }).to_string();
        let request = Request::post("/api/auth/login")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, &attacker.cookies);
        let answer = app.send(request.body(Body::from(body)).unwrap(), [127, 0, 0, 1].into()).await;
        assert_eq!(answer.is(200)["user_id"], ada.user.as_str());
        assert_ne!(jar(&answer), attacker.cookies);
        let still = attacker.send(&app, "GET", "/api/auth/me", None).await;
        assert_eq!(still.is(200)["id"], eve.user.as_str());
    }

    async fn a_bearer_token_needs_no_token_of_a_page(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        app.post(&ada, "/api/auth/logout", Value::Null).await.is(204);
    }
}
