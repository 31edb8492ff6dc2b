//! A change of plan that was not made at once, since Stripe did not answer.

use std::time::Duration;

use captely_sandbox::Conduct;
use captely_testkit::both_dbs;
use serde_json::json;

use super::cards::GOOD;
use super::shop::Shop;
use super::subscriptions::charged;
use crate::app::migrations;

const LATE: Duration = Duration::from_hours(6);

both_dbs! {
    migrations = &migrations();

    async fn a_change_that_is_made_late_brings_what_is_paid_for(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let asked = shop.app.post("/api/subscriptions", plan).await;
        shop.pay(asked.is(201), GOOD).await;
        shop.days(10).await;
        let wish = json!({ "package_id": "professional", "preview": true });
        let preview = shop.app.patch("/api/subscriptions", wish).await;
        let total = preview.is(200)["total"]["amount"].as_i64().unwrap();
        let more: captely_contact::Credits =
            preview.is(200)["credits"].as_str().unwrap().parse().unwrap();
        let mut down = Conduct::at_once();
        down.providers.stripe.faults.garbage = 1_000;
        shop.sandbox.set_conduct(down);
        let wish = json!({ "package_id": "professional" });
        shop.app.patch("/api/subscriptions", wish).await.refused(503, "payments_unavailable");
        shop.sandbox.set_conduct(Conduct::at_once());
        shop.sandbox.advance_ms(u64::try_from(LATE.as_millis()).unwrap());
        shop.app.clock.advance(LATE);
        shop.work_of(captely_billing::jobs::STRIPE_CALL).await;
        shop.events().await;
        shop.app.is("professional", "active").await;
        // Stripe reckons as of the request, and so do we.
        let available = shop.app.ledger.available(shop.app.workspace).await.unwrap();
        assert_eq!(available.as_millis(), 1_100_000 + more.as_millis());
        assert_eq!(charged(&shop), 4_900 + total);
        shop.app.balanced().await;
    }
}
