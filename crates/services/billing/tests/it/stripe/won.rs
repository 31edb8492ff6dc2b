//! What a dispute that is won gives again.

use captely_sandbox::Conduct;
use captely_testkit::both_dbs;

use super::reversals::month;
use super::shop::Shop;
use crate::app::migrations;

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
}
