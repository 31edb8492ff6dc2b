//! Setting up: here or with the token that is printed, once, whoever has signed up before.

use std::net::IpAddr;

use axum::body::Body;
use axum::http::{Request, header};
use captely_platform::db::Stmt;
use captely_testkit::{Answer, both_dbs};
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, address, migrations, signed};

const HERE: [u8; 4] = [127, 0, 0, 1];
const ELSEWHERE: [u8; 4] = [203, 0, 113, 7];

async fn set_up(app: &TestApp, name: &str, from: [u8; 4], token: Option<&str>) -> Answer {
    send(app, name, from, token, false).await
}

async fn send(
    app: &TestApp,
    name: &str,
    from: [u8; 4],
    token: Option<&str>,
    proxied: bool,
) -> Answer {
    let mut body = json!({ "email": address(name), "password": PASSWORD, "name": name });
    if let Some(token) = token {
        body["token"] = json!(token);
    }
    let mut request = Request::post("/api/setup").header(header::CONTENT_TYPE, "application/json");
    if proxied {
        request = request.header("x-forwarded-for", "203.0.113.7");
    }
    app.send(request.body(Body::from(body.to_string())).unwrap(), IpAddr::from(from)).await
}

async fn is_needed(app: &TestApp) -> bool {
    app.call(None, "GET", "/api/setup", Value::Null).await.is(200)["needed"] == true
}

async fn token(app: &TestApp) -> String {
    app.accounts.set_up_token().await.unwrap().unwrap().expose().to_owned()
}

both_dbs! {
    migrations = &migrations();

    async fn it_is_done_here_or_with_the_token(db) {
        let app = TestApp::new(db).await;
        assert!(is_needed(&app).await);
        let token = token(&app).await;
        set_up(&app, "root", ELSEWHERE, None).await.refused(403, "forbidden");
        // A proxy on this machine makes everybody seem to be here.
        send(&app, "root", HERE, None, true).await.refused(403, "forbidden");
        set_up(&app, "root", HERE, Some("cpts_wrong")).await.refused(403, "forbidden");
        set_up(&app, "root", ELSEWHERE, Some(&token)).await.is(201);
        set_up(&app, "eve", HERE, None).await.refused(409, "already_set_up");
        set_up(&app, "eve", ELSEWHERE, Some(&token)).await.refused(409, "already_set_up");
        assert!(app.accounts.set_up_token().await.unwrap().is_none());
        assert!(!is_needed(&app).await);
    }

    async fn whoever_signs_up_before_takes_nothing_from_it(db) {
        let app = TestApp::new(db).await;
        let ada = app.register("ada").await;
        assert!(is_needed(&app).await);
        set_up(&app, "ada", HERE, None).await.refused(409, "conflict");
        let root = signed(address("root"), set_up(&app, "root", HERE, None).await.is(201));
        assert_eq!(app.get(&root, "/api/auth/me").await.is(200)["superadmin"], true);
        assert_eq!(app.get(&ada, "/api/auth/me").await.is(200)["superadmin"], false);
    }

    async fn of_two_at_once_one_does_it(db) {
        let app = TestApp::new(db).await;
        let (one, two) = tokio::join!(
            set_up(&app, "root", HERE, None), set_up(&app, "eve", HERE, None)
        );
        let mut both = [one.status, two.status];
        both.sort_unstable();
        assert_eq!(both, [201, 409]);
    }

    async fn every_process_prints_the_same_token(db) {
        let app = TestApp::new(db).await;
        let printed = token(&app).await;
        let other = app.another_process().await;
        assert_eq!(other.set_up_token().await.unwrap().unwrap().expose(), printed);
        assert_eq!(token(&app).await, printed);
        // One that does not open is replaced: it is a hash, as it was kept once, or its key is gone.
        let mut tx = app.db.writer().await.unwrap();
        let spoil = "UPDATE installation SET value = $1 WHERE name = 'set_up_token'";
        assert_eq!(tx.run(Stmt::text(spoil, ["00".repeat(32).into()])).await.unwrap(), 1);
        tx.commit().await.unwrap();
        set_up(&app, "root", ELSEWHERE, Some(&printed)).await.refused(403, "forbidden");
        let next = other.set_up_token().await.unwrap().unwrap().expose().to_owned();
        assert_ne!(next, printed);
        set_up(&app, "root", ELSEWHERE, Some(&next)).await.is(201);
    }
}
