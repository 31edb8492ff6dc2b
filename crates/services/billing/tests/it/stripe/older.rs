//! Invoices before the latest one of a subscription.

use std::time::Duration;

use captely_payments::ProrationBehavior;
use captely_platform::clock::Clock as _;
use captely_sandbox::Conduct;
use captely_testkit::{TestDb, both_dbs};
use serde_json::json;

use super::cards::{FAILS_LATER, GOOD};
use super::changes::price_of;
use super::shop::Shop;
use crate::app::migrations;

/// A renewal that waits for its hour at Stripe, while an upgrade in Stripe's portal is paid and has the latest invoice.
async fn upgraded_in_the_hour_of_renewal(db: TestDb) -> Shop {
    let mut shop = Shop::open(db, Conduct::at_once()).await;
    // The price of the larger plan is made when it is first sold.
    let larger = json!({ "package_id": "professional", "billing_cycle": "monthly" });
    shop.app.post("/api/subscriptions", larger).await.is(201);
    let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
    let asked = shop.app.post("/api/subscriptions", plan).await;
    shop.pay(asked.is(201), GOOD).await;
    // The page of the order before is closed.
    shop.work_of(captely_billing::jobs::STRIPE_CALL).await;
    shop.days(30).await;
    let end = shop.subscription().await.period_end().unwrap();
    shop.pass(end.since(shop.app.clock.now()) + Duration::from_mins(1)).await;
    let price = price_of(&shop, "professional").await;
    shop.change_in_the_portal(price, ProrationBehavior::AlwaysInvoice).await;
    shop.events().await;
    shop
}

impl Shop {
    async fn pass(&mut self, time: Duration) {
        self.sandbox.advance_ms(u64::try_from(time.as_millis()).unwrap());
        self.app.clock.advance(time);
        self.events().await;
    }
}

both_dbs! {
    migrations = &migrations();

    async fn a_month_whose_own_invoice_is_open_has_no_credits(db) {
        let mut shop = upgraded_in_the_hour_of_renewal(db).await;
        shop.app.is("professional", "active").await;
        assert_eq!(shop.app.credits().await, 0);
        shop.pass(Duration::from_hours(2)).await;
        assert_eq!(shop.app.credits().await, 5_000);
        let invoices = shop.app.get("/api/billing/invoices").await;
        assert_eq!(invoices.column("status"), ["paid", "paid", "paid", "void"]);
        shop.reconcile().await;
        let found = shop.app.get("/api/admin/billing/reconciliation").await;
        assert!(found.column("kind").is_empty(), "{}", found.text);
        // The renewal is not the latest; it paid the month all the same.
        let renewal = shop.payments().await[1].clone();
        shop.refund(&renewal).await;
        shop.events().await;
        shop.app.is("free", "active").await;
        shop.app.balanced().await;
    }

    async fn an_older_invoice_that_fails_is_seen(db) {
        let mut shop = upgraded_in_the_hour_of_renewal(db).await;
        shop.use_card(FAILS_LATER).await;
        shop.pass(Duration::from_hours(2)).await;
        assert_eq!(shop.app.credits().await, 0);
        let kinds = shop.app.get("/api/billing/history").await.column("kind");
        assert!(kinds.contains(&"failure".to_owned()), "{kinds:?}");
        shop.reconcile().await;
        let found = shop.app.get("/api/admin/billing/reconciliation").await;
        assert_eq!(found.column("kind"), ["invoice_unpaid"], "{}", found.text);
        shop.use_card(GOOD).await;
        shop.days(10).await;
        shop.app.is("professional", "active").await;
        assert_eq!(shop.app.credits().await, 5_000);
    }
}
