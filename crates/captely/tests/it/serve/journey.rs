//! From an empty folder to signed out again.

use captely_testkit::TestDb;
use serde_json::json;

use crate::program::Room;
use crate::serving::{PASSWORD, Serving, Session, UNLIMITED, code_of};

fn check(more: &[&str]) {
    let room = Room::new();
    let server = Serving::start(&room, &[&UNLIMITED, more].concat());
    let token = server.announced["set_up_token"].as_str().expect("a token").to_owned();
    let here = server.client();
    assert_eq!(here.get("/api/setup").expect(200).json()["needed"], true);
    let away = here.with("x-forwarded-for", "203.0.113.7");
    // A page of another site whose name was made to mean this machine: a browser takes it for ours.
    let rebound = here.with("host", "evil.example:8080");
    let mut wish = json!({"email": "ada@example.com", "password": PASSWORD, "name": "Ada Example"});
    for client in [&away, &rebound] {
        let refused = client.post("/api/setup", &wish).refused(403, "forbidden");
        let said = refused.text("detail");
        assert!(said.contains("the token that the server printed"), "{said}");
        client.get("/_sandbox/mail").refused(404, "not_found");
        client.get("/metrics").refused(403, "address_not_allowed");
    }
    wish["token"] = json!("cpts_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    here.post("/api/setup", &wish).refused(403, "forbidden");
    wish["token"] = json!(token);
    let first = Session::of(&away.post("/api/setup", &wish).expect(201));
    here.post("/api/setup", &wish).refused(409, "already_set_up");
    let me = here.bearing(&first.access).get("/api/auth/me").expect(200).json();
    assert_eq!((&me["role"], &me["superadmin"]), (&json!("owner"), &json!(true)));

    let registration = here.register("grace@example.com");
    let mail = &here.mail_to("grace@example.com", 1)[0];
    let wrong = json!({"registration": registration, "code": "0000000"});
    here.post("/api/auth/verify-email", &wrong).refused(422, "wrong_code");
    let made = here.verify(&registration, &code_of(mail));
    let again = here.login("grace@example.com");
    assert_eq!((&again.user, again.id == made.id), (&made.user, false));
    let grace = here.bearing(&again.access);
    let me = grace.get("/api/auth/me").expect(200).json();
    assert_eq!((&me["email"], &me["superadmin"]), (&json!("grace@example.com"), &json!(false)));
    let fresh = here.post("/api/auth/refresh", &json!({"refresh_token": again.refresh}));
    let fresh = Session::of(&fresh.expect(200));
    assert!(fresh.refresh != again.refresh && fresh.id == again.id);
    here.bearing(&fresh.access).send("POST", "/api/auth/logout", None).expect(204);
    for token in [&again.access, &fresh.access] {
        here.bearing(token).get("/api/auth/me").refused(401, "unauthenticated");
    }
    let renewed = here.post("/api/auth/refresh", &json!({"refresh_token": fresh.refresh}));
    renewed.refused(401, "unauthenticated");
    here.bearing(&made.access).get("/api/auth/me").expect(200);
    server.stop();
}

#[test]
fn a_new_user_on_sqlite() {
    check(&[]);
}

#[test]
fn a_new_user_on_postgres() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    check(&["--database", db.url(), "--migrate"]);
}

#[test]
fn the_set_up_is_on_this_machine_without_a_token() {
    let room = Room::new();
    let server = Serving::start(&room, &[]);
    server.client().set_up("ada@example.com");
    server.stop();
    let server = Serving::start(&room, &[]);
    assert!(server.announced["set_up_token"].is_null(), "{:?}", server.announced);
    server.client().login("ada@example.com");
}
