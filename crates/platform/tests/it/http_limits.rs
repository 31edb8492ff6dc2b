use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::clock::{Clock as _, TestClock};
use captely_platform::http::HttpOptions;
use captely_platform::http::limits::RateLimits;
use captely_testkit::{Engine, TestDb, both_dbs, run};

use crate::http_app::{App, Setup, USER, migrations};

fn limited() -> Setup {
    let options = HttpOptions {
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..HttpOptions::default()
    };
    Setup { options, ..Setup::default() }
}

/// Ten seconds into a minute.
fn start(db: &captely_platform::db::Db, setup: Setup) -> App {
    let app = App::start(db, setup);
    app.clock.set(TestClock::START.plus(Duration::from_secs(10)));
    app
}

/// How many of `n` requests are let through.
async fn passed(app: &App, n: usize, line: &str, lines: &str) -> usize {
    let mut passed = 0;
    for _ in 0..n {
        let status = app.ask(line, lines, "").await.status;
        assert!([200, 401, 429].contains(&status), "{status}");
        passed += usize::from(status != 429);
    }
    passed
}

both_dbs! {
    migrations = &migrations();

    async fn exactly_the_limit(db) {
        let app = start(&db, limited());
        for left in (0..5).rev() {
            let answer = app.ask("POST /api/login", "", "").await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("ratelimit"), Some(format!("\"endpoint\";r={left};t=50")));
            assert_eq!(answer.header("ratelimit-policy").as_deref(), Some("\"endpoint\";q=5;w=60"));
        }
        let over = app.ask("POST /api/login", "", "").await;
        over.check(429, "rate_limited", "");
        assert_eq!(over.header("retry-after").as_deref(), Some("50"));
        assert_eq!(over.header("ratelimit").as_deref(), Some("\"endpoint\";r=0;t=50"));
        app.clock.advance(Duration::from_millis(49_999));
        assert_eq!(app.ask("POST /api/login", "", "").await.header("retry-after").as_deref(), Some("1"));
        app.clock.advance(Duration::from_millis(1));
        assert_eq!(passed(&app, 7, "POST /api/login", "").await, 5);
    }

    async fn each_kind_of_limit(db) {
        let app = start(&db, limited());
        let from = |address: &str| format!("X-Forwarded-For: {address}\r\n");
        // Without credentials 10, also where what is shown is wrong; 100 in all.
        assert_eq!(passed(&app, 12, "GET /api/open", &from("192.0.2.1")).await, 10);
        let wrong = format!("{}Authorization: Bearer junk\r\n", from("192.0.2.2"));
        assert_eq!(passed(&app, 12, "GET /api/list", &wrong).await, 10);
        let user = format!("{}{USER}", from("192.0.2.3"));
        assert_eq!(passed(&app, 102, "GET /api/list", &user).await, 100);
        // The user has no more elsewhere either; their key has its own.
        let user = format!("{}{USER}", from("192.0.2.4"));
        assert_eq!(passed(&app, 2, "GET /api/list", &user).await, 0);
        let key = format!("{}X-API-Key: ck_1.1.*\r\n", from("192.0.2.5"));
        assert_eq!(passed(&app, 2, "GET /api/list", &key).await, 2);
        assert_eq!(passed(&app, 120, "GET /api/health", &from("192.0.2.3")).await, 120);
        // One household of IPv6 is one; the next is another.
        assert_eq!(passed(&app, 6, "POST /api/login", &from("2001:db8::1")).await, 5);
        assert_eq!(passed(&app, 1, "POST /api/login", &from("2001:db8::ffff:1")).await, 0);
        assert_eq!(passed(&app, 1, "POST /api/login", &from("2001:db8:0:1::1")).await, 1);
        assert_eq!(passed(&app, 1, "POST /api/login", &from("::ffff:192.0.2.9")).await, 1);
    }

    async fn a_stranger_cannot_say_where_they_are(db) {
        let setup = Setup { options: HttpOptions::default(), ..Setup::default() };
        let app = start(&db, setup);
        let mut all = 0;
        for n in 0..8 {
            all += passed(&app, 1, "POST /api/login", &format!("X-Forwarded-For: 192.0.2.{n}\r\n")).await;
        }
        assert_eq!(all, 5);
    }

    async fn processes_share_a_limit(db) {
        if db.engine() == Engine::Postgres {
            let now = TestClock::START;
            // One clock is a few seconds behind, in the minute before.
            let clocks = [now, now, now.minus(Duration::from_secs(3))];
            let mut tasks = Vec::new();
            for clock in clocks {
                let limits = RateLimits::new(&db.another_process().await);
                tasks.push(tokio::spawn(async move { granted(&limits, "x", 1_000, 700, clock).await }));
            }
            let mut all = 0;
            for task in tasks {
                all += task.await.unwrap();
            }
            // The late clock may have begun the window before the others did.
            assert!((1_000..=2_000).contains(&all), "{all}");
            // From now on nobody gets more, whatever their clock says.
            let late = RateLimits::new(&db.another_process().await);
            assert_eq!(granted(&late, "x", 1_000, 9, clocks[2]).await, 0);
            assert_eq!(granted(&late, "y", 1_000, 1_200, now).await, 1_000);
        }
    }
}

async fn granted(limits: &RateLimits, who: &str, limit: u32, tries: u32, now: Timestamp) -> u32 {
    let mut granted = 0;
    for _ in 0..tries {
        granted += u32::from(limits.count("test", who, limit, now).await.is_ok());
    }
    granted
}

#[test]
fn threads_share_a_limit() {
    run(async {
        let db = TestDb::new(Engine::Sqlite, &migrations()).await.unwrap();
        let limits = Arc::new(RateLimits::new(&db));
        for n in 0..50 {
            let tasks = [(); 4].map(|()| {
                let limits = Arc::clone(&limits);
                tokio::spawn(async move {
                    granted(&limits, &n.to_string(), 100, 60, TestClock::START).await
                })
            });
            let mut all = 0;
            for task in tasks {
                all += task.await.unwrap();
            }
            assert_eq!(all, 100);
        }
    });
}

#[test]
fn a_flood_of_addresses_frees_nobody() {
    run(async {
        let db = TestDb::new(Engine::Sqlite, &migrations()).await.unwrap();
        let limits = Arc::new(RateLimits::new(&db));
        let now = TestClock::default().now();
        assert_eq!(granted(&limits, "greedy", 10, 20, now).await, 10);
        for n in 0..300_000_u32 {
            limits.count("test", &n.to_string(), 10, now).await.unwrap();
        }
        assert_eq!(granted(&limits, "greedy", 10, 5, now).await, 0);
        assert!(limits.clients() <= 200_000, "{}", limits.clients());
        let later = now.plus(Duration::from_mins(1));
        assert_eq!(granted(&limits, "greedy", 10, 20, later).await, 10);
    });
}
