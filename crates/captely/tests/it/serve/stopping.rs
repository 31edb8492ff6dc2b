//! SIGTERM and SIGKILL in the middle of things.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Answer, PATIENCE};
use crate::program::Room;
use crate::serving::{PASSWORD, Serving, UNLIMITED, code_of};

#[test]
fn an_open_request_is_finished_at_sigterm() {
    let room = Room::new();
    let server = Serving::start(&room, &UNLIMITED);
    let client = server.client();
    client.set_up("ada@example.com");
    let body = json!({"email": "ada@example.com", "password": PASSWORD}).to_string();
    let request = client.request("POST", "/api/auth/login", Some(&body));
    let (begun, rest) = request.split_at(request.len() - 10);
    let mut stream = TcpStream::connect(server.address()).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    stream.write_all(begun.as_bytes()).expect("sent");
    // An answer to another request says that this one was taken up before it.
    client.get("/api/setup").expect(200);
    server.signal(captely_testkit::Signal::TERM);
    let until = Instant::now() + PATIENCE;
    while TcpStream::connect(server.address()).is_ok() {
        assert!(Instant::now() < until, "it still listens");
        std::thread::sleep(Duration::from_millis(5));
    }
    stream.write_all(rest.as_bytes()).expect("sent");
    Answer::read(stream).expect("an answer").expect(200);
    assert_eq!(server.end(), Some(0));
}

#[test]
fn who_listens_for_events_does_not_hold_up_the_end() {
    let room = Room::new();
    let server = Serving::start(&room, &UNLIMITED);
    let client = server.client();
    let ada = client.bearing(&client.set_up("ada@example.com").access);
    let mut stream = TcpStream::connect(server.address()).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    stream.write_all(ada.request("GET", "/api/events", None).as_bytes()).expect("sent");
    let mut first = [0; 64];
    let n = stream.read(&mut first).expect("an answer");
    assert!(first[..n].starts_with(b"HTTP/1.1 200"), "{:?}", String::from_utf8_lossy(&first[..n]));
    server.stop();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("it ends");
}

#[test]
fn killed_and_started_again_nothing_is_lost_and_mail_goes_once() {
    let room = Room::new();
    // Nobody works yet: the mail waits as a job.
    let server = Serving::start(&room, &[&UNLIMITED[..], &["--no-worker"]].concat());
    let client = server.client();
    let ada = client.set_up("ada@example.com");
    let registration = client.register("grace@example.com");
    assert_eq!(client.mails("grace@example.com").len(), 0);
    server.kill();

    let server = Serving::start(&room, &UNLIMITED);
    let client = server.client();
    client.bearing(&ada.access).get("/api/auth/me").expect(200);
    let mail = client.mail_to("grace@example.com", 1);
    server.kill();

    let server = Serving::start(&room, &UNLIMITED);
    let client = server.client();
    let grace = client.verify(&registration, &code_of(&mail[0]));
    client.bearing(&grace.access).get("/api/auth/me").expect(200);
    client.login("grace@example.com");
    // Mail to somebody else is through the queue: so is whatever stood before it.
    client.register("alan@example.com");
    client.mail_to("alan@example.com", 1);
    let codes = client.mails("grace@example.com");
    let codes = codes.iter().filter(|page| page.contains(&code_of(&mail[0])));
    assert_eq!(codes.count(), 1);
    server.stop();
}
