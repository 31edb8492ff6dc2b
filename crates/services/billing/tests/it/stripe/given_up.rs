//! Calls to Stripe that nobody waits for, and that must not be given up.

use std::time::Duration;

use captely_billing::jobs::STRIPE_CALL;
use captely_platform::db::Stmt;
use captely_platform::jobs::Verdict;
use captely_sandbox::Conduct;
use captely_testkit::{TestDb, both_dbs};
use serde_json::{Value, json};

use super::called_off::refunded;
use super::cards::GOOD;
use super::shop::Shop;
use crate::app::migrations;

/// An order that was called off and is paid all the same: a call is to pay it back, and its page.
async fn paid_for_nothing(db: TestDb) -> Shop {
    let mut shop = Shop::open(db, Conduct::at_once()).await;
    let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
    let old = shop.app.post("/api/subscriptions", plan).await;
    shop.app.post("/api/subscriptions/cancel", json!({})).await.is(200);
    shop.pay(old.is(201), GOOD).await;
    shop
}

impl Shop {
    /// All tries of the jobs that wait to call Stripe are used up.
    async fn give_up(&self) {
        let mut tx = self.app.db.writer().await.unwrap();
        let all = Stmt::text("DELETE FROM job WHERE queue = $1", [STRIPE_CALL.into()]);
        assert!(tx.run(all).await.unwrap() > 0);
        tx.commit().await.unwrap();
    }

    /// The calls that the comparison of the books found open.
    async fn open_calls(&self) -> Vec<String> {
        let found = self.app.get("/api/admin/billing/reconciliation").await;
        let items = found.is(200)["items"].as_array().unwrap().iter();
        let open = items.filter(|one| one["kind"] == "call_open");
        let what =
            |one: &Value| one["ours"].as_str().unwrap().split(' ').next().unwrap().to_owned();
        open.map(what).collect()
    }
}

both_dbs! {
    migrations = &migrations();

    async fn money_that_is_to_go_back_is_asked_for_anew_and_told(db) {
        let mut shop = paid_for_nothing(db).await;
        shop.give_up().await;
        shop.days(2).await;
        shop.reconcile().await;
        assert!(shop.open_calls().await.contains(&"pay_back".to_owned()));
        shop.calls_left().await;
        assert_eq!((shop.living().await, refunded(&shop)), (0, 4_900));
        shop.days(1).await;
        shop.reconcile().await;
        assert!(shop.open_calls().await.is_empty(), "{:?}", shop.open_calls().await);
    }

    async fn a_page_that_stripe_does_not_close_stays_to_be_closed(db) {
        let mut shop = Shop::open(db, Conduct::at_once()).await;
        let plan = json!({ "package_id": "starter", "billing_cycle": "monthly" });
        let old = shop.app.post("/api/subscriptions", plan).await;
        shop.app.post("/api/subscriptions/cancel", json!({})).await.is(200);
        shop.gate.refuse(Some("/expire"));
        let refused = shop.verdicts_of(STRIPE_CALL).await;
        assert!(matches!(refused.as_slice(), [Verdict::Trouble { .. }]), "{refused:?}");
        shop.gate.refuse(None);
        shop.app.clock.advance(Duration::from_secs(2));
        shop.work_of(STRIPE_CALL).await;
        assert_eq!(shop.pay(old.is(201), GOOD).await["status"], "declined");
    }

    async fn what_stripe_refused_for_a_day_is_asked_for_under_another_key(db) {
        let shop = paid_for_nothing(db).await;
        shop.gate.refuse(Some("/refunds"));
        for pause in [Duration::from_mins(2), Duration::from_mins(2), Duration::from_hours(24)] {
            shop.app.clock.advance(pause);
            shop.verdicts_of(STRIPE_CALL).await;
        }
        let keys = shop.gate.refused_keys();
        assert_eq!(keys.len(), 3);
        // Within a day Stripe does it once for its key, whatever became of the answer.
        assert!(keys[0] == keys[1] && keys[1] != keys[2], "{keys:?}");
    }
}
