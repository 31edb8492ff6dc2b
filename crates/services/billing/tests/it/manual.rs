//! A subscription from its order to its end, paid by hand.

use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

both_dbs! {
    migrations = &migrations();

    async fn the_free_plan_brings_its_credits_each_month_once(db) {
        let app = TestApp::manual(db).await;
        app.is("free", "active").await;
        assert_eq!(app.credits().await, 100);
        app.spend(30).await;
        app.days(20).await;
        assert_eq!(app.credits().await, 70);
        // 5 January to 5 February: what is left of a month ends with it.
        app.days(11).await;
        assert_eq!(app.credits().await, 100);
        app.balanced().await;
    }

    async fn an_order_holds_from_its_payment_on(db) {
        let app = TestApp::manual(db).await;
        let invoice = app.order("starter", "monthly").await;
        app.is("free", "active").await;
        let said = app.get(&format!("/api/billing/invoices/{invoice}")).await;
        assert_eq!(said.is(200)["number"], "2026-000001");
        assert_eq!(said.is(200)["total"]["text"], "49.00 USD");
        assert_eq!(said.is(200)["due"]["amount"], 4_900);
        app.days(3).await;
        app.pay(&invoice).await.is(200);
        app.is("starter", "active").await;
        assert_eq!(app.credits().await, 1_100);
        let said = app.get("/api/subscriptions").await;
        assert_eq!(said.is(200)["subscription"]["period_start"], app.now());
        // Paid twice it is paid once.
        app.pay(&invoice).await.is(200);
        assert_eq!(app.credits().await, 1_100);
        assert_eq!(app.get("/api/billing/history").await.column("kind"), ["payment"]);
        app.balanced().await;
    }

    async fn a_period_that_is_paid_brings_the_next_credits(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        app.days(31).await;
        // The second invoice waits; what is not paid brings nothing, and the old month has ended.
        assert_eq!(app.credits().await, 0);
        let open = app.get("/api/subscriptions").await.is(200)["subscription"]["open_invoice"].clone();
        app.pay(open.as_str().unwrap()).await.is(200);
        assert_eq!(app.credits().await, 1_000);
        let numbers = app.get("/api/billing/invoices").await.column("number");
        assert_eq!(numbers, ["2026-000002", "2026-000001"]);
    }

    async fn a_year_is_paid_once_and_brings_credits_monthly(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("professional", "yearly").await;
        for month in 0..12 {
            // What is left rolls over, 5,000 at most; the free month of the first day is there too at first.
            let expected = if month == 0 { 5_100 } else { 10_000 };
            assert_eq!(app.credits().await, expected, "month {month} at {}", app.now());
            app.days(if month == 11 { 30 } else { 31 }).await;
            if app.get("/api/billing/invoices").await.column("number").len() > 1 {
                break;
            }
        }
        assert_eq!(app.get("/api/billing/invoices").await.column("number").len(), 2);
        app.balanced().await;
    }

    async fn cancelled_it_goes_on_to_the_end_of_its_period(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        app.post("/api/subscriptions/cancel", json!({})).await.is(200);
        app.days(15).await;
        app.post("/api/subscriptions/resume", json!({})).await.is(200);
        app.post("/api/subscriptions/resume", json!({})).await.refused(409, "conflict");
        app.post("/api/subscriptions/cancel", json!({})).await.is(200);
        app.is("starter", "active").await;
        app.days(16).await;
        app.is("free", "active").await;
        assert_eq!(app.credits().await, 100);
        app.balanced().await;
    }

    async fn cancelled_now_it_ends_with_its_credits(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        app.post("/api/subscriptions/cancel", json!({ "now": true })).await.is(200);
        app.is("free", "active").await;
        // The free credits of this month were had, and ended with the plan.
        assert_eq!(app.credits().await, 0);
        app.subscribe("starter", "monthly").await;
        assert_eq!(app.credits().await, 1_000);
        app.balanced().await;
    }

    async fn coming_back_to_the_free_plan_gives_no_month_twice(db) {
        let app = TestApp::manual(db).await;
        for _ in 0..3 {
            app.subscribe("starter", "monthly").await;
            app.post("/api/subscriptions/cancel", json!({ "now": true })).await.is(200);
        }
        assert_eq!(app.credits().await, 0);
    }

    async fn an_invoice_can_be_printed_and_holds_no_markup_of_others(db) {
        let app = TestApp::manual(db).await;
        let details = json!({ "name": "<b>Example</b> & Co", "country": "DE", "vat_id": "de 123456789" });
        let said = app.patch("/api/billing/details", details).await;
        assert_eq!(said.is(200)["vat_id"], "DE123456789");
        let invoice = app.order("starter", "monthly").await;
        let page = app.get(&format!("/api/billing/invoices/{invoice}/print")).await;
        page.is(200);
        assert!(page.text.contains("&lt;b&gt;Example&lt;/b&gt; &amp; Co"), "{}", page.text);
        assert!(page.text.contains("DE123456789") && page.text.contains("49.00 USD"));
    }
}
