//! Orders that are called off, or another one takes the place of, and their pages.

use captely_billing::jobs::STRIPE_CALL;
use captely_platform::jobs::Verdict;
use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use serde_json::{Value, json};

use super::cards::GOOD;
use super::shop::Shop;
use super::subscriptions::charged;
use crate::app::migrations;

fn monthly(plan: &str) -> Value {
    json!({ "package_id": plan, "billing_cycle": "monthly" })
}

/// What was paid back, in cents.
pub(super) fn refunded(shop: &Shop) -> i64 {
    let books = shop.sandbox.stripe_books();
    books.customers.values().flat_map(|by| by.values()).map(|money| money.refunded).sum()
}

both_dbs! {
    migrations = &migrations();

    async fn the_page_of_an_order_that_is_called_off_is_closed(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let path = "/api/subscriptions";
        let old = shop.app.call("POST", path, monthly("starter"), Some("once")).await;
        shop.app.post("/api/subscriptions/cancel", json!({})).await.is(200);
        shop.work_of(STRIPE_CALL).await;
        let said = shop.pay(old.is(201), GOOD).await;
        assert_eq!(said["status"], "declined");
        assert_eq!((charged(&shop), shop.living().await), (0, 0));
        // The same request again leads to no other page.
        let again = shop.app.call("POST", path, monthly("starter"), Some("once")).await;
        again.refused(409, "conflict");
        shop.app.is("free", "active").await;
    }

    async fn the_page_of_an_order_is_closed_when_another_takes_its_place(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let old = shop.app.post("/api/subscriptions", monthly("starter")).await;
        let new = shop.app.post("/api/subscriptions", monthly("professional")).await;
        shop.work_of(STRIPE_CALL).await;
        let said = shop.pay(old.is(201), GOOD).await;
        assert_eq!(said["status"], "declined");
        shop.pay(new.is(201), GOOD).await;
        shop.app.is("professional", "active").await;
        assert_eq!(charged(&shop), 14_900);
    }

    async fn a_page_is_closed_later_where_stripe_does_not_answer(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let old = shop.app.post("/api/subscriptions", monthly("starter")).await;
        let mut down = Conduct::at_once();
        down.providers.stripe.faults.garbage = 1_000;
        shop.sandbox.set_conduct(down);
        shop.app.post("/api/subscriptions/cancel", json!({})).await.is(200);
        let failed = shop.verdicts_of(STRIPE_CALL).await;
        assert!(matches!(failed.as_slice(), [Verdict::Trouble { .. }]), "{failed:?}");
        shop.sandbox.set_conduct(Conduct::at_once());
        shop.app.clock.advance(std::time::Duration::from_secs(2));
        shop.work_of(STRIPE_CALL).await;
        assert_eq!(shop.pay(old.is(201), GOOD).await["status"], "declined");
    }

    async fn what_is_paid_for_an_order_that_was_called_off_goes_back(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let old = shop.app.post("/api/subscriptions", monthly("starter")).await;
        shop.app.post("/api/subscriptions/cancel", json!({})).await.is(200);
        shop.pay(old.is(201), GOOD).await;
        shop.app.is("free", "active").await;
        assert_eq!((shop.living().await, refunded(&shop)), (1, 0));
        shop.calls_left().await;
        assert_eq!((shop.living().await, refunded(&shop)), (0, 4_900));
        shop.has_history(&["refund", "payment"]).await;
        shop.days(32).await;
        shop.reconcile().await;
        shop.calls_left().await;
        assert_eq!((charged(&shop), refunded(&shop)), (4_900, 4_900));
        assert_eq!(shop.app.credits().await, 100);
        shop.app.balanced().await;
    }

    async fn of_two_pages_that_are_paid_the_newer_counts(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let old = shop.app.post("/api/subscriptions", monthly("starter")).await;
        let new = shop.app.post("/api/subscriptions", monthly("professional")).await;
        shop.pay(old.is(201), GOOD).await;
        shop.pay(new.is(201), GOOD).await;
        shop.calls_left().await;
        shop.app.is("professional", "active").await;
        assert_eq!(shop.living().await, 1);
        assert_eq!((charged(&shop), refunded(&shop)), (14_900 + 4_900, 4_900));
        assert_eq!(shop.app.credits().await, 5_100);
        shop.app.balanced().await;
    }
    async fn what_is_charged_for_a_subscription_that_is_over_goes_back(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let asked = shop.app.post("/api/subscriptions", monthly("starter")).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.days(29).await;
        let payment = shop.payments().await[0].clone();
        shop.refund(&payment).await;
        shop.events().await;
        shop.app.is("free", "active").await;
        // Nobody tells Stripe before it charges for the next month.
        shop.days(4).await;
        assert_eq!((shop.living().await, charged(&shop), refunded(&shop)), (1, 9_800, 4_900));
        shop.calls_left().await;
        assert_eq!((shop.living().await, refunded(&shop)), (0, 9_800));
        shop.has_history(&["refund", "payment", "refund", "payment"]).await;
        shop.app.is("free", "active").await;
        shop.app.balanced().await;
    }

    async fn one_that_is_over_here_is_cancelled_at_once(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let asked = shop.app.post("/api/subscriptions", monthly("starter")).await;
        shop.pay(asked.is(201), GOOD).await;
        let payment = shop.payments().await[0].clone();
        shop.refund(&payment).await;
        shop.events().await;
        shop.work_of(STRIPE_CALL).await;
        assert_eq!(shop.living().await, 0);
    }
}
