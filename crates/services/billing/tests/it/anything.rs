//! Whatever people do, in whatever order: the books hold.

use captely_platform::chance::Chance;
use captely_testkit::both_dbs;
use serde_json::json;

use crate::app::{TestApp, migrations};

const ACTIONS: usize = 60;
const PLANS: [&str; 4] = ["free", "starter", "professional", "enterprise"];

/// Less than `n`.
fn below(chance: &Chance, n: u64) -> u64 {
    chance.u64() % n
}

fn pick<'a>(chance: &Chance, of: &[&'a str]) -> &'a str {
    of[usize::try_from(below(chance, u64::try_from(of.len()).unwrap())).unwrap()]
}

/// Does something by chance; what is refused must be refused as a mistake of the caller's.
async fn act(app: &TestApp, chance: &Chance) {
    let (plan, cycle) = (pick(chance, &PLANS), pick(chance, &["monthly", "yearly"]));
    let trial = below(chance, 3) == 0;
    let answer = match below(chance, 9) {
        0 => {
            let wish = json!({ "package_id": plan, "billing_cycle": cycle, "start_trial": trial });
            app.post("/api/subscriptions", wish).await
        }
        1 => {
            app.patch("/api/subscriptions", json!({ "package_id": plan, "billing_cycle": cycle }))
                .await
        }
        2 => app.post("/api/subscriptions/cancel", json!({ "now": trial })).await,
        3 => app.post("/api/subscriptions/resume", json!({})).await,
        4 => {
            app.post("/api/credit-packages/purchase", json!({ "package_id": "credits_500" })).await
        }
        5 => {
            let invoices = app.get("/api/billing/invoices?limit=200").await;
            let ids = invoices.column("id");
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            if ids.is_empty() {
                return;
            }
            let path = format!("/api/admin/billing/invoices/{}/refund", pick(chance, &ids));
            let amount = below(chance, 5_000) + 1;
            let body = json!({ "amount": amount, "reference": format!("r{amount}") });
            app.post(&path, body).await
        }
        6 => {
            let most = app.credits().await;
            let spent = i64::try_from(below(chance, u64::try_from(most).unwrap() + 1)).unwrap();
            if spent > 0 {
                app.spend(spent).await;
            }
            return;
        }
        7 => {
            app.days(u32::try_from(below(chance, 40)).unwrap()).await;
            return;
        }
        _ => {
            let invoices = app.get("/api/billing/invoices?limit=5").await;
            let ids = invoices.column("id");
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            if ids.is_empty() {
                return;
            }
            app.pay(pick(chance, &ids)).await
        }
    };
    let fine = [200, 201, 409, 422];
    assert!(fine.contains(&answer.status), "{} {}", answer.status, answer.text);
}

/// Numbers without gaps, and as much paid as the books say.
pub(crate) async fn check(app: &TestApp) {
    app.balanced().await;
    assert!(app.credits().await >= 0);
    let invoices = app.get("/api/billing/invoices?limit=200").await;
    let mut numbers = invoices.column("number");
    numbers.sort_by_key(|number| number.split_once('-').unwrap().1.to_owned());
    for (number, n) in numbers.iter().zip(1..) {
        assert_eq!(number.split_once('-').unwrap().1, format!("{n:06}"));
    }
    let sum = |said: &serde_json::Value, of: &str, kind: &str, value: &str| -> i64 {
        let items = said["items"].as_array().unwrap().iter();
        items.filter(|one| one[kind] == value).map(|one| one[of]["amount"].as_i64().unwrap()).sum()
    };
    let history = app.get("/api/billing/history?limit=200").await;
    let (invoices, history) = (invoices.is(200), history.is(200));
    assert_eq!(sum(invoices, "total", "status", "paid"), sum(history, "amount", "kind", "payment"));
    let back = ["refund", "dispute"].map(|kind| sum(history, "amount", "kind", kind));
    assert_eq!(sum(invoices, "refunded", "status", "paid"), back.iter().sum::<i64>());
}

async fn lives(app: TestApp, seed: u64) {
    let chance = Chance::from_seed(seed);
    for _ in 0..ACTIONS {
        act(&app, &chance).await;
    }
    check(&app).await;
}

both_dbs! {
    migrations = &migrations();

    async fn of_the_first_life(db) {
        lives(TestApp::manual(db).await, 1).await;
    }

    async fn of_the_second_life(db) {
        lives(TestApp::manual(db).await, 2).await;
    }

    async fn of_the_third_life(db) {
        lives(TestApp::manual(db).await, 3).await;
    }
}
