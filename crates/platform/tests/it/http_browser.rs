//! What browsers send by themselves, and what they are told.

use captely_platform::http::csrf_token;
use captely_platform::ids::SessionId;
use uuid::Uuid;

use crate::http_app::{App, Setup, USER};
use crate::http_bodies::served;

const COOKIE: &str = "Cookie: other=1; captely_access=session.1.1.owner\r\n";
const THING: &str = r#"{"name":"a"}"#;

fn token(app: &App, user: u128) -> String {
    csrf_token(&app.http, SessionId::from(Uuid::from_u128(500 + user)))
}

#[test]
fn a_cookie_alone_changes_nothing() {
    served(Setup::default(), async |app| {
        let with =
            async |more: &str| app.ask("POST /api/things", &format!("{COOKIE}{more}"), THING).await;
        with("").await.check(403, "csrf_token_missing", "");
        with("X-CSRF-Token: \r\n").await.check(403, "csrf_token_missing", "");
        let other = token(&app, 2);
        with(&format!("X-CSRF-Token: {other}\r\n")).await.check(403, "csrf_token_missing", "");
        let own = token(&app, 1);
        assert_eq!(with(&format!("X-CSRF-Token: {own}\r\n")).await.status, 200);
        assert_eq!(app.ask("GET /api/list", COOKIE, "").await.status, 200);
        assert_eq!(app.post("/api/things", THING).await.status, 200, "no page can set this header");
        // The header counts before the cookie, also where it proves nothing.
        let both = format!("Authorization: Bearer session.2.2.viewer\r\n{COOKIE}");
        assert_eq!(app.ask("POST /api/things", &both, THING).await.status, 200);
        let wrong = format!("Authorization: Bearer junk\r\n{COOKIE}");
        app.ask("GET /api/list", &wrong, "").await.check(401, "unauthenticated", "");
    });
}

#[test]
fn who_may_what() {
    served(Setup::default(), async |app| {
        app.ask("GET /api/list", "", "").await.check(401, "unauthenticated", "");
        app.ask("GET /api/list", "Authorization: Basic YTpi\r\n", "").await.check(
            401,
            "unauthenticated",
            "",
        );
        let long = format!("Authorization: Bearer {}\r\n", "x".repeat(5_000));
        app.ask("GET /api/list", &long, "").await.check(401, "unauthenticated", "");
        let elsewhere = format!("{USER}X-Workspace-Id: ws_00000000000000000000000000000002\r\n");
        app.ask("GET /api/list", &elsewhere, "").await.check(404, "not_found", "X-Workspace-Id");
        let junk = format!("{USER}X-Workspace-Id: '; DROP TABLE\r\n");
        app.ask("GET /api/list", &junk, "").await.check(404, "not_found", "X-Workspace-Id");
        let key = "X-API-Key: ck_1.1.things:read,list:read\r\n";
        assert_eq!(app.ask("GET /api/list", key, "").await.status, 200);
        app.ask("POST /api/things", key, THING).await.check(403, "scope_missing", "");
        let viewer = "Authorization: Bearer session.1.1.viewer\r\n";
        app.ask("POST /api/orders", viewer, THING).await.check(403, "forbidden", "");
        let said = app.ask("GET /api/list", "", "").await;
        assert_eq!(said.header("www-authenticate").as_deref(), Some("Bearer"));
    });
}

#[test]
fn other_sites() {
    served(Setup::default(), async |app| {
        let from = async |origin: &str| {
            app.ask("GET /api/open", &format!("Origin: {origin}\r\n"), "").await
        };
        for good in ["https://crm.example", "http://127.0.0.1:8080"] {
            let answer = from(good).await;
            assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some(good));
            assert_eq!(answer.header("access-control-allow-credentials").as_deref(), Some("true"));
        }
        for bad in [
            "https://crm.example.evil",
            "https://evil-crm.example",
            "null",
            "http://crm.example",
            "*",
        ] {
            let answer = from(bad).await;
            assert_eq!(answer.header("access-control-allow-origin"), None, "{bad}");
            assert!(answer.header("vary").unwrap().contains("origin"), "{answer:?}");
        }
        let ask = async |origin: &str| {
            let lines = format!(
                "Origin: {origin}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x-csrf-token\r\n"
            );
            app.ask("OPTIONS /api/things", &lines, "").await
        };
        let yes = ask("https://crm.example").await;
        assert_eq!(yes.status, 204);
        assert!(yes.header("access-control-allow-headers").unwrap().contains("x-csrf-token"));
        let no = ask("https://evil.example").await;
        assert_eq!(no.header("access-control-allow-origin"), None);
        assert_eq!(no.header("access-control-allow-methods"), None);
        // An error can be read too.
        let refused = app.ask("GET /none", "Origin: https://crm.example\r\n", "").await;
        assert_eq!(
            refused.header("access-control-allow-origin").as_deref(),
            Some("https://crm.example")
        );
    });
}

#[test]
fn every_answer_is_careful() {
    served(Setup::default(), async |app| {
        for path in
            ["/api/open", "/none", "/api/panic", "/api/list", "/docs/errors", "/api/openapi.json"]
        {
            app.get(path).await.check_headers();
        }
        let no = app.ask("DELETE /api/list", USER, "").await;
        no.check(405, "method_not_allowed", "");
        assert_eq!(no.header("allow").as_deref(), Some("GET,HEAD"));
        let options = app.ask("OPTIONS /api/list", USER, "").await;
        options.check(405, "method_not_allowed", "");
        app.ask("BREW /api/list", USER, "").await.check(405, "method_not_allowed", "");
        assert_eq!(app.get("/api/open").await.header("strict-transport-security"), None);
    });
    let mut setup = Setup::default();
    setup.options.public_url = "https://app.example".to_owned();
    served(setup, async |app| {
        let answer = app.get("/none").await;
        assert!(answer.header("strict-transport-security").is_some());
        // Over TLS only the cookie that is bound to the host counts.
        app.ask("GET /api/list", COOKIE, "").await.check(401, "unauthenticated", "");
        let bound = "Cookie: __Host-captely_access=session.1.1.owner\r\n";
        assert_eq!(app.ask("GET /api/list", bound, "").await.status, 200);
    });
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    served(Setup::default(), async |app| {
        let first = app.get("/api/list").await;
        let tag = first.header("etag").unwrap();
        for given in [
            tag.clone(),
            format!("\"x\", {tag}"),
            tag.trim_start_matches("W/").to_owned(),
            "*".to_owned(),
        ] {
            for method in ["GET", "HEAD"] {
                let lines = format!("{USER}If-None-Match: {given}\r\nAccept-Encoding: gzip\r\n");
                let again = app.ask(&format!("{method} /api/list"), &lines, "").await;
                assert_eq!((again.status, again.body.as_str()), (304, ""), "{again:?}");
                assert_eq!(again.header("etag"), Some(tag.clone()));
                assert_eq!(again.header("content-encoding"), None);
                again.check_headers();
            }
        }
        let other =
            app.ask("GET /api/list?limit=3", &format!("{USER}If-None-Match: {tag}\r\n"), "").await;
        assert_eq!(other.status, 200);
        let head = app.ask("HEAD /api/list", USER, "").await;
        assert_eq!((head.status, head.body.as_str()), (200, ""));
        assert_eq!(head.header("content-length"), Some(first.body.len().to_string()));
    });
}
