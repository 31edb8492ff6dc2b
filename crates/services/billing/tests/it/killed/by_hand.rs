use captely_billing::jobs::BILLING_DUE;
use captely_testkit::{both_dbs, kills};
use serde_json::json;

use super::{Act, Site};
use crate::anything::check;
use crate::app::{TestApp, migrations};

/// Of the normal suite.
const KILLS: u64 = 30;
/// Of all processes together, with the commits, were none killed: about.
const STATEMENTS: u64 = 900;

/// What happens on a day of a workspace's life.
enum On {
    Act(Act),
    /// What is due by then is done.
    Due,
}

/// Days that pass, what happens then, and the model: what can be spent and what was ever granted, in whole credits.
type Line = (u64, &'static str, On, (i64, i64));

/// A trial, a plan, a package, renewals, one that is paid when it was asked for in vain, a larger plan, money back, the end.
fn life() -> Vec<Line> {
    let plans = "/api/subscriptions";
    let starter = json!({ "package_id": "starter", "billing_cycle": "monthly" });
    let trial = json!({ "package_id": "starter", "billing_cycle": "monthly", "start_trial": true });
    let package = json!({ "package_id": "credits_500" });
    let larger = Act::Ask {
        method: "PATCH".to_owned(),
        path: plans.to_owned(),
        body: json!({ "package_id": "professional" }),
        key: "larger".to_owned(),
    };
    let back = Act::PayBack { kind: "package".to_owned(), cents: 2_900 };
    let reveal = Act::Reveal { whole: 50, key: "reveal".to_owned() };
    let end = Act::post("/api/subscriptions/cancel", json!({ "now": true }), "end");
    let paid = || On::Act(Act::PayOpen);
    vec![
        (0, "trial", On::Act(Act::post(plans, trial, "trial")), (200, 200)),
        // It takes the free month along, which is not given twice.
        (15, "end of the trial", On::Due, (0, 200)),
        (0, "order", On::Act(Act::post(plans, starter, "order")), (0, 200)),
        (0, "first payment", paid(), (1_000, 1_200)),
        (0, "reveals", On::Act(reveal), (950, 1_200)),
        (
            0,
            "package",
            On::Act(Act::post("/api/credit-packages/purchase", package, "p")),
            (950, 1_200),
        ),
        (0, "its payment", paid(), (1_450, 1_700)),
        // The plan's month is over; the package lasts.
        (31, "renewal", On::Due, (500, 1_700)),
        (0, "its payment", paid(), (1_500, 2_700)),
        (28, "renewal", On::Due, (500, 2_700)),
        (14, "overdue", On::Due, (500, 2_700)),
        (3, "first reminder", On::Due, (500, 2_700)),
        (2, "second reminder", On::Due, (500, 2_700)),
        (2, "last reminder", On::Due, (500, 2_700)),
        (0, "late payment", paid(), (1_500, 3_700)),
        (10, "renewal", On::Due, (500, 3_700)),
        (0, "its payment", paid(), (1_500, 4_700)),
        (0, "larger plan", On::Act(larger), (1_500, 4_700)),
        (0, "the difference", paid(), (5_500, 8_700)),
        (1, "package paid back", On::Act(back), (5_000, 8_700)),
        // Nothing of the plan is left; the free month that runs had not been given.
        (0, "end", On::Act(end), (100, 8_800)),
        (31, "free month", On::Due, (100, 8_900)),
    ]
}

both_dbs! {
    migrations = &migrations();

    async fn every_payment_and_every_month_counts_once(db) {
        let app = TestApp::manual(db).await;
        let mut site = Site::new(kills(KILLS), STATEMENTS, None);
        for (days, what, on, model) in life() {
            app.clock.advance(std::time::Duration::from_hours(24 * days));
            match on {
                On::Act(act) => drop(site.done(&app, act).await),
                On::Due => site.scheduled(&app, BILLING_DUE).await,
            }
            site.stands(&app, what, model).await;
        }
        println!("{} kills", site.kills);
        assert!(site.kills >= KILLS / 2, "{} kills are too few", site.kills);
        app.is("free", "active").await;
        check(&app).await;
        let kinds = app.get("/api/billing/history?limit=100").await.column("kind");
        let told = |kind: &str| kinds.iter().filter(|one| *one == kind).count();
        assert_eq!(["payment", "failure", "refund"].map(told), [6, 1, 1]);
    }
}
