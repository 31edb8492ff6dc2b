//! Wrong, lost and rotated encryption keys.

use serde_json::json;

use crate::program::Room;
use crate::serving::{Serving, UNLIMITED, code_of};

const VARIABLE: &str = "CAPTELY_SECRETS_ENCRYPTION_KEYS";

fn start(room: &Room, keys: &str) -> Serving {
    let words = [&["serve", "--listen", "127.0.0.1:0"], &UNLIMITED[..]].concat();
    Serving::spawn(room, &words, &[(VARIABLE, keys)])
}

#[test]
fn rotated_keys_read_what_the_old_one_sealed() {
    let room = Room::new();
    let (old, new) = ("ab".repeat(32), "cd".repeat(32));
    let server = start(&room, &old);
    let client = server.client();
    let session = client.set_up("ada@example.com");
    let registration = client.register("grace@example.com");
    let code = code_of(&client.mail_to("grace@example.com", 1)[0]);
    server.stop();

    let refused = room
        .run_with(&["serve", "--listen", "127.0.0.1:0", "--data-dir", "data"], &[(VARIABLE, &new)]);
    refused.expect(2).says("the encryption keys are not those").says("secrets.encryption_keys");

    let server = start(&room, &format!("{new},{old}"));
    let client = server.client();
    let me = client.bearing(&session.access).get("/api/auth/me").expect(200);
    assert_eq!(me.text("email"), "ada@example.com");
    let renewed = client.post("/api/auth/refresh", &json!({"refresh_token": session.refresh}));
    renewed.expect(200);
    client.login("ada@example.com");
    client.verify(&registration, &code);
    client.login("grace@example.com");
    server.stop();
}

#[test]
fn a_lost_key_file_is_told() {
    let room = Room::new();
    let server = Serving::start(&room, &[]);
    server.client().set_up("ada@example.com");
    server.stop();
    std::fs::rename(room.path().join("data/key"), room.path().join("kept")).expect("renamed");
    room.run(&["serve", "--listen", "127.0.0.1:0", "--data-dir", "data"])
        .expect(2)
        .says("restore the key file");
    std::fs::rename(room.path().join("kept"), room.path().join("data/key")).expect("renamed");
    let server = Serving::start(&room, &[]);
    server.client().login("ada@example.com");
}
