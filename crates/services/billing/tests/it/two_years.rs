//! Two years day by day, beside a small model: which credits are there, and what was paid.

use std::time::Duration;

use captely_testkit::both_dbs;

use crate::app::{TestApp, migrations};

const DAYS: u32 = 730;
/// Days from 5 January 2026 on which the month begins anew, on the 5th: reckoned by hand from the calendar, not by
/// the code under test.
const MONTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// What a workspace with Starter has, which spends 7 credits a day and pays its invoices 3 days late, if at all.
struct Model {
    credits: i64,
    paid: usize,
    invoices: usize,
    open_since: Option<u32>,
}

fn is_first_day(day: u32) -> bool {
    let mut first = 0;
    for month in (0..12).cycle() {
        if day <= first {
            return day == first;
        }
        first += MONTHS[month];
    }
    false
}

both_dbs! {
    migrations = &migrations();

    async fn credits_and_payments_are_those_of_the_model(db) {
        let app = TestApp::manual(db).await;
        app.subscribe("starter", "monthly").await;
        // The free month of the first day is used up first, so that the model need not know it.
        app.spend(100).await;
        let mut model = Model { credits: 1_000, paid: 1, invoices: 1, open_since: None };
        for day in 1..=DAYS {
            app.clock.advance(Duration::from_hours(24));
            app.billing.sweep().await.unwrap();
            // Twice does no more.
            app.billing.sweep().await.unwrap();
            if is_first_day(day) {
                model.credits = 0;
                model.invoices += 1;
                model.open_since = Some(day);
            }
            if model.open_since.is_some_and(|since| day == since + 3) {
                let said = app.get("/api/subscriptions").await;
                let open = said.is(200)["subscription"]["open_invoice"].as_str().unwrap().to_owned();
                app.pay(&open).await.is(200);
                (model.credits, model.open_since) = (1_000, None);
                model.paid += 1;
            }
            let spend = model.credits.min(7);
            if spend > 0 {
                app.spend(spend).await;
                model.credits -= spend;
            }
            assert_eq!(app.credits().await, model.credits, "day {day}, {}", app.now());
        }
        let invoices = app.get("/api/billing/invoices?limit=200").await;
        let status = invoices.column("status");
        assert_eq!(status.len(), model.invoices);
        assert_eq!(status.iter().filter(|status| *status == "paid").count(), model.paid);
        app.is("starter", "active").await;
        app.balanced().await;
    }
}
