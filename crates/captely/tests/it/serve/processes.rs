//! Several processes on one PostgreSQL.

use captely_testkit::TestDb;
use serde_json::json;

use crate::program::Room;
use crate::serving::{PASSWORD, Serving, UNLIMITED};

/// Requests a minute that nothing of the test comes near by accident.
const LIMIT: u32 = 60;

struct All {
    servers: [Serving; 2],
    _workers: [Serving; 2],
    rooms: [Room; 4],
}

fn start(url: &str, settings: &[&str]) -> All {
    let key = "ab".repeat(32);
    let variables = [("DATABASE_URL", url), ("CAPTELY_SECRETS_ENCRYPTION_KEYS", key.as_str())];
    let rooms = [(); 4].map(|()| Room::new());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--no-worker", "--migrate"];
    let words = [&serve, settings].concat();
    let servers = [&rooms[0], &rooms[1]].map(|room| Serving::spawn(room, &words, &variables));
    let workers = [&rooms[2], &rooms[3]].map(|room| Serving::work(room, &variables));
    All { servers, _workers: workers, rooms }
}

#[test]
fn two_servers_and_two_workers_are_one_platform() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    let all = start(db.url(), &UNLIMITED);
    let [one, other] = [0, 1].map(|n| all.servers[n].client());
    let first = one.set_up("ada@example.com");
    other.bearing(&first.access).get("/api/auth/me").expect(200);
    other
        .post(
            "/api/setup",
            &json!({"email": "eve@example.com", "password": PASSWORD, "name": "Eve"}),
        )
        .refused(409, "already_set_up");
    for n in 0..10 {
        let address = format!("person{n}@example.com");
        let (here, there) = if n % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let session = here.sign_up(&address);
        there.bearing(&session.access).get("/api/auth/me").expect(200);
        there.bearing(&session.access).send("POST", "/api/auth/logout", None).expect(204);
        here.bearing(&session.access).get("/api/auth/me").refused(401, "unauthenticated");
        let with = json!({"refresh_token": session.refresh});
        here.post("/api/auth/refresh", &with).refused(401, "unauthenticated");
    }
    for n in 0..10 {
        let mails = one.mail_to(&format!("person{n}@example.com"), 1);
        let codes = mails.iter().filter(|page| page.contains("code"));
        assert_eq!(codes.count(), 1, "{mails:?}");
    }
    drop(all.rooms);
}

#[test]
fn a_limit_is_shared_by_all_servers() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    let limit = format!("server.rate_limit_per_minute={LIMIT}");
    let all = start(db.url(), &["--set", &limit, "--set", "server.anonymous_per_minute=0"]);
    let clients = [0, 1].map(|n| all.servers[n].client());
    // Of the requests that two minutes can hold at most, so that a change of the minute does no harm.
    let mut answered = 0;
    let mut refused = 0;
    for n in 0..usize::try_from(4 * LIMIT).expect("small") {
        let answer = clients[n % 2].get("/api/setup");
        match answer.status {
            200 => answered += 1,
            429 => {
                assert!(answer.header("retry-after").is_some(), "{answer:?}");
                answer.refused(429, "rate_limited");
                refused += 1;
            }
            _ => panic!("{answer:?}"),
        }
    }
    assert!(
        answered <= 2 * LIMIT && refused >= 2 * LIMIT,
        "{answered} answered, {refused} refused"
    );
}
