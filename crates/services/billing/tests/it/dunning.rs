//! A payment that does not come.

use captely_billing::Mode;
use captely_billing::catalogue::Catalogue;
use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

/// Mails that were queued.
async fn mails(app: &TestApp) -> usize {
    let stmt = captely_platform::db::Stmt::text("SELECT count(*) FROM mail", []);
    let row: Option<(i64,)> = app.db.one(stmt).await.unwrap();
    usize::try_from(row.unwrap().0).unwrap()
}

both_dbs! {
    migrations = &migrations();

    async fn it_is_asked_for_three_times_and_then_the_plan_ends(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        app.days(31).await;
        let before = mails(&app).await;
        app.days(13).await;
        app.is("starter", "active").await;
        app.days(1).await;
        app.is("starter", "past_due").await;
        assert_eq!(app.stands().await.2, "starter");
        app.days(3).await;
        app.days(2).await;
        app.is("starter", "past_due").await;
        app.days(2).await;
        app.is("starter", "unpaid").await;
        assert_eq!(app.stands().await.2, "free");
        // One when it fell due, three reminders.
        assert_eq!(mails(&app).await - before, 4);
        app.days(6).await;
        app.is("starter", "unpaid").await;
        app.days(1).await;
        app.is("free", "active").await;
        let kinds = app.get("/api/billing/history").await.column("kind");
        assert_eq!(kinds, ["failure", "payment"]);
        app.balanced().await;
    }

    async fn a_late_payment_mends_it(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        app.days(31 + 14 + 7).await;
        app.is("starter", "unpaid").await;
        assert_eq!(app.credits().await, 0);
        let change = json!({ "package_id": "professional" });
        app.patch("/api/subscriptions", change).await.refused(409, "conflict");
        let open = app.get("/api/subscriptions").await.is(200)["subscription"]["open_invoice"].clone();
        app.pay(open.as_str().unwrap()).await.is(200);
        app.is("starter", "active").await;
        assert_eq!(app.stands().await.2, "starter");
        assert_eq!(app.credits().await, 1_000);
        app.balanced().await;
    }

    async fn an_invoice_that_is_due_after_its_month_is_not_forgotten(db) {
        let mut catalogue = Catalogue::built_in().unwrap();
        catalogue.invoice.due_days = 45;
        let app = TestApp::with(db, Mode::Manual, catalogue).await;
        app.subscribe("starter", "monthly").await;
        app.days(31).await;
        let open = app.open_invoice().await;
        app.days(44).await;
        app.is("starter", "active").await;
        assert_eq!(app.open_invoice().await, open);
        app.days(1).await;
        app.is("starter", "past_due").await;
        app.days(14).await;
        app.is("free", "active").await;
        assert_eq!(app.get("/api/billing/invoices").await.column("status"), ["void", "paid"]);
    }

    async fn months_that_nobody_looked_at_are_not_invoiced(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        app.clock.advance(std::time::Duration::from_hours(24 * 200));
        app.billing.sweep().await.unwrap();
        assert_eq!(app.get("/api/billing/invoices").await.column("status"), ["open", "paid"]);
        let open = app.open_invoice().await;
        app.pay(&open).await.is(200);
        app.is("starter", "active").await;
        assert_eq!(app.credits().await, 1_000);
        app.balanced().await;
    }
}
