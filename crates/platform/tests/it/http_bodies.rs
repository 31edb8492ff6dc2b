use captely_platform::http::Cursor;

use crate::http_app::{App, Setup, USER, migrations};
use captely_testkit::{Engine, TestDb, run};

/// A server on a database that does not matter.
pub(crate) fn served(setup: Setup, test: impl AsyncFnOnce(App)) {
    run(async {
        let db = TestDb::new(Engine::Sqlite, &migrations()).await.unwrap();
        test(App::start(&db, setup)).await;
    });
}

#[test]
fn what_is_refused_of_a_body() {
    served(Setup::default(), async |app| {
        let post = async |body: &str| app.post("/api/things", body).await;
        assert_eq!(post(r#"{"name":"Ada","count":7}"#).await.status, 200);
        for broken in [
            "{",
            "x",
            r#"{"name":"a"}}"#,
            r#"{"name":"a"} {"#,
            r#"{"name":"\ud800"}"#,
            r#"{"name":"a","extra":1e999}"#,
        ] {
            post(broken).await.check(400, "malformed", "");
        }
        let deep =
            |n: usize| format!(r#"{{"name":"a","extra":{}{}}}"#, "[".repeat(n), "]".repeat(n));
        assert_eq!(post(&deep(100)).await.status, 200);
        post(&deep(10_000)).await.check(400, "malformed", "");
        post(r#"{"name":7}"#).await.check(422, "invalid", "name");
        post(r#"{"name":"a","count":300}"#).await.check(422, "invalid", "count");
        post(r#"{"name":"a","count":-1}"#).await.check(422, "invalid", "count");
        post(r#"{"name":"a","count":123456789012345678901234567890}"#)
            .await
            .check(422, "invalid", "count");
        post(r#"{"count":1}"#).await.check(422, "invalid", "name");
        post(r#"{"name":"a","role":"owner"}"#).await.check(422, "invalid", "role");
        post(r#"{"name":"a","name":"b"}"#).await.check(422, "invalid", "name");
        post(r#"{"name":"a\u0000b"}"#).await.check(422, "invalid", "name");
        post(r#"{"name":"a","extra":{"x":["a","\u0000"]}}"#).await.check(
            422,
            "invalid",
            "extra.x[1]",
        );
        post(&format!(r#"{{"name":"{}"}}"#, "é".repeat(21))).await.check(422, "invalid", "name");
        assert_eq!(post(&format!(r#"{{"name":"{}"}}"#, "é".repeat(20))).await.status, 200);
        post("[]").await.check(422, "invalid", "");
        post("null").await.check(422, "invalid", "");
        // What is refused is not repeated whole.
        let long = post(&format!(r#"{{"name":"a","{}":1}}"#, "x".repeat(5_000))).await;
        assert_eq!(long.status, 422);
        assert!(long.body.len() < 2_000, "{}", long.body.len());
    });
}

#[test]
fn bodies_of_another_kind() {
    served(Setup::default(), async |app| {
        let typed = async |kind: &str, body: &str| {
            app.ask("POST /api/things", &format!("{USER}Content-Type: {kind}\r\n"), body).await
        };
        let good = r#"{"name":"a"}"#;
        assert_eq!(typed("application/json; charset=utf-8", good).await.status, 200);
        assert_eq!(typed("Application/JSON", good).await.status, 200);
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "multipart/form-data",
        ] {
            typed(kind, good).await.check(415, "unsupported_media_type", "");
        }
        app.ask("POST /api/things", USER, "").await.check(415, "unsupported_media_type", "");
        let mut bytes = format!("POST /api/things HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{USER}Content-Type: application/json\r\nContent-Length: 12\r\n\r\n").into_bytes();
        bytes.extend_from_slice(b"{\"name\":\"\xff\"}");
        let answer = crate::http_client::Answer::read(&app.raw(&bytes).await);
        answer.check(400, "malformed", "");
    });
}

#[test]
fn paths_and_queries() {
    served(Setup::default(), async |app| {
        for path in ["/api/things/x%00y", "/api/list?after=%00", "/%00"] {
            app.get(path).await.check(400, "malformed", "");
        }
        for path in [
            "/api/things/con_7",
            "/api/things/%ff",
            "/api/things/usr_019900000000700080000000000000ab",
            "/docs/../api/list",
            "/docs/..%2fapi/list",
            "/api//list",
            "/api/list/",
            "/none",
            "/%2e%2e/etc/passwd",
        ] {
            app.get(path).await.check(404, "not_found", "");
        }
        assert_eq!(app.get("/api/things/con_019900000000700080000000000000ab").await.status, 200);
        app.get("/api/list?limit=0").await.check(422, "invalid", "limit");
        app.get("/api/list?limit=201").await.check(422, "invalid", "limit");
        app.get("/api/list?limit=x").await.check(422, "invalid", "limit");
        app.get("/api/list?limit=99999999999999").await.check(422, "invalid", "limit");
        app.get("/api/list?who=me").await.check(422, "invalid", "who");
        app.get("/api/list?limit=1&limit=2").await.check(422, "invalid", "limit");
    });
}

#[test]
fn pages_are_walked_and_places_cannot_be_forged() {
    served(Setup::default(), async |app| {
        let mut seen = Vec::new();
        let mut path = "/api/list?limit=4".to_owned();
        loop {
            let page = app.get(&path).await.json();
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()),
            );
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/list?limit=4&after={next}");
        }
        assert_eq!(seen, (1..=10).collect::<Vec<_>>());
        let text = Cursor("x' OR 1=1 --").text();
        for forged in ["zzz%", "e30", "", &text, &"A".repeat(601), "bnVsbA", "MWUz"] {
            app.get(&format!("/api/list?after={forged}")).await.check(422, "invalid", "after");
        }
    });
}

#[test]
fn fields_are_picked() {
    served(Setup::default(), async |app| {
        let page = app.get("/api/fields?fields=id").await.json();
        assert_eq!(page["items"][0], serde_json::json!({ "id": 1 }));
        app.get("/api/fields?fields=id,secret").await.check(422, "invalid", "fields");
        app.get("/api/fields?fields=").await.check(422, "invalid", "fields");
        let many = vec!["x"; 500].join(",") + ",y";
        app.get(&format!("/api/fields?fields={many}")).await.check(422, "invalid", "fields");
    });
}

#[test]
fn every_code_is_explained() {
    served(Setup::default(), async |app| {
        let page = app.get("/docs/errors").await;
        assert_eq!(page.status, 200);
        page.check_headers();
        for code in captely_platform::http::codes::ALL {
            assert!(page.body.contains(&format!("id=\"{}\"", code.name)), "{}", code.name);
        }
        let docs = app.get("/docs/").await;
        assert!(
            docs.status == 200
                && docs.header("content-security-policy").unwrap().contains("'self'")
        );
        assert_eq!(app.get("/api/openapi.json").await.status, 200);
    });
}
