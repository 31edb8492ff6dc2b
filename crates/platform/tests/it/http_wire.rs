//! Requests that no good client sends.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use crate::http_app::{Setup, USER};
use crate::http_bodies::served;
use crate::http_client::{Answer, read_all, read_until};

/// What stands at the start of each answer on a connection.
fn answers(text: &str) -> Vec<&str> {
    text.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)).collect()
}

fn small() -> Setup {
    let mut setup = Setup::default();
    setup.options.body_bytes_max = 1_000;
    setup.options.body_time_max = Duration::from_millis(300);
    setup.server.header_time_max = Duration::from_millis(300);
    setup
}

fn head(more: &str) -> String {
    format!(
        "POST /api/things HTTP/1.1\r\nHost: t\r\n{USER}Content-Type: application/json\r\n{more}\r\n"
    )
}

#[test]
fn too_much() {
    served(small(), async |app| {
        let declared =
            app.raw(head("Connection: close\r\nContent-Length: 5000\r\n").as_bytes()).await;
        Answer::read(&declared).check(413, "too_large", "");
        let body = format!("{:x}\r\n{}\r\n0\r\n\r\n", 5_000, "x".repeat(5_000));
        let chunked = head("Connection: close\r\nTransfer-Encoding: chunked\r\n") + &body;
        Answer::read(&app.raw(chunked.as_bytes()).await).check(413, "too_large", "");
        let many = "X-Many: 1\r\n".repeat(200);
        assert_eq!(app.ask("GET /api/open", &many, "").await.status, 431);
        // The cap of 64 KiB is that of a buffer, which may grow to twice as much.
        let long = format!("X-Long: {}\r\n", "x".repeat(300_000));
        assert_eq!(app.ask("GET /api/open", &long, "").await.status, 431);
        let far = format!("GET /api/open?{}", "x".repeat(70_000));
        let refused = app.ask(&far, "", "").await.status;
        assert!([414, 431].contains(&refused), "{refused}");
        assert_eq!(app.get("/api/open").await.status, 200);
    });
}

#[test]
fn too_slow() {
    served(small(), async |app| {
        let body = app
            .raw((head("Connection: close\r\nContent-Length: 12\r\n") + "{\"na").as_bytes())
            .await;
        Answer::read(&body).check(408, "request_too_slow", "");
        let headers = app.raw(b"GET /api/open HTTP/1.1\r\nHost: t\r\nX-").await;
        assert!(headers.is_empty() || headers.starts_with("HTTP/1.1 408"), "{headers}");
        // A connection that asks nothing.
        assert_eq!(app.raw(b"").await, "");
    });
}

#[test]
fn half_an_upload() {
    served(small(), async |app| {
        let mut stream = app.connect().await;
        stream
            .write_all((head("Content-Length: 500\r\n") + "{\"name\":").as_bytes())
            .await
            .unwrap();
        stream.shutdown().await.unwrap();
        let said = read_all(&mut stream).await;
        assert!(said.is_empty() || Answer::read(&said).status == 400, "{said}");
        assert_eq!(app.get("/api/open").await.status, 200);
    });
}

#[test]
fn nothing_is_smuggled() {
    served(small(), async |app| {
        let hidden = "GET /api/panic HTTP/1.1\r\nHost: t\r\n\r\n";
        for more in [
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5, 6\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 0x5\r\n",
            "Transfer-Encoding: identity\r\nContent-Length: 5\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Content-Length : 5\r\n",
            " Content-Length: 5\r\n",
        ] {
            let said = app.raw(format!("{}{hidden}", head(more)).as_bytes()).await;
            assert!(!said.contains("500 "), "{more:?}: {said}");
            assert!(answers(&said).iter().all(|status| *status == "400"), "{more:?}: {said}");
        }
        // Both: the length is passed over and the connection ends (RFC 9112 §6.3), or it is refused.
        let both = head("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n");
        let said =
            app.raw(format!("{both}c\r\n{{\"name\":\"a\"}}\r\n0\r\n\r\n{hidden}").as_bytes()).await;
        assert!(!said.contains("500 "), "{said}");
    });
}

#[test]
fn nothing_is_put_into_headers() {
    served(Setup::default(), async |app| {
        let id = app.ask("GET /api/open", "X-Request-Id: abc\r\nX-Evil: 1\r\n", "").await;
        assert_eq!(id.header("x-request-id").as_deref(), Some("abc"));
        for given in ["a b", "a\tb", "<x>", "a%0d%0aX-Evil:1", &"a".repeat(65)] {
            let answer = app.ask("GET /api/open", &format!("X-Request-Id: {given}\r\n"), "").await;
            assert!(answer.header("x-request-id").unwrap().starts_with("req_"), "{answer:?}");
        }
        for path in ["/x%0d%0aX-Evil:%201", "/docs/%0d%0aX-Evil:%201"] {
            let answer = app.get(path).await;
            assert_eq!((answer.status, answer.header("x-evil")), (404, None), "{answer:?}");
        }
        let bare = app
            .raw(
                b"GET /api/open HTTP/1.1\r\nHost: t\r\nX-A: 1\rX-B: 2\r\nConnection: close\r\n\r\n",
            )
            .await;
        assert_eq!(Answer::read(&bare).status, 400);
    });
}

#[test]
fn requests_in_a_row_on_one_connection() {
    served(Setup::default(), async |app| {
        let mut stream = app.connect().await;
        let one = format!("{}{{\"name\":\"a\"}}", head("Content-Length: 12\r\n"));
        stream.write_all(one.repeat(3).as_bytes()).await.unwrap();
        let said = read_until(&mut stream, "\"name\":\"a\"", 3).await;
        assert_eq!(answers(&said), ["200", "200", "200"]);
    });
}
