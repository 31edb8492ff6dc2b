use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use serde_json::{Value, json};

use super::cards::GOOD;
use super::shop::Shop;
use super::subscriptions::charged;
use crate::app::migrations;

both_dbs! {
    migrations = &migrations();

    async fn a_stored_card_pays_at_once_and_can_be_taken_away(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        shop.pay(asked.is(201), GOOD).await;
        let stored = shop.app.get("/api/billing/payment-methods").await;
        assert_eq!(stored.column("last4"), ["4242"]);
        let method = stored.column("id")[0].clone();
        let wish = json!({ "package_id": "credits_500", "payment_method_id": method });
        let path = "/api/credit-packages/purchase";
        let bought = shop.app.call("POST", path, wish.clone(), Some("once")).await;
        assert_eq!(bought.is(201)["status"], "paid");
        assert_eq!(shop.app.credits().await, 1_600);
        // The same request again, and the events that it brought, buy nothing more.
        let again = shop.app.call("POST", path, wish, Some("once")).await;
        again.is(201);
        shop.events().await;
        assert_eq!((shop.app.credits().await, charged(&shop)), (1_600, 4_900 + 2_900));
        let stranger = json!({
            "package_id": "credits_500", "payment_method_id": "pay_019900000000700080000000000000ab",
        });
        shop.app.post(path, stranger).await.refused(422, "invalid");
        let one = format!("/api/billing/payment-methods/{method}");
        shop.app.call("DELETE", &one, Value::Null, None).await.is(204);
        shop.app.call("DELETE", &one, Value::Null, None).await.refused(404, "not_found");
        assert!(shop.app.get("/api/billing/payment-methods").await.column("id").is_empty());
        shop.app.balanced().await;
    }

    async fn what_stripe_pays_back_takes_its_credits(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let wish = json!({ "package_id": "credits_500" });
        let asked = shop.app.post("/api/credit-packages/purchase", wish).await;
        shop.pay(asked.is(201), GOOD).await;
        let payment = shop.app.get("/api/billing/history").await.column("reference")[0].clone();
        for (n, left) in [(1, 350), (2, 100)] {
            shop.refund_part(&payment, Some(1_450), &n.to_string()).await;
            shop.events().await;
            assert_eq!(shop.app.credits().await, left);
        }
        let kinds = shop.app.get("/api/billing/history").await.column("kind");
        assert_eq!(kinds, ["refund", "refund", "payment"]);
        shop.app.balanced().await;
    }

    async fn paypal_pays_too(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let wish = json!({ "package_id": "credits_2000" });
        let asked = shop.app.post("/api/credit-packages/purchase", wish).await;
        let url = asked.is(201)["checkout_url"].as_str().unwrap().to_owned();
        let session = url.rsplit('/').next().unwrap().to_owned();
        let said = shop.act(&format!("pay?session={session}&method=paypal")).await;
        if let Some(next) = said["next"].as_str() {
            let intent = next.rsplit('/').next().unwrap();
            shop.act(&format!("confirm?intent={intent}&action=authorise")).await;
        }
        shop.events().await;
        assert_eq!((shop.app.credits().await, charged(&shop)), (2_100, 9_900));
    }

    async fn the_portal_has_an_address(db) {
        let shop = Shop::open(db, Conduct::at_once()).await;
        let said = shop.app.post("/api/billing/portal", Value::Null).await;
        assert!(said.is(200)["url"].as_str().unwrap().starts_with("http"));
    }
}
