//! What machines want to know of a process: where it is, whether it is ready, what it has done.

use crate::http::Client;
use crate::program::Room;
use crate::serving::{Serving, UNLIMITED, until};

fn with_pause(room: &Room, setting: &str) -> Serving {
    Serving::start(room, &[&UNLIMITED[..], &["--set", setting]].concat())
}

fn is_ready(client: &Client) -> bool {
    let answer = client.get("/api/ready");
    assert_eq!(answer.json()["stopping"], answer.status == 503, "{answer:?}");
    answer.status == 200
}

#[test]
fn a_server_on_any_free_port_names_itself_by_that_port() {
    let room = Room::new();
    let server = Serving::start(&room, &UNLIMITED);
    let own = format!("http://{}", server.address());
    assert!(!own.ends_with(":0"), "{own}");
    assert_eq!(server.announced["public_url"], own.as_str());
    let client = server.client();
    // A page of its own address is no other site.
    let answer = client.with("origin", &own).get("/api/setup").expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(own.as_str()), "{answer:?}");
    client.set_up("ada@example.com");
    let whose = serde_json::json!({"email": "ada@example.com"});
    client.post("/api/auth/forgot-password", &whose).expect(202);
    let mail = &client.mail_to("ada@example.com", 1)[0].replace("&#x2f;", "/");
    assert!(mail.contains(&own), "{mail}");
    server.stop();
}

#[test]
fn a_server_that_is_to_stop_is_not_ready_and_still_answers() {
    let room = Room::new();
    let server = with_pause(&room, "server.stop_pause_s=300");
    let client = server.client();
    assert!(is_ready(&client));
    server.signal(captely_testkit::Signal::TERM);
    until("it says that it stops", || !is_ready(&client));
    client.get("/api/setup").expect(200);
    // Whoever asks a second time does not want to wait.
    server.stop();
}

#[test]
fn the_pause_before_the_end_ends_by_itself() {
    let room = Room::new();
    let server = with_pause(&room, "server.stop_pause_s=1");
    let client = server.client();
    server.signal(captely_testkit::Signal::TERM);
    until("it says that it stops", || !is_ready(&client));
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_worker_answers_machines_where_a_port_is_given() {
    let room = Room::new();
    let worker = Serving::spawn(&room, &["worker", "--listen", "127.0.0.1:0"], &[]);
    let client = worker.client();
    assert!(is_ready(&client));
    until("it counts what it has done", || {
        let figures = client.get("/metrics").expect(200).body;
        figures.contains("captely_jobs_total{queue=\"housekeeping.v1\",verdict=\"done\"} 1")
    });
    until("it gives signs of life", || {
        client.get("/api/health").expect(200).json()["celery"] == "running"
    });
    client.get("/api/setup").refused(404, "not_found");
    worker.stop();

    let silent = Serving::work(&room, &[]);
    assert!(silent.announced["listening"].is_null(), "{:?}", silent.announced);
    silent.stop();
}
