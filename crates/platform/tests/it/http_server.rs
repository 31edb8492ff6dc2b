//! How the server holds out and how it ends.

use std::time::Duration;

use captely_platform::db::Stmt;
use captely_testkit::{Engine, both_dbs};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::http_app::{App, Setup, USER, migrations};
use crate::http_bodies::served;
use crate::http_client::{Answer, read_all, read_until};
use crate::http_socket::Socket;

async fn begin(app: &App, path: &str) -> TcpStream {
    let mut stream = app.connect().await;
    let text = format!("GET {path} HTTP/1.1\r\nHost: t\r\n{USER}\r\n");
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

#[test]
fn a_panic_is_answered_and_the_server_goes_on() {
    served(Setup::default(), async |app| {
        for _ in 0..3 {
            let answer = app.get("/api/panic").await;
            answer.check(500, "internal", "");
            assert!(!answer.body.contains("as the test asked"), "{answer:?}");
        }
        assert_eq!(app.get("/api/open").await.status, 200);
    });
}

#[test]
fn what_takes_too_long_is_given_up() {
    let mut setup = Setup::default();
    setup.options.request_time_max = Duration::from_millis(100);
    served(setup, async |app| {
        let answer = app.get("/api/wait?ms=60000").await;
        answer.check(503, "timed_out", "");
        assert_eq!(answer.header("retry-after").as_deref(), Some("5"));
    });
}

#[test]
fn a_stop_lets_open_requests_finish() {
    served(Setup::default(), async |mut app| {
        let mut idle = app.connect().await;
        let mut busy = begin(&app, "/api/wait?ms=600").await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        let address = app.address;
        app.tell_to_stop();
        assert_eq!(read_all(&mut idle).await, "");
        let refused = TcpStream::connect(address).await;
        let nothing = match refused {
            Err(_refused) => true,
            Ok(mut stream) => read_all(&mut stream).await.is_empty(),
        };
        assert!(nothing, "a new connection is served");
        let answer = Answer::read(&read_all(&mut busy).await);
        assert_eq!((answer.status, answer.body.as_str()), (200, "done"));
        assert_eq!(app.ended().await, 0);
    });
}

#[test]
fn a_stop_cuts_what_does_not_end() {
    let mut setup = Setup::default();
    setup.server.drain_time_max = Duration::from_millis(200);
    setup.options.request_time_max = Duration::from_hours(1);
    served(setup, async |mut app| {
        let mut busy = begin(&app, "/api/wait?ms=3600000").await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        app.tell_to_stop();
        assert_eq!(app.ended().await, 1);
        assert_eq!(read_all(&mut busy).await, "");
    });
}

#[test]
fn connections_have_a_cap() {
    let mut setup = Setup::default();
    setup.server.connections_max = 2;
    served(setup, async |app| {
        let one = begin(&app, "/api/open").await;
        let _two = begin(&app, "/api/open").await;
        let mut three = begin(&app, "/api/open").await;
        let early = tokio::time::timeout(Duration::from_millis(300), three.readable()).await;
        assert!(early.is_err(), "the third waits");
        drop(one);
        assert!(read_until(&mut three, "open", 1).await.contains("200 OK"));
    });
    let mut setup = Setup::default();
    setup.server.connections_per_address_max = 2;
    served(setup, async |app| {
        let mut one = begin(&app, "/api/open").await;
        let mut two = begin(&app, "/api/open").await;
        for stream in [&mut one, &mut two] {
            assert!(read_until(stream, "open", 1).await.contains("200 OK"));
        }
        assert_eq!(read_all(&mut begin(&app, "/api/open").await).await, "");
        drop(one);
        while Answer::read(
            &app.raw(b"GET /api/health HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").await,
        )
        .status
            != 200
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
}

#[test]
fn an_open_socket_counts_as_a_connection() {
    let mut setup = Setup::default();
    setup.server.connections_max = 1;
    served(setup, async |app| {
        let socket = Socket::open(&app, "", USER).await;
        let mut waits = begin(&app, "/api/open").await;
        let early = tokio::time::timeout(Duration::from_millis(300), waits.readable()).await;
        assert!(early.is_err(), "the second waits");
        drop(socket);
        assert!(read_until(&mut waits, "open", 1).await.contains("200 OK"));
    });
}

#[test]
fn who_takes_no_answer_is_cut() {
    let mut setup = Setup::default();
    setup.server.connections_max = 1;
    setup.server.stall_time_max = Duration::from_millis(200);
    served(setup, async |app| {
        let _stalled = begin(&app, "/api/big").await;
        // Served only once the other's place is free.
        assert_eq!(app.get("/api/open").await.status, 200);
    });
}

both_dbs! {
    migrations = &migrations();

    async fn a_database_that_is_gone(db) {
        let app = App::start(&db, Setup::default());
        assert_eq!(app.get("/api/db").await.status, 200);
        db.close().await;
        let answer = app.get("/api/db").await;
        answer.check(503, "database_unavailable", "");
        assert!(answer.header("retry-after").is_some());
        assert_eq!(app.get("/api/open").await.status, 200);
    }

    async fn a_database_that_comes_back(db) {
        if db.engine() == Engine::Postgres {
            let app = App::start(&db, Setup::default());
            for _ in 0..3 {
                assert_eq!(app.get("/api/db").await.status, 200);
                let end = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
                let ended: Option<(i64,)> =
                    db.another_process().await.one(Stmt::text(end, [])).await.unwrap();
                assert!(ended.unwrap().0 > 0);
                let mut tries = 0;
                loop {
                    let answer = app.get("/api/db").await;
                    if answer.status == 200 {
                        break;
                    }
                    answer.check(503, "database_unavailable", "");
                    assert!(answer.header("retry-after").is_some());
                    tries += 1;
                    assert!(tries <= 10, "as many as there were connections");
                }
            }
        }
    }
}
