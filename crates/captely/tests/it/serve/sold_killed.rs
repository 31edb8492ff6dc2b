//! `kill -9` of a server that sells: somebody pays a page, Stripe tells of it, and the server dies at any moment from the
//! order on. It starts again, Stripe goes on telling, and what was paid has come once.

use std::time::Duration;

use captely_platform::chance::Chance;
use captely_testkit::{TestDb, kills};
use serde_json::json;

use crate::http::Client;
use crate::program::Room;
use crate::served::Served;
use crate::serving::{Serving, UNLIMITED, until};

/// Of the normal suite.
const KILLS: u64 = 8;
/// From an order, or from its payment, to the kill, at most.
const ALIVE_MAX_MS: u64 = 120;
/// What is charged for a package, in cents, and what it brings.
const CENTS: i64 = 2_900;
const CREDITS: u64 = 500;
/// What everybody has each month.
const FREE: u64 = 100;
const OWNER: &str = "ada@example.com";

/// A sandbox, and a server that is told of its payments.
struct Shop {
    room: Room,
    stripe: Served,
    database: Option<String>,
    /// Where the server listens, each time.
    address: String,
    token: String,
}

impl Shop {
    fn new(database: Option<&str>) -> (Self, Serving) {
        let room = Room::new();
        let stripe = Served::start(&room, &["--limits", "off"]);
        let database = database.map(str::to_owned);
        let (address, token) = ("127.0.0.1:0".to_owned(), String::new());
        let mut shop = Self { room, stripe, database, address, token };
        let server = shop.serve();
        shop.address = server.address().to_owned();
        let webhook = format!("http://{}/api/billing/webhooks/stripe", shop.address);
        shop.stripe.at_stripe(&format!("webhook?url={webhook}"));
        // What was not taken comes again soon.
        let soon = json!({"stripe": {"webhook_retry_ms": 100}});
        shop.stripe.client().post("/_sandbox/settings", &soon).expect(200);
        shop.token = server.client().set_up(OWNER).access;
        (shop, server)
    }

    fn serve(&self) -> Serving {
        let account = &self.stripe.addresses["providers"]["stripe"];
        let text = |name: &str| account[name].as_str().expect("Stripe's account");
        let url = format!("billing.stripe_url={}", text("base"));
        let settings = ["--set", "billing.mode=stripe", "--set", &url];
        let mut words = [&["serve", "--listen", &self.address], &UNLIMITED[..], &settings].concat();
        let key = "ab".repeat(32);
        let mut variables = vec![
            ("STRIPE_SECRET_KEY", text("key")),
            ("STRIPE_WEBHOOK_SECRET", text("secret")),
            ("CAPTELY_SECRETS_ENCRYPTION_KEYS", key.as_str()),
        ];
        if let Some(url) = &self.database {
            words.push("--migrate");
            variables.push(("DATABASE_URL", url));
        }
        Serving::spawn(&self.room, &words, &variables)
    }

    fn owner(&self) -> Client {
        Client::new(&self.address).bearing(&self.token)
    }

    /// Asks for a package; the page where it is paid, unless the server died over it.
    fn order(&self, key: &str) -> Option<String> {
        let wish = json!({"package_id": "credits_500"}).to_string();
        let owner = self.owner().with("idempotency-key", key);
        let said = owner.try_send("POST", "/api/credit-packages/purchase", Some(&wish)).ok()?;
        Some(said.expect(201).text("checkout_url"))
    }

    /// What Stripe has charged in all, in cents.
    fn charged(&self) -> i64 {
        let books = self.stripe.books();
        let customers = books["customers"].as_object().expect("customers").values();
        let money = customers.flat_map(|one| one.as_object().expect("currencies").values());
        money.map(|one| one["charged"].as_i64().expect("cents")).sum()
    }

    fn balance(&self) -> String {
        self.owner().get("/api/credits/").expect(200).text("balance")
    }

    /// Waits until it is so much.
    #[track_caller]
    fn wait_for(&self, credits: u64) {
        let wanted = credits.to_string();
        until("what was paid for comes", || self.balance() == wanted);
    }
}

/// Kills the server so often: once over the order, then over what its payment brings, and so on.
fn check(database: Option<&str>) {
    let (mut shop, mut server) = Shop::new(database);
    let chance = Chance::from_seed(7);
    let mut bought = 0;
    for round in 0..kills(KILLS) {
        let key = format!("round-{round}");
        // A session does not last for hundreds of rounds.
        shop.token = server.client().login(OWNER).access;
        let shop = &shop;
        let alive = Duration::from_millis(chance.u64() % ALIVE_MAX_MS);
        let killed = |server: Serving| {
            std::thread::sleep(alive);
            server.kill();
            shop.serve()
        };
        let page = if round % 2 == 0 {
            // It is answered, or it is not; asked again, it is the same one.
            let (first, next) = std::thread::scope(|scope| {
                let asked = scope.spawn(|| shop.order(&key));
                let next = killed(server);
                (asked.join().expect("asked"), next)
            });
            server = next;
            let again = shop.order(&key).expect("an answer");
            assert!(first.is_none_or(|first| first == again), "another page");
            shop.stripe.pay(&again);
            again
        } else {
            let page = shop.order(&key).expect("an answer");
            shop.stripe.pay(&page);
            server = killed(server);
            page
        };
        bought += 1;
        shop.wait_for(FREE + bought * CREDITS);
        // The same again buys nothing.
        assert_eq!(shop.order(&key).as_ref(), Some(&page));
        assert_eq!(shop.charged(), i64::try_from(bought).expect("small") * CENTS);
    }
    server.stop();
    let place = database.map_or(vec!["--data-dir", "data"], |url| vec!["--database", url]);
    shop.room.run(&[&["ledger", "verify"], &place[..]].concat()).expect(0);
    println!("{} kills", kills(KILLS));
}

#[test]
fn on_sqlite() {
    check(None);
}

#[test]
fn on_postgres() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    check(Some(db.url()));
}
