//! The server is killed over requests that call Stripe, over events as they arrive, and over the jobs that deal with them.

use std::time::{Duration, Instant};

use captely_billing::jobs::{BILLING_DUE, STRIPE_CALL, STRIPE_EVENT};
use captely_sandbox::Conduct;
use captely_testkit::{TestClock, both_dbs, kills};
use serde_json::{Value, json};

use super::cards::{FAILS_LATER, GOOD};
use super::shop::{Shop, sent_at};
use super::subscriptions::charged;
use crate::anything::check;
use crate::app::migrations;
use crate::killed::{Act, Site};

/// Of the normal suite.
const KILLS: u64 = 30;
/// Of all processes together, with the commits, were none killed: about.
const STATEMENTS: u64 = 3_000;
/// It can be saved, and never pays.
const PACKAGE: &str = "/api/credit-packages/purchase";

/// Seconds after which a signature may be too old by the time that it is looked at.
const OLD_S: i64 = 200;

/// A shop whose server is killed.
struct Killed {
    shop: Shop,
    site: Site,
    days: u32,
    since: Instant,
}

impl Killed {
    async fn done(&mut self, act: Act) -> Value {
        self.site.done(&self.shop.app, act).await
    }

    async fn asked(&mut self, path: &str, body: Value, key: &str) -> Value {
        self.done(Act::post(path, body, key)).await
    }

    /// All events that are on their way, if any, arrive and are dealt with.
    async fn events(&mut self) {
        // Stripe's clock goes on while we work; a signature is looked at by ours.
        let worked = Duration::from_secs(self.since.elapsed().as_secs());
        let now = TestClock::START.plus(Duration::from_hours(24) * self.days + worked);
        self.shop.app.clock.set(now);
        let mut events = Vec::new();
        while let Some((signature, body)) = self.shop.arrived().await {
            let body = String::from_utf8(body.to_vec()).unwrap();
            if sent_at(&signature) + OLD_S > now.as_micros() / 1_000_000 {
                events.push((signature, body));
            } else {
                // It was on its way for a day; refused, it would be sent again with a new signature.
                let event: Value = serde_json::from_str(&body).unwrap();
                self.shop.act(&format!("resend?event={}", event["id"].as_str().unwrap())).await;
            }
        }
        if events.is_empty() {
            return;
        }
        self.done(Act::Take { events }).await;
        self.done(Act::Work { queue: STRIPE_EVENT.to_owned() }).await;
    }

    /// Somebody pays the page that an answer leads to.
    async fn paid(&mut self, answer: &Value) {
        let url = answer["checkout_url"].as_str().unwrap();
        let session = url.rsplit('/').next().unwrap().split(['?', '#']).next().unwrap();
        self.shop.act(&format!("pay?session={session}&card={GOOD}")).await;
        self.events().await;
    }

    /// Days pass, with their events.
    async fn days(&mut self, n: u32) {
        for _ in 0..n {
            self.days += 1;
            self.shop.sandbox.advance_ms(86_400_000);
            self.events().await;
        }
        self.site.scheduled(&self.shop.app, BILLING_DUE).await;
    }

    /// What can be spent, what was ever granted (both in whole credits), and what Stripe has charged in cents.
    async fn stands(&mut self, what: &str, (left, granted, cents): (i64, i64, i64)) {
        self.stands_exactly(what, (left * 1_000, granted * 1_000, cents)).await;
    }

    /// The same in thousandths of credits.
    async fn stands_exactly(&mut self, what: &str, model: (i64, i64, i64)) {
        assert_eq!(self.sums().await, model, "after {what}");
        let standing = self.shop.app.ledger.standing(self.shop.app.workspace).await.unwrap();
        assert_eq!(standing.holds, 0, "after {what}");
    }

    async fn sums(&self) -> (i64, i64, i64) {
        let standing = self.shop.app.ledger.standing(self.shop.app.workspace).await.unwrap();
        (standing.available.as_millis(), standing.granted.as_millis(), charged(&self.shop))
    }
}

