//! The database goes away and comes back.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use captely_testkit::TestDb;

use crate::http::{Client, PATIENCE};
use crate::program::Room;
use crate::serving::{Serving, UNLIMITED};

/// A line to a server that can be cut.
struct Line {
    up: Arc<AtomicBool>,
    url: String,
}

impl Line {
    /// Before the server of `url` (`postgres://user@host:port/database`).
    fn to(url: &str) -> Self {
        let (start, rest) = url.split_once('@').expect("a user");
        let (server, end) = rest.split_once('/').expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let url = format!("{start}@{address}/{end}");
        let up = Arc::new(AtomicBool::new(true));
        let (server, is_up) = (server.to_owned(), Arc::clone(&up));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&server) else { continue };
                if is_up.load(Ordering::SeqCst) {
                    join(client, server, &is_up);
                }
            }
        });
        Self { up, url }
    }

    fn set(&self, up: bool) {
        self.up.store(up, Ordering::SeqCst);
    }
}

/// Passes bytes on in both directions while the line is up.
fn join(client: TcpStream, server: TcpStream, up: &Arc<AtomicBool>) {
    for stream in [&client, &server] {
        stream.set_read_timeout(Some(Duration::from_millis(20))).expect("set");
    }
    let twin = |stream: &TcpStream| stream.try_clone().expect("a second handle");
    for (from, to) in [(twin(&client), twin(&server)), (server, client)] {
        let up = Arc::clone(up);
        std::thread::spawn(move || pass(&from, &to, &up));
    }
}

fn pass(mut from: &TcpStream, mut to: &TcpStream, up: &AtomicBool) {
    let mut bytes = [0; 8_192];
    while up.load(Ordering::SeqCst) {
        match io::Read::read(&mut from, &mut bytes) {
            Ok(0) => break,
            Ok(n) => {
                if io::Write::write_all(&mut to, &bytes[..n]).is_err() {
                    break;
                }
            }
            Err(why)
                if matches!(why.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    for stream in [from, to] {
        // The other thread may have done it already.
        let _ = stream.shutdown(std::net::Shutdown::Both);
    }
}

/// Asks until the answer has this status.
#[track_caller]
fn until(client: &Client, path: &str, status: u16) {
    let end = Instant::now() + PATIENCE;
    loop {
        let answer = client.get(path);
        if answer.status == status {
            return;
        }
        assert!(Instant::now() < end, "not {status}: {answer:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_database_that_is_gone_is_503_and_comes_back_without_a_restart() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    let line = Line::to(db.url());
    let room = Room::new();
    let words = [&UNLIMITED[..], &["--database", &line.url, "--migrate"]].concat();
    let server = Serving::start(&room, &words);
    let client = server.client();
    let ada = client.bearing(&client.set_up("ada@example.com").access);
    ada.get("/api/auth/me").expect(200);

    line.set(false);
    until(&ada, "/api/auth/me", 503);
    let gone = ada.get("/api/auth/me").refused(503, "database_unavailable");
    assert!(gone.header("retry-after").is_some(), "{gone:?}");
    // What needs no database is still there.
    client.get("/docs/errors").expect(200);

    line.set(true);
    until(&ada, "/api/auth/me", 200);
    let registration = client.register("grace@example.com");
    assert!(!registration.is_empty());
    client.mail_to("grace@example.com", 1);
    server.stop();
}
