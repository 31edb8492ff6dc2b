//! What a dispute that is won gives again, and what a later reversal takes of it.

use captely_payments::{IdempotencyKey, NewRefund};
use captely_sandbox::Conduct;
use captely_testkit::both_dbs;

use super::reversals::month;
use super::shop::Shop;
use crate::app::migrations;

impl Shop {
    /// Pays a part of a payment back, in Stripe's dashboard.
    async fn refund_part(&self, payment: &str, amount: i64) {
        let new = NewRefund {
            payment_intent: payment.to_owned(),
            amount: Some(amount),
            ..NewRefund::default()
        };
        let key = IdempotencyKey::new(format!("refund:{payment}:{amount}")).unwrap();
        self.stripe().create_refund(&key, &new).await.unwrap();
    }

    /// Disputes a part of a payment, which is won.
    async fn win(&mut self, payment: &str, amount: i64) {
        self.act(&format!("dispute?payment_intent={payment}&amount={amount}")).await;
        self.events().await;
        self.close(payment, "won").await;
        self.events().await;
    }
}

both_dbs! {
    migrations = &migrations();

    async fn what_was_held_comes_back_beside_it(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        shop.app.is("free", "active").await;
        shop.app.spend(100).await;
        let payment = shop.pay_package().await;
        shop.events().await;
        let hold = shop.app.hold(40).await;
        shop.dispute(&payment).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 0);
        shop.app.release(hold).await;
        assert_eq!(shop.app.credits().await, 40);
        shop.close(&payment, "won").await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 500);
        assert_eq!(shop.credits_of_another_package().await, 500);
        shop.app.balanced().await;
    }

    async fn what_was_held_of_a_month_comes_back_beside_it(db) {
        let (mut shop, payment) = month(db, 100).await;
        let hold = shop.app.hold(300).await;
        shop.dispute(&payment).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 0);
        shop.app.release(hold).await;
        shop.close(&payment, "won").await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 900);
        assert_eq!(shop.credits_of_another_package().await, 500);
        shop.app.balanced().await;
    }

    async fn behind_a_refund_of_a_part_it_is_taken_and_charged_once(db) {
        let (mut shop, payment) = month(db, 300).await;
        shop.refund_part(&payment, 1_000).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 700);
        shop.win(&payment, 3_900).await;
        assert_eq!(shop.app.credits().await, 700);
        shop.refund_part(&payment, 3_900).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 0);
        // Three hundred were spent.
        assert_eq!(shop.credits_of_another_package().await, 200);
        shop.app.balanced().await;
    }

    async fn of_a_package_behind_a_refund_of_a_part_it_is_taken_once(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let payment = shop.pay_package().await;
        shop.events().await;
        shop.app.spend(200).await;
        shop.refund_part(&payment, 1_450).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 150);
        shop.win(&payment, 1_450).await;
        assert_eq!(shop.app.credits().await, 150);
        shop.refund_part(&payment, 1_449).await;
        shop.events().await;
        // A hundred were spent; what one cent stands for stays.
        assert!(shop.app.credits().await <= 1);
        assert_eq!(shop.credits_of_another_package().await, 400);
        shop.app.balanced().await;
    }

    async fn what_was_given_back_meanwhile_is_not_owed_once_more(db) {
        let (mut shop, payment) = month(db, 300).await;
        shop.dispute(&payment).await;
        shop.events().await;
        assert_eq!(shop.credits_of_another_package().await, 200);
        shop.close(&payment, "won").await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 1_200);
        shop.refund(&payment).await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 200);
        assert_eq!(shop.credits_of_another_package().await, 500);
        shop.app.balanced().await;
    }
}
