use captely_payments::{CancelNow, SubscriptionFilter};
use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use serde_json::json;

use super::cards::{DECLINED, FAILS_LATER, GOOD};
use super::shop::Shop;
use super::subscriptions::charged;
use crate::app::migrations;

both_dbs! {
    migrations = &migrations();

    async fn events_that_come_twice_and_in_any_order_count_once(db) {
        let mut conduct = Conduct::at_once();
        conduct.stripe.webhook_repeat_permille = 1_000;
        conduct.stripe.webhook_reorder_permille = 500;
        conduct.stripe.webhook_reorder_ms = 40;
        let mut shop = Shop::open(db, conduct).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.is("starter", "active").await;
        shop.days(32).await;
        assert_eq!(shop.app.credits().await, 1_000);
        assert_eq!(shop.app.get("/api/billing/invoices").await.column("id").len(), 2);
        assert_eq!(charged(&shop), 2 * 4_900);
        shop.app.balanced().await;
    }

    async fn events_that_never_come_are_made_up_for(db) {
        let mut conduct = Conduct::at_once();
        conduct.stripe.webhook_lost_permille = 1_000;
        let mut shop = Shop::open(db, conduct).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.is("free", "active").await;
        shop.reconcile().await;
        shop.app.is("starter", "active").await;
        shop.days(33).await;
        assert_eq!(shop.app.credits().await, 1_000);
        shop.reconcile().await;
        let found = shop.app.get("/api/admin/billing/reconciliation").await;
        assert!(found.is(200)["items"].as_array().unwrap().is_empty(), "{}", found.text);
        shop.app.balanced().await;
    }

    async fn a_package_whose_events_never_come_is_given_once(db) {
        let mut conduct = Conduct::at_once();
        conduct.stripe.webhook_lost_permille = 1_000;
        let mut shop = Shop::open(db, conduct).await;
        let wish = json!({ "package_id": "credits_500" });
        let asked = shop.app.post("/api/credit-packages/purchase", wish).await;
        shop.pay(asked.is(201), GOOD).await;
        assert_eq!(shop.app.credits().await, 100);
        shop.reconcile().await;
        assert_eq!(shop.app.credits().await, 600);
        let paid = shop.app.get("/api/billing/history").await.column("reference");
        shop.act(&format!("dispute?payment_intent={}", paid[0])).await;
        shop.days(1).await;
        assert_eq!(shop.app.credits().await, 600);
        shop.reconcile().await;
        assert_eq!(shop.app.credits().await, 100);
        assert_eq!(shop.app.get("/api/billing/history").await.column("kind"), ["dispute", "payment"]);
        shop.app.balanced().await;
    }

    async fn a_workspace_that_cannot_follow_keeps_no_others_from_being_compared(db) {
        let mut conduct = Conduct::at_once();
        conduct.stripe.webhook_lost_permille = 1_000;
        let mut shop = Shop::open(db, conduct).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.reconcile().await;
        shop.app.is("starter", "active").await;
        let all = shop.stripe().list_subscriptions(&SubscriptionFilter::default(), 1).await.unwrap();
        let id = &all.objects[0].id;
        shop.stripe().cancel_subscription(id, &CancelNow::default()).await.unwrap();
        let mut tx = shop.app.db.writer().await.unwrap();
        let broken = "UPDATE billing_subscription SET terms = '{}' WHERE stripe_id IS NOT NULL";
        tx.run(captely_platform::db::Stmt::text(broken, [])).await.unwrap();
        tx.commit().await.unwrap();
        shop.app.clock.advance(std::time::Duration::from_hours(24));
        shop.reconcile().await;
        let found = shop.app.get("/api/admin/billing/reconciliation").await;
        assert_eq!(found.column("kind"), ["missing_there"]);
    }

    async fn an_event_with_a_wrong_signature_or_an_old_time_is_not_taken(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let wish = json!({ "package_id": "credits_500" });
        let asked = shop.app.post("/api/credit-packages/purchase", wish).await;
        let url = asked.is(201)["checkout_url"].as_str().unwrap().to_owned();
        let session = url.rsplit('/').next().unwrap().to_owned();
        shop.act(&format!("pay?session={session}&card={GOOD}")).await;
        let (signature, body) = shop.arrived().await.unwrap();
        assert_eq!(shop.deliver(&("t=1,v1=00".to_owned(), body.clone())).await, 400);
        let mut other = body.to_vec();
        other[10] ^= 1;
        assert_eq!(shop.deliver(&(signature.clone(), other.into())).await, 400);
        shop.app.clock.advance(std::time::Duration::from_secs(301));
        assert_eq!(shop.deliver(&(signature, body)).await, 400);
        shop.work().await;
        assert_eq!(shop.app.credits().await, 100);
    }

    async fn a_declined_card_changes_nothing(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        let said = shop.pay(asked.is(201), DECLINED).await;
        assert_eq!(said["status"], "declined");
        shop.app.is("free", "active").await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.is("starter", "active").await;
        shop.use_card(FAILS_LATER).await;
        let wish = json!({ "package_id": "professional" });
        shop.app.patch("/api/subscriptions", wish).await.refused(402, "payment_declined");
        shop.events().await;
        shop.app.is("starter", "active").await;
        assert_eq!(charged(&shop), 4_900);
        assert_eq!(shop.app.credits().await, 1_100);
    }

    async fn a_dispute_takes_unused_credits_back(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let wish = json!({ "package_id": "credits_500" });
        let asked = shop.app.post("/api/credit-packages/purchase", wish).await;
        shop.pay(asked.is(201), GOOD).await;
        assert_eq!(shop.app.credits().await, 600);
        let paid = shop.app.get("/api/billing/history").await.column("reference");
        shop.act(&format!("dispute?payment_intent={}", paid[0])).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 100);
        assert_eq!(shop.app.get("/api/billing/history").await.column("kind"), ["dispute", "payment"]);
        shop.app.balanced().await;
    }

    async fn a_dispute_of_a_part_that_is_lost_counts_once(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let wish = json!({ "package_id": "credits_500" });
        let asked = shop.app.post("/api/credit-packages/purchase", wish).await;
        let cents = asked.is(201)["invoice"]["total"]["amount"].as_i64().unwrap();
        shop.pay(asked.is(201), GOOD).await;
        let paid = shop.app.get("/api/billing/history").await.column("reference");
        let half = cents / 2;
        shop.act(&format!("dispute?payment_intent={}&amount={half}", paid[0])).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 350);
        shop.act(&format!("dispute?payment_intent={}&close=lost", paid[0])).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 350);
        assert_eq!(shop.app.get("/api/billing/history").await.column("kind"), ["dispute", "payment"]);
        shop.app.balanced().await;
    }

    async fn a_call_that_is_made_again_undoes_no_newer_one(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.app.post("/api/subscriptions/cancel", json!({})).await.is(200);
        let mut down = Conduct::at_once();
        down.providers.stripe.faults.garbage = 1_000;
        shop.sandbox.set_conduct(down);
        let resumed = shop.app.post("/api/subscriptions/resume", json!({})).await;
        resumed.refused(503, "payments_unavailable");
        shop.sandbox.set_conduct(Conduct::at_once());
        shop.app.post("/api/subscriptions/cancel", json!({})).await.is(200);
        shop.events().await;
        shop.app.clock.advance(std::time::Duration::from_mins(2));
        shop.work_of(captely_billing::jobs::STRIPE_CALL).await;
        let said = shop.app.get("/api/subscriptions").await;
        assert_eq!(said.is(200)["subscription"]["cancel_at_period_end"], true);
        shop.days(32).await;
        shop.app.is("free", "active").await;
        assert_eq!(charged(&shop), 4_900);
    }

    async fn a_refused_key_is_the_operators_business(db) {
        let shop = Shop::open_with(db, Conduct::at_once(), Some("sk_test_not_this_one")).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        asked.refused(503, "payments_unavailable");
        assert!(!asked.text.contains("key") && !asked.text.contains("sk_test"), "{}", asked.text);
    }

    async fn a_call_that_was_left_undone_is_made_by_a_job(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        shop.pay(asked.is(201), GOOD).await;
        let mut down = Conduct::at_once();
        down.providers.stripe.faults.garbage = 1_000;
        shop.sandbox.set_conduct(down);
        let cancelled = shop.app.post("/api/subscriptions/cancel", json!({})).await;
        cancelled.refused(503, "payments_unavailable");
        shop.sandbox.set_conduct(Conduct::at_once());
        shop.app.clock.advance(std::time::Duration::from_mins(2));
        shop.work_of(captely_billing::jobs::STRIPE_CALL).await;
        let said = shop.app.get("/api/subscriptions").await;
        assert_eq!(said.is(200)["subscription"]["cancel_at_period_end"], true);
    }
}
