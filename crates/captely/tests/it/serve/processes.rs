//! Several processes on one PostgreSQL.

use std::thread::sleep;
use std::time::Duration;

use captely_platform::clock::{Clock as _, SystemClock};
use captely_testkit::TestDb;
use serde_json::json;

use crate::http::{Answer, Client};
use crate::program::Room;
use crate::serving::{PASSWORD, Serving, UNLIMITED};

/// Requests a minute of one address. The shares that servers take of it are 3, without a rest.
const LIMIT: usize = 60;

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
    let answers = (0..3).find_map(|_try| within_one_minute(&clients));
    let answers = answers.expect("240 requests within a minute of the clock, in three tries");
    let (answered, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 200);
    // Each for itself they would answer twice as many.
    assert_eq!(answered.len(), LIMIT);
    for answer in refused {
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
        answer.refused(429, "rate_limited");
    }
}

/// What the servers say in turn to more requests than both of them would answer if they counted alone;
/// none where the minute ended meanwhile, and with it what they had counted.
fn within_one_minute(servers: &[Client; 2]) -> Option<Vec<Answer>> {
    if time().1 > 45 {
        sleep_out_the_minute();
    }
    let (minute, _) = time();
    let answers = (0..4 * LIMIT).map(|n| servers[n % 2].get("/api/setup")).collect();
    if time().0 == minute {
        return Some(answers);
    }
    // What is left for this minute is no whole limit any more.
    sleep_out_the_minute();
    None
}

fn sleep_out_the_minute() {
    sleep(Duration::from_secs(60 - time().1));
}

/// Minutes of the clock, by which limits count, and the second of this one.
fn time() -> (i64, u64) {
    let micros = SystemClock.now().as_micros();
    let second = micros.div_euclid(1_000_000).rem_euclid(60);
    (micros.div_euclid(60_000_000), u64::try_from(second).expect("below 60"))
}
