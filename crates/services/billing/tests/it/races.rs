//! Many at once.

use captely_testkit::both_dbs;
use futures::future::join_all;

use crate::app::{TestApp, migrations};

both_dbs! {
    migrations = &migrations();

    async fn of_64_renewals_at_once_one_grants(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "yearly").await;
        app.clock.advance(std::time::Duration::from_hours(31 * 24));
        let other = app.another_process().await;
        let renew = async |n: usize| {
            let billing = if n.is_multiple_of(2) { &app.billing } else { &other };
            billing.refresh(app.workspace).await.unwrap();
        };
        join_all((0..64).map(renew)).await;
        assert_eq!(app.credits().await, 1_000);
        let standing = app.ledger.standing(app.workspace).await.unwrap();
        assert_eq!(standing.granted.as_millis(), (100 + 1_000 + 1_000) * 1_000);
        app.balanced().await;
    }

    async fn of_64_payments_at_once_one_counts(db) {
        let app = TestApp::manual(db).await;
        let invoice = app.order("starter", "monthly").await;
        let paid = join_all((0..64).map(|_| app.pay(&invoice))).await;
        assert!(paid.iter().all(|answer| answer.status == 200));
        assert_eq!(app.credits().await, 1_100);
        assert_eq!(app.get("/api/billing/history").await.column("kind"), ["payment"]);
    }

    async fn numbers_of_invoices_have_no_gaps(db) {
        let app = TestApp::manual(db).await;
        let order = async |n: usize| {
            // Every third is refused, and leaves no hole.
            let package = if n.is_multiple_of(3) { "nothing" } else { "credits_500" };
            let body = serde_json::json!({ "package_id": package });
            app.post("/api/credit-packages/purchase", body).await.status
        };
        let made = join_all((0..30).map(order)).await;
        let orders = made.iter().filter(|status| **status == 201).count();
        assert_eq!(orders, 20);
        let mut numbers = app.get("/api/billing/invoices?limit=100").await.column("number");
        numbers.sort();
        let expected: Vec<String> = (1..=20).map(|n| format!("2026-{n:06}")).collect();
        assert_eq!(numbers, expected);
    }
}
