//! What a dispute that is won gives again: how long it lasts, and what a later reversal takes of it.

use captely_contact::Timestamp;
use captely_credits::{Grant, GrantSource};
use captely_platform::clock::Clock as _;
use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use serde_json::json;

use super::cards::GOOD;
use super::reversals::month;
use super::shop::Shop;
use crate::app::migrations;

impl Shop {
    /// Disputes a part of a payment, which is won.
    async fn win(&mut self, payment: &str, amount: i64) {
        self.act(&format!("dispute?payment_intent={payment}&amount={amount}")).await;
        self.events().await;
        self.close(payment, "won").await;
        self.events().await;
    }

    async fn grants_of(&self, source: GrantSource) -> Vec<Grant> {
        let standing = self.app.ledger.standing(self.app.workspace).await.unwrap();
        standing.grants.into_iter().filter(|one| one.source == source).collect()
    }
}

fn left_and_end(grants: &[Grant]) -> Vec<(i64, Option<Timestamp>)> {
    grants.iter().map(|one| (one.left.as_millis() / 1_000, one.expires_at)).collect()
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
        shop.refund_part(&payment, Some(1_000), "1_000").await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 700);
        shop.win(&payment, 3_900).await;
        assert_eq!(shop.app.credits().await, 700);
        shop.refund_part(&payment, Some(3_900), "3_900").await;
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
        shop.refund_part(&payment, Some(1_450), "1_450").await;
        shop.events().await;
        assert_eq!(shop.app.credits().await, 150);
        shop.win(&payment, 1_450).await;
        assert_eq!(shop.app.credits().await, 150);
        shop.refund_part(&payment, Some(1_449), "1_449").await;
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

    async fn what_had_rolled_over_lasts_as_long_as_it_would_have(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let plan = json!({ "package_id": "professional", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.days(32).await;
        let rolled = shop.grants_of(GrantSource::Rollover).await;
        let [(5_000, Some(end))] = left_and_end(&rolled)[..] else { panic!("{rolled:?}") };
        let first = shop.payments().await[1].clone();
        shop.dispute(&first).await;
        shop.events().await;
        let rest = end.since(shop.app.clock.now());
        shop.app.is("professional", "active").await;
        assert_eq!(shop.app.credits().await, 5_000);
        shop.days(3).await;
        shop.close(&first, "won").await;
        shop.events().await;
        let again = shop.grants_of(GrantSource::Adjustment).await;
        let expected = shop.app.clock.now().plus(rest);
        assert_eq!(left_and_end(&again), [(5_000, Some(expected))]);
        shop.app.balanced().await;
    }

    async fn what_other_credits_gave_back_does_not_end_with_the_month(db) {
        let (mut shop, payment) = month(db, 300).await;
        shop.dispute(&payment).await;
        shop.events().await;
        assert_eq!(shop.credits_of_another_package().await, 200);
        shop.close(&payment, "won").await;
        shop.events().await;
        let again = left_and_end(&shop.grants_of(GrantSource::Adjustment).await);
        let [(700, Some(_)), (300, None)] = again[..] else { panic!("{again:?}") };
        shop.app.balanced().await;
    }
}