both_dbs! {
    migrations = &migrations();

    async fn stripe_charges_once_and_ours_gives_once(db) {
        let since = Instant::now();
        let shop = Shop::open(db, Conduct::at_once()).await;
        let account = shop.sandbox.addresses().providers.stripe.clone();
        let secret = account.secret.unwrap_or_else(|| "whsec_sandbox".to_owned());
        let site = Site::new(kills(KILLS), STATEMENTS, Some([account.base, account.key, secret]));
        let mut all = Killed { shop, site, days: 0, since };

        let starter = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let page = all.asked("/api/subscriptions", starter, "order").await;
        all.stands("the order", (100, 100, 0)).await;
        all.paid(&page).await;
        all.stands("its payment", (1_100, 1_100, 4_900)).await;

        let package = json!({ "package_id": "credits_500" });
        let page = all.asked(PACKAGE, package.clone(), "package").await;
        all.paid(&page).await;
        all.stands("a package", (1_600, 1_600, 7_800)).await;
        let methods = all.shop.app.get("/api/billing/payment-methods").await.column("id");
        let mut stored = package;
        stored["payment_method_id"] = json!(methods[0]);
        let bought = all.asked(PACKAGE, stored, "stored").await;
        assert_eq!(bought["status"], "paid");
        all.stands("a package by a stored card", (2_100, 2_100, 10_700)).await;
        all.events().await;
        all.done(Act::Reveal { whole: 50, key: "reveal".to_owned() }).await;
        all.stands("its events, and a reveal", (2_050, 2_100, 10_700)).await;

        all.days(32).await;
        all.stands("a renewal", (2_000, 3_100, 15_600)).await;
        all.shop.use_card(FAILS_LATER).await;
        all.days(30).await;
        all.shop.app.is("starter", "past_due").await;
        all.stands("a renewal that failed", (1_000, 3_100, 15_600)).await;
        all.shop.use_card(GOOD).await;
        all.days(10).await;
        all.shop.app.is("starter", "active").await;
        all.stands("its payment", (2_000, 4_100, 20_500)).await;

        // What it costs and brings depends on the second.
        let larger = json!({ "package_id": "professional" });
        let preview = json!({ "package_id": "professional", "preview": true });
        let preview = all.shop.app.patch("/api/subscriptions", preview).await;
        let cents = 20_500 + preview.is(200)["total"]["amount"].as_i64().unwrap();
        let more: captely_contact::Credits =
            preview.is(200)["credits"].as_str().unwrap().parse().unwrap();
        let (method, path, key) = ("PATCH".to_owned(), "/api/subscriptions".to_owned(), "larger".to_owned());
        all.done(Act::Ask { method, path, body: larger, key }).await;
        all.shop.app.clock.advance(Duration::from_mins(2));
        all.done(Act::Work { queue: STRIPE_CALL.to_owned() }).await;
        all.events().await;
        let more = more.as_millis();
        let sums = (2_000_000 + more, 4_100_000 + more, cents);
        all.stands_exactly("a larger plan", sums).await;

        let payments = all.shop.app.get("/api/billing/history?limit=100").await;
        let items = payments.is(200)["items"].as_array().unwrap();
        let of_package = items.iter().find(|one| one["amount"]["amount"] == 2_900).unwrap();
        let payment = of_package["reference"].as_str().unwrap();
        all.shop.act(&format!("dispute?payment_intent={payment}")).await;
        all.events().await;
        all.stands_exactly("a dispute", (1_500_000 + more, 4_100_000 + more, cents)).await;

        all.asked("/api/subscriptions/cancel", json!({ "now": true }), "end").await;
        all.shop.app.clock.advance(Duration::from_mins(2));
        all.done(Act::Work { queue: STRIPE_CALL.to_owned() }).await;
        all.events().await;
        // Of the plan nothing is left, of two packages one; the free month that runs had not been given.
        all.stands_exactly("the end", (600_000, 4_200_000 + more, cents)).await;
        all.shop.app.is("free", "active").await;
        assert_eq!(all.shop.living().await, 0);
        println!("{} kills", all.site.kills);
        assert!(all.site.kills >= KILLS / 2, "{} kills are too few", all.site.kills);
        all.shop.reconcile().await;
        let found = all.shop.app.get("/api/admin/billing/reconciliation").await;
        assert!(found.is(200)["items"].as_array().unwrap().is_empty(), "{}", found.text);
        check(&all.shop.app).await;
    }
}
