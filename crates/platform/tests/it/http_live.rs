//! Listening to a workspace, by stream and by socket.

use std::time::Duration;

use captely_platform::db::Db;
use captely_platform::events::{self, Event};
use captely_platform::http::{LiveOptions, finish_document, live_routes};
use captely_platform::ids::WorkspaceId;
use captely_testkit::{TestClock, both_dbs};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};
use uuid::Uuid;

use crate::http_app::{App, Setup, USER, migrations, workspace};
use crate::http_client::{Answer, read_all, read_until};
use crate::http_socket::{Socket, UPGRADE};

async fn publish(
    app: &App,
    db: &Db,
    to: WorkspaceId,
    kind: &'static str,
    numbers: std::ops::Range<u32>,
    filling: usize,
) {
    let made = numbers.map(|n| Event {
        workspace: to,
        kind,
        subject: Uuid::from_u128(u128::from(n)),
        data: json!({ "filling": "x".repeat(filling), "n": n }),
        at: TestClock::START,
    });
    let mut tx = db.writer().await.unwrap();
    events::publish(&mut tx, &app.http.ids, &made.collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Begins to listen and waits until the stream stands.
async fn listen(app: &App, query: &str, lines: &str) -> (TcpStream, String) {
    listen_by(app.connect().await, query, lines).await
}

async fn listen_by(mut stream: TcpStream, query: &str, lines: &str) -> (TcpStream, String) {
    let text = format!(
        "GET /api/events{query} HTTP/1.1\r\nHost: t\r\n{USER}Accept-Encoding: gzip\r\nConnection: close\r\n{lines}\r\n"
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let begun = read_until(&mut stream, "\n\n", 1).await;
    assert!(
        begun.contains("200 OK") && begun.contains("content-type: text/event-stream"),
        "{begun}"
    );
    (stream, begun)
}

/// Waits for the last event, which says why.
async fn ends(stream: &mut TcpStream, why: &str) {
    let all = read_until(stream, "}\n\n", 1).await + &read_all(stream).await;
    assert!(all.contains("event: stream.ended\n"), "{all}");
    assert!(all.contains(&format!("\"why\":\"{why}\"")), "{all}");
}

/// How the event with this number ends.
fn mark(n: u32) -> String {
    format!("\"n\":{n}}}}}\n\n")
}

/// The events in what came: place and number.
fn told(text: &str) -> Vec<(String, u64)> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("data: {\"id\""));
    lines
        .filter_map(|rest| serde_json::from_str::<Value>(&format!("{{\"id\"{rest}")).ok())
        .map(|json| (json["id"].as_str().unwrap().to_owned(), json["data"]["n"].as_u64().unwrap()))
        .collect()
}

fn numbers(text: &str) -> Vec<u64> {
    told(text).into_iter().map(|(_, n)| n).collect()
}

both_dbs! {
    migrations = &migrations();

    async fn the_present_and_the_past(db) {
        let app = App::start(&db, Setup::default());
        publish(&app, &db, workspace(1), "contact.made", 0..3, 0).await;
        let (mut past, begun) = listen(&app, "?after=0.0", "").await;
        let text = begun + &read_until(&mut past, &mark(2), 1).await;
        assert_eq!(numbers(&text), [0, 1, 2]);
        let (mut now, begun) = listen(&app, "", "").await;
        let place = told(&text)[2].0.clone();
        assert!(begun.contains(&format!("id: {place}\n")), "{begun} {place}");
        publish(&app, &db, workspace(2), "contact.made", 70..75, 0).await;
        publish(&app, &db, workspace(1), "contact.made", 3..6, 0).await;
        assert_eq!(numbers(&read_until(&mut now, &mark(5), 1).await), [3, 4, 5]);
        assert_eq!(numbers(&read_until(&mut past, &mark(5), 1).await), [3, 4, 5]);
        let wire = format!("id: {place}\nevent: contact.made\ndata: {{\"id\":\"{place}\",\"kind\":\"contact.made\",\"subject\":\"00000000000000000000000000000002\",\"at\":\"2026-01-05T09:00:00Z\",\"data\":{{");
        assert!(text.contains(&wire), "{text}");
        // A place ahead of everything is the present.
        let (mut ahead, _) = listen(&app, "?after=9000000000000000000.1", "").await;
        publish(&app, &db, workspace(1), "contact.made", 6..7, 0).await;
        assert_eq!(numbers(&read_until(&mut ahead, &mark(6), 1).await), [6]);
    }

    async fn nothing_is_lost_or_repeated_where_the_line_breaks(db) {
        let app = App::start(&db, Setup::default());
        // It goes on until enough was read: how many come with a connection's head is not known, and
        // there must be seven more.
        let writing = async {
            for n in 0.. {
                publish(&app, &db, workspace(1), "contact.made", n * 10..(n + 1) * 10, 0).await;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let reading = async {
            let mut seen: Vec<u64> = Vec::new();
            let mut place = "0.0".to_owned();
            while seen.len() < 600 {
                let (mut stream, mut text) =
                    listen(&app, "?after=0.0", &format!("Last-Event-ID: {place}\r\n")).await;
                text += &read_until(&mut stream, "\"n\":", 7).await;
                drop(stream);
                let told = told(&text);
                seen.extend(told.iter().map(|(_, n)| n));
                place = told.last().map_or(place, |(id, _)| id.clone());
            }
            seen
        };
        let seen = tokio::select! {
            seen = reading => seen,
            () = writing => Vec::new(),
        };
        let length = u64::try_from(seen.len()).unwrap();
        assert!(length >= 600);
        assert_eq!(seen, (0..length).collect::<Vec<_>>());
    }

    async fn only_the_kinds_that_are_wanted(db) {
        let app = App::start(&db, Setup::default());
        let (mut stream, _) = listen(&app, "?kinds=run.finished,contact.made", "").await;
        publish(&app, &db, workspace(1), "list.made", 0..5, 0).await;
        publish(&app, &db, workspace(1), "run.finished", 5..6, 0).await;
        publish(&app, &db, workspace(1), "contact.made", 6..7, 0).await;
        assert_eq!(numbers(&read_until(&mut stream, &mark(6), 1).await), [5, 6]);
        app.get("/api/events?kinds=").await.check(422, "invalid", "kinds");
        app.get("/api/events?after=x").await.check(422, "invalid", "after");
        app.ask("GET /api/events", &format!("{USER}Last-Event-ID: x\r\n"), "").await
            .check(422, "invalid", "Last-Event-ID");
        app.ask("GET /api/events", "X-API-Key: ck_1.1.contacts:read\r\n", "").await
            .check(403, "scope_missing", "");
        app.ask("GET /api/ws", "X-API-Key: ck_1.1.contacts:read\r\n", "").await
            .check(403, "scope_missing", "");
    }

    async fn a_slow_listener_is_told_and_can_go_on(db) {
        let app = App::start(&db, Setup::default());
        // What the system itself holds for the client is small.
        let small = TcpSocket::new_v4().unwrap();
        small.set_recv_buffer_size(4_096).unwrap();
        let (mut slow, begun) = listen_by(small.connect(app.address).await.unwrap(), "", "").await;
        for n in 0..14 {
            publish(&app, &db, workspace(1), "contact.made", n * 50..(n + 1) * 50, 20_000).await;
        }
        // Another that keeps up has it all, so the follower has handed all of it out.
        let (mut quick, first) = listen(&app, "?after=0.0", "").await;
        let all = first + &read_until(&mut quick, &mark(699), 1).await;
        assert_eq!(numbers(&all), (0..700).collect::<Vec<_>>());
        let text = begun + &read_until(&mut slow, "stream.ended\n", 1).await + &read_all(&mut slow).await;
        let got = numbers(&text);
        assert!(got.len() < 700, "{}", got.len());
        let end = text.lines().find(|line| line.contains("\"why\"")).unwrap();
        let end: Value = serde_json::from_str(end.trim_start_matches("data: ")).unwrap();
        assert_eq!(end["why"], "slow", "{end}");
        let after = end["after"].as_str().unwrap();
        let (mut again, first) = listen(&app, &format!("?after={after}"), "").await;
        let rest = first + &read_until(&mut again, &mark(699), 1).await;
        assert_eq!([got, numbers(&rest)].concat(), (0..700).collect::<Vec<_>>());
    }

    async fn listening_ends_with_the_access(db) {
        let live = LiveOptions { recheck_time: Duration::from_millis(50), ..Setup::default().live };
        let app = App::start(&db, Setup { live, ..Setup::default() });
        let (mut stream, _) = listen(&app, "", "").await;
        let mut socket = Socket::open(&app, "", USER).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        publish(&app, &db, workspace(1), "contact.made", 0..1, 0).await;
        assert_eq!(numbers(&read_until(&mut stream, &mark(0), 1).await), [0]);
        assert_eq!(socket.json().await["data"]["n"], 0);
        app.door.revoked.lock().unwrap().insert("session.1.1.owner".to_owned());
        ends(&mut stream, "access_ended").await;
        assert_eq!(socket.json().await["why"], "access_ended");
        assert_eq!(socket.frame().await, (8, 1008_u16.to_be_bytes().to_vec()));
        // Nobody listens: the workspace is followed no more.
        while app.hub.followed() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn listeners_have_a_cap(db) {
        let live = LiveOptions {
            listeners_per_user_max: 2,
            listeners_per_workspace_max: 3,
            ..Setup::default().live
        };
        let app = App::start(&db, Setup { live, ..Setup::default() });
        let (one, _) = listen(&app, "", "").await;
        let _two = Socket::open(&app, "", USER).await;
        app.get("/api/events").await.check(429, "too_many_listeners", "");
        let second = "Authorization: Bearer session.2.1.viewer\r\n";
        let _three = Socket::open(&app, "", second).await;
        app.ask("GET /api/events", second, "").await.check(429, "too_many_listeners", "");
        drop(one);
        let freed = async {
            loop {
                let mut stream = app.connect().await;
                let text = format!("GET /api/events HTTP/1.1\r\nHost: t\r\n{USER}\r\n");
                stream.write_all(text.as_bytes()).await.unwrap();
                if read_until(&mut stream, "\r\n\r\n", 1).await.contains("200 OK") {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), freed).await.unwrap();
    }

    async fn signs_of_life(db) {
        let live = LiveOptions { heartbeat_time: Duration::from_millis(40), ..Setup::default().live };
        let app = App::start(&db, Setup { live, ..Setup::default() });
        let (mut stream, _) = listen(&app, "", "").await;
        assert_eq!(told(&read_until(&mut stream, ":\nid: 0.0\n\n", 3).await), []);
        // A socket that answers no ping is dropped after three.
        let mut deaf = Socket::open(&app, "", USER).await;
        let mut pings = 0;
        while deaf.try_frame().await.is_some_and(|(kind, _)| kind == 9) {
            pings += 1;
        }
        assert_eq!(pings, 3);
        let mut alive = Socket::open(&app, "", USER).await;
        for _ in 0..8 {
            assert_eq!(alive.frame().await.0, 9);
            alive.send(10, b"").await;
        }
    }

    async fn a_stop_tells_everybody(db) {
        let mut app = App::start(&db, Setup::default());
        let (mut stream, _) = listen(&app, "", "").await;
        let mut socket = Socket::open(&app, "", USER).await;
        app.tell_to_stop();
        ends(&mut stream, "stopping").await;
        let end = socket.json().await;
        assert_eq!((&end["kind"], &end["why"]), (&json!("stream.ended"), &json!("stopping")));
        assert_eq!(socket.frame().await, (8, 1001_u16.to_be_bytes().to_vec()));
        assert_eq!(app.ended().await, 0);
    }

    async fn a_socket_tells_the_same(db) {
        let app = App::start(&db, Setup::default());
        publish(&app, &db, workspace(1), "contact.made", 0..3, 0).await;
        publish(&app, &db, workspace(2), "contact.made", 7..9, 0).await;
        let mut socket = Socket::open(&app, "?after=0.0", USER).await;
        let mut last = Value::Null;
        for n in 0..3 {
            last = socket.json().await;
            assert_eq!(last["data"]["n"], n, "{last}");
        }
        let after = last["id"].as_str().unwrap().to_owned();
        drop(socket);
        let mut socket = Socket::open(&app, &format!("?after={after}"), USER).await;
        publish(&app, &db, workspace(1), "contact.made", 3..4, 0).await;
        let next = socket.json().await;
        assert_eq!((&next["kind"], &next["data"]["n"]), (&json!("contact.made"), &json!(3)));
        socket.send(9, b"there?").await;
        assert_eq!(socket.frame().await, (10, b"there?".to_vec()));
        socket.send(1, b"hello").await;
        let (kind, said) = socket.frame().await;
        assert_eq!((kind, &said[..2]), (8, &1003_u16.to_be_bytes()[..]));
    }

    async fn sockets_of_other_pages(db) {
        let app = App::start(&db, Setup::default());
        let cookie = "Cookie: captely_access=session.1.1.owner\r\n";
        for origin in ["", "Origin: https://evil.example\r\n", "Origin: null\r\n"] {
            let lines = format!("{cookie}{origin}{UPGRADE}");
            let mut stream = app.connect().await;
            stream.write_all(format!("GET /api/ws HTTP/1.1\r\nHost: t\r\n{lines}\r\n").as_bytes()).await.unwrap();
            let said = read_until(&mut stream, "}", 1).await;
            assert_eq!(Answer::read(&said).status, 403, "{origin}: {said}");
        }
        for origin in ["http://127.0.0.1:8080", "https://crm.example"] {
            Socket::open(&app, "", &format!("{cookie}Origin: {origin}\r\n")).await;
        }
        app.get("/api/ws").await.check(400, "malformed", "");
        let mut socket = Socket::open(&app, "", USER).await;
        socket.send(2, &[0; 2_000]).await;
        let ended = socket.try_frame().await;
        assert!(ended.as_ref().is_none_or(|(kind, _)| *kind == 8), "{ended:?}");
    }
}

#[test]
fn both_are_documented() {
    crate::http_bodies::served(Setup::default(), async |app| {
        let (_router, document) = live_routes(app.hub.clone()).split_for_parts();
        let document = finish_document(document, "0", &[]).json;
        let document: Value = serde_json::from_slice(&document).unwrap();
        let stream = &document["paths"]["/api/events"]["get"];
        assert_eq!(stream["operationId"], "listen_events");
        assert!(stream["responses"]["200"]["content"]["text/event-stream"].is_object());
        let names = stream["parameters"].as_array().unwrap().iter();
        let names: Vec<_> = names.map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["after", "kinds", "Last-Event-ID"]);
        assert_eq!(document["paths"]["/api/ws"]["get"]["operationId"], "open_socket");
    });
}

/// What 9,000 listeners take, for the figures in the documentation. The clients live in this process
/// too, and their memory is counted with it.
#[test]
#[ignore = "a measurement; it needs 20,000 open files"]
fn memory_of_listeners() {
    captely_testkit::run(async {
        const LISTENERS: usize = 9_000;
        let db = captely_testkit::TestDb::new(captely_testkit::Engine::Sqlite, &migrations())
            .await
            .unwrap();
        let live = LiveOptions {
            listeners_per_user_max: LISTENERS,
            listeners_per_workspace_max: LISTENERS,
            ..LiveOptions::default()
        };
        let app = App::start(&db, Setup { live, ..Setup::default() });
        let before = resident_bytes();
        let mut streams = Vec::new();
        let mut sockets = Vec::new();
        for n in 0..LISTENERS {
            if n % 2 == 0 {
                streams.push(listen(&app, "", "").await.0);
            } else {
                sockets.push(Socket::open(&app, "", USER).await);
            }
        }
        publish(&app, &db, workspace(1), "contact.made", 0..5, 0).await;
        for stream in &mut streams {
            read_until(stream, &mark(4), 1).await;
        }
        for socket in &mut sockets {
            for n in 0..5 {
                assert_eq!(socket.json().await["data"]["n"], n);
            }
        }
        let bytes = resident_bytes() - before;
        println!(
            "{LISTENERS} listeners: {} MB, {} bytes each",
            bytes / 1_000_000,
            bytes / LISTENERS
        );
    });
}

fn resident_bytes() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4_096
}
