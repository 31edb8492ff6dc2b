//! Payments that are taken back: told before they are known here, told twice, and won back.

use captely_payments::{IdempotencyKey, InvoiceFilter, NewRefund};
use captely_sandbox::Conduct;
use captely_testkit::{TestDb, both_dbs};
use serde_json::json;

use super::cards::GOOD;
use super::shop::Shop;
use crate::app::migrations;

impl Shop {
    /// Pays a package of 500 credits on its page, and no event is delivered yet; Stripe's payment.
    pub(super) async fn pay_package(&self) -> String {
        let wish = json!({ "package_id": "credits_500" });
        let asked = self.app.post("/api/credit-packages/purchase", wish).await;
        let url = asked.is(201)["checkout_url"].as_str().unwrap().to_owned();
        let session = url.rsplit('/').next().unwrap().to_owned();
        let said = self.act(&format!("pay?session={session}&card={GOOD}")).await;
        said["object"]["payment_intent"].as_str().unwrap().to_owned()
    }

    /// Pays a payment back whole, in Stripe's dashboard.
    pub(super) async fn refund(&self, payment: &str) {
        self.refund_part(payment, None, "whole").await;
    }

    /// Pays so much of a payment back, in Stripe's dashboard; `mark` tells it from the payment's other refunds.
    pub(super) async fn refund_part(&self, payment: &str, amount: Option<i64>, mark: &str) {
        let payment_intent = payment.to_owned();
        let new = NewRefund { payment_intent, amount, ..NewRefund::default() };
        let key = IdempotencyKey::new(format!("refund:{payment}:{mark}")).unwrap();
        self.stripe().create_refund(&key, &new).await.unwrap();
    }

    /// The payments of all invoices, the newest first.
    pub(super) async fn payments(&self) -> Vec<String> {
        let all = self.stripe().list_invoices(&InvoiceFilter::default(), 10).await.unwrap();
        let mut payments = Vec::new();
        for one in all.objects {
            let whole = self.stripe().get_invoice(&one.id.unwrap()).await.unwrap();
            payments.extend(whole.payment_intent);
        }
        payments
    }

    pub(super) async fn dispute(&self, payment: &str) {
        self.act(&format!("dispute?payment_intent={payment}")).await;
    }

    pub(super) async fn close(&self, payment: &str, outcome: &str) {
        self.act(&format!("dispute?payment_intent={payment}&close={outcome}")).await;
    }

    /// Fails unless the history has these kinds, the newest first.
    pub(super) async fn has_history(&self, kinds: &[&str]) {
        assert_eq!(self.app.get("/api/billing/history").await.column("kind"), kinds);
    }

    /// What is left of a package of 500 credits that is bought now.
    pub(super) async fn credits_of_another_package(&mut self) -> i64 {
        let before = self.app.credits().await;
        self.pay_package().await;
        self.events().await;
        self.app.credits().await - before
    }
}

/// A month of starter, of which this much was spent; Stripe's payment of it.
pub(super) async fn month(db: TestDb, spent: i64) -> (Shop, String) {
    let mut shop = Shop::open(db, Conduct::at_once()).await;
    // Those of the free month go first.
    shop.app.is("free", "active").await;
    shop.app.spend(100).await;
    let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
    let asked = shop.app.post("/api/subscriptions", plan).await;
    shop.pay(asked.is(201), GOOD).await;
    assert_eq!(shop.app.credits().await, 1_000);
    shop.app.spend(spent).await;
    let payment = shop.payments().await[0].clone();
    (shop, payment)
}

both_dbs! {
    migrations = &migrations();

    async fn a_refund_that_is_told_before_its_payment_takes_its_credits(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let payment = shop.pay_package().await;
        shop.refund(&payment).await;
        shop.events_first("charge.refunded").await;
        assert_eq!(shop.app.credits().await, 100);
        shop.has_history(&["refund", "payment"]).await;
        shop.app.balanced().await;
    }

    async fn a_dispute_that_is_told_before_its_payment_takes_its_credits(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let payment = shop.pay_package().await;
        shop.dispute(&payment).await;
        shop.events_first("charge.dispute.created").await;
        assert_eq!(shop.app.credits().await, 100);
        shop.has_history(&["dispute", "payment"]).await;
        shop.reconcile().await;
        shop.has_history(&["dispute", "payment"]).await;
    }

    async fn a_refund_that_is_told_before_its_subscription_ends_it(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        let url = asked.is(201)["checkout_url"].as_str().unwrap().to_owned();
        let session = url.rsplit('/').next().unwrap().to_owned();
        shop.act(&format!("pay?session={session}&card={GOOD}")).await;
        let payment = shop.payments().await[0].clone();
        shop.refund(&payment).await;
        shop.events_first("charge.refunded").await;
        shop.app.is("free", "active").await;
        shop.has_history(&["refund", "payment"]).await;
        shop.calls_left().await;
        assert_eq!(shop.living().await, 0);
        shop.app.balanced().await;
    }

    async fn a_dispute_that_is_won_gives_everything_again_once(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let payment = shop.pay_package().await;
        shop.events().await;
        shop.app.spend(200).await;
        shop.dispute(&payment).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 0);
        // A hundred of it were spent, and the next package gives them back.
        assert_eq!(shop.credits_of_another_package().await, 400);
        shop.close(&payment, "won").await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 900);
        shop.reconcile().await;
        assert_eq!(shop.app.credits().await, 900);
        shop.has_history(&["reinstated", "payment", "dispute", "payment"]).await;
        // Paid back after all, it takes no more than it brought.
        shop.refund(&payment).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 400);
        assert_eq!(shop.credits_of_another_package().await, 500);
        shop.app.balanced().await;
    }

    async fn a_dispute_of_a_part_that_is_won_gives_it_again(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let payment = shop.pay_package().await;
        shop.events().await;
        shop.act(&format!("dispute?payment_intent={payment}&amount=1450")).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 350);
        shop.close(&payment, "won").await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 600);
        shop.refund(&payment).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 100);
        assert_eq!(shop.credits_of_another_package().await, 500);
    }

    async fn a_dispute_whose_end_is_told_first_takes_nothing(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let payment = shop.pay_package().await;
        shop.events().await;
        shop.dispute(&payment).await;
        shop.close(&payment, "won").await;
        shop.events_first("charge.dispute.closed").await;
        assert_eq!(shop.app.credits().await, 600);
        shop.has_history(&["payment"]).await;
    }

    async fn what_was_spent_of_a_month_that_is_disputed_is_owed(db) {
        let (mut shop, payment) = month(db, 300).await;
        shop.dispute(&payment).await;
        shop.events().await;
        shop.app.is("free", "active").await;
        assert_eq!(shop.app.credits().await, 0);
        shop.close(&payment, "lost").await;
        shop.events().await;
        assert_eq!(shop.credits_of_another_package().await, 200);
        shop.app.balanced().await;
    }

    async fn a_month_whose_dispute_is_won_has_its_credits_again(db) {
        let (mut shop, payment) = month(db, 300).await;
        shop.dispute(&payment).await;
        shop.events().await;
        shop.days(3).await;
        shop.close(&payment, "won").await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 700);
        assert_eq!(shop.credits_of_another_package().await, 500);
        shop.reconcile().await;
        assert_eq!(shop.app.credits().await, 1_200);
        shop.app.balanced().await;
    }
}
