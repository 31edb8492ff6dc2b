use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use captely_billing::Mode;
use captely_contact::Timestamp;
use captely_credits::{Action, Held, Key, Order, Purpose};
use captely_platform::chance::Chance;
use captely_platform::db::Stmt;
use captely_platform::jobs::{self, Runner, RunnerOptions};
use captely_testkit::{TestClock, TestDb};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

use crate::app::{TestApp, at_stripe};

/// All workers of victims are named so.
const WORKER: &str = "victim/";
/// Jobs that wait or are held by somebody dead.
const LEFT: &str = "SELECT count(*) FROM job WHERE queue = $1 AND state < 2";

/// What a victim is told: where it is, when, and what to do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(super) url: String,
    /// Microseconds since 1970.
    pub(super) now: i64,
    pub(super) seed: u64,
    pub(super) token: String,
    pub(super) workspace: String,
    /// Base, secret key and webhook secret, where Stripe collects the money.
    pub(super) stripe: Option<[String; 3]>,
    pub(super) act: Act,
    /// Statements until its end; none where it is let be.
    pub(super) dies_after: Option<u64>,
}

/// Something that brings, takes or moves money. Done again, it does no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Act {
    /// The owner's request under an idempotency key.
    Ask { method: String, path: String, body: Value, key: String },
    /// Whoever runs the installation notes every open invoice as paid.
    PayOpen,
    /// And this sum (cents) of the invoices of a kind as paid back.
    PayBack { kind: String, cents: i64 },
    /// Credits are set aside and then spent, as for a reveal.
    Reveal { whole: u32, key: String },
    /// Events of Stripe's arrive: signature and body of each.
    Take { events: Vec<(String, String)> },
    /// The worker does what waits in a queue.
    Work { queue: String },
}

impl Act {
    pub(crate) fn post(path: &str, body: Value, key: &str) -> Self {
        let (method, path, key) = ("POST".to_owned(), path.to_owned(), key.to_owned());
        Self::Ask { method, path, body, key }
    }

    /// Does it; what an answer says.
    pub(super) async fn done(&self, app: &TestApp) -> Value {
        match self {
            Self::Ask { method, path, body, key } => {
                let answer = app.call(method, path, body.clone(), Some(key)).await;
                assert!((200..300).contains(&answer.status), "{path}: {}", answer.text);
                serde_json::from_str(&answer.text).unwrap()
            }
            Self::PayOpen => pay_open(app).await,
            Self::PayBack { kind, cents } => pay_back(app, kind, *cents).await,
            Self::Reveal { whole, key } => reveal(app, *whole, key).await,
            Self::Take { events } => take(app, events).await,
            Self::Work { queue } => work(app, queue).await,
        }
    }
}

async fn of_invoices(app: &TestApp, field: &str, value: &str) -> Vec<String> {
    let invoices = app.get("/api/billing/invoices?limit=100").await;
    let items = invoices.is(200)["items"].as_array().unwrap().iter();
    let fits = items.filter(|one| one[field] == value);
    fits.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn pay_open(app: &TestApp) -> Value {
    for id in of_invoices(app, "status", "open").await {
        let path = format!("/api/admin/billing/invoices/{id}/pay");
        app.call("POST", &path, json!({ "reference": "line 12" }), Some(&id)).await.is(200);
    }
    Value::Null
}

async fn pay_back(app: &TestApp, kind: &str, cents: i64) -> Value {
    for id in of_invoices(app, "kind", kind).await {
        let path = format!("/api/admin/billing/invoices/{id}/refund");
        let body = json!({ "reference": "line 13", "amount": cents });
        app.call("POST", &path, body, Some(&format!("back-{id}"))).await.is(200);
    }
    Value::Null
}

async fn reveal(app: &TestApp, whole: u32, key: &str) -> Value {
    let order = Order {
        key: Key::new(key),
        action: Action::EmailReveal,
        quantity: whole,
        purpose: Purpose::default(),
        run_max: None,
    };
    let mut tx = app.db.writer().await.unwrap();
    let held = app.ledger.hold(&mut tx, app.workspace, &[order], Duration::from_hours(1)).await;
    tx.commit().await.unwrap();
    let Held::Credits(hold) = held.unwrap().remove(0).unwrap() else { return Value::Null };
    let mut tx = app.db.writer().await.unwrap();
    let capture = captely_credits::Capture { hold: hold.id, amount: None, provider: None };
    app.ledger.capture(&mut tx, app.workspace, &[capture]).await.unwrap().remove(0).unwrap();
    tx.commit().await.unwrap();
    Value::Null
}

async fn take(app: &TestApp, events: &[(String, String)]) -> Value {
    for (signature, body) in events {
        let request = Request::post("/api/billing/webhooks/stripe")
            .header("content-type", "application/json")
            .header("stripe-signature", signature)
            .body(Body::from(body.clone()))
            .unwrap();
        app.send(request).await.is(204);
    }
    Value::Null
}

/// As `captely serve` does: what the process before held is given back, then the worker works.
async fn work(app: &TestApp, queue: &str) -> Value {
    let clock: Arc<TestClock> = Arc::clone(&app.clock);
    jobs::release(&app.db, WORKER, app.at()).await.unwrap();
    let (ids, chance) = (Arc::clone(&app.billing.ids), Arc::new(Chance::from_seed(1)));
    let options = RunnerOptions { concurrency: 1, ..RunnerOptions::default() };
    let mut runner = Runner::new(app.db.clone(), ids, clock, chance, WORKER, options);
    for handler in captely_billing::jobs::handlers(&app.billing) {
        if handler.queue() == queue {
            runner = runner.with(handler);
        }
    }
    let all_done = async {
        loop {
            let stmt = Stmt::text(LEFT, [queue.to_owned().into()]);
            let left: Option<(i64,)> = app.db.one(stmt).await.unwrap();
            if left == Some((0,)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    runner.run(all_done).await.unwrap();
    Value::Null
}

impl Told {
    /// The process that it is told to be.
    pub(super) async fn app(&self) -> TestApp {
        let db = TestDb::of_another_process(&self.url).await;
        let clock = TestClock::at(Timestamp::micros(self.now));
        let mode = match &self.stripe {
            Some([base, key, secret]) => at_stripe(base, key, secret),
            None => Mode::Manual,
        };
        let owner = (self.token.clone(), self.workspace.parse().unwrap());
        TestApp::joined(db, clock, self.seed, mode, owner).await
    }
}
