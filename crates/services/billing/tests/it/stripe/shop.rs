//! The sandbox's Stripe, the server, and what carries its webhooks to it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use captely_billing::Mode;
use captely_billing::catalogue::Catalogue;
use captely_contact::Timestamp;
use captely_payments::{
    IdempotencyKey, Stripe, SubscriptionChange, SubscriptionFilter, SubscriptionStatus,
};
use captely_platform::clock::Clock;
use captely_platform::jobs::{self, Verdict};
use captely_providers::{Http, HttpConfig};
use captely_sandbox::{Conduct, Sandbox, Settings};
use captely_testkit::{TestClock, TestDb};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::gate::Gate;
use crate::app::{TestApp, at_stripe};

/// How often it is looked whether an event that is on its way has arrived.
const LOOK_EVERY: Duration = Duration::from_millis(2);

pub(super) type Delivery = (String, Bytes);

pub(super) struct Shop {
    pub(super) app: TestApp,
    pub(super) sandbox: Sandbox,
    pub(super) gate: Gate,
    http: Http,
    deliveries: UnboundedReceiver<Delivery>,
}

async fn carry(
    State(to): State<UnboundedSender<Delivery>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
    let _receiver_gone = to.send((signature, body));
    StatusCode::NO_CONTENT
}

/// The second at which a signature says that it was sent.
pub(super) fn sent_at(signature: &str) -> i64 {
    let parts = signature.split(',').find_map(|part| part.strip_prefix("t="));
    parts.unwrap().parse().unwrap()
}

impl Shop {
    pub(super) async fn open(db: TestDb, conduct: Conduct) -> Self {
        Self::open_with(db, conduct, None).await
    }

    /// With this secret key instead of the account's.
    pub(super) async fn open_with(db: TestDb, conduct: Conduct, key: Option<&str>) -> Self {
        let (to, deliveries) = unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let webhook = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().fallback(axum::routing::post(carry)).with_state(to);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut settings = Settings { people: 10, conduct, ..Settings::default() };
        settings.stripe.started_at = Some(TestClock::START);
        settings.stripe.webhook = Some(webhook);
        let sandbox = Sandbox::start(settings).await.unwrap();
        let account = sandbox.addresses().providers.stripe.clone();
        let key = key.map_or(account.key, str::to_owned);
        let http = Http::new(&HttpConfig { allow_private: true, ..HttpConfig::default() }).unwrap();
        let gate = Gate::open(http.clone(), &account.base).await;
        let secret = account.secret.unwrap_or_else(|| "whsec_sandbox".to_owned());
        let mode = at_stripe(&gate.base, &key, &secret);
        let app = TestApp::with(db, mode, Catalogue::built_in().unwrap()).await;
        Self { app, sandbox, gate, http, deliveries }
    }

    /// Something that a person does at Stripe's pages.
    pub(super) async fn act(&self, path: &str) -> Value {
        let url = format!("{}/_sandbox/stripe/{path}", self.sandbox.addresses().http);
        let request = reqwest::Request::new(reqwest::Method::POST, url.parse().unwrap());
        let reply = self.http.send(request).await.unwrap();
        let said = String::from_utf8_lossy(&reply.body).into_owned();
        assert!((200..300).contains(&reply.status), "{path}: {} {said}", reply.status);
        serde_json::from_str(&said).unwrap_or_default()
    }

    /// Leaves another card, and has the subscription paid with it.
    pub(super) async fn use_card(&self, card: &str) {
        let Mode::Stripe(access) = &self.app.billing.mode else { panic!("not by Stripe") };
        let (stripe, filter) = (&access.client, SubscriptionFilter::default());
        let subscriptions = stripe.list_subscriptions(&filter, 1).await.unwrap();
        let subscription = &subscriptions.objects[0];
        let customer = &subscription.customer;
        self.act(&format!("card?customer={customer}&card={card}")).await;
        let methods = stripe.list_payment_methods(customer, None, 10).await.unwrap().objects;
        let whole = stripe.get_customer(customer).await.unwrap();
        let newest = whole.default_payment_method().unwrap_or(&methods[0].id).to_owned();
        let change =
            SubscriptionChange { default_payment_method: Some(newest), ..Default::default() };
        let key = IdempotencyKey::new(format!("use:{card}")).unwrap();
        stripe.update_subscription(&subscription.id, &key, &change).await.unwrap();
    }

    /// Lets time pass at Stripe and here, and what it brings arrive.
    pub(super) async fn days(&mut self, n: u32) {
        for _ in 0..n {
            self.sandbox.advance_ms(86_400_000);
            self.app.clock.advance(Duration::from_hours(24));
            self.events().await;
            self.app.billing.sweep().await.unwrap();
        }
    }

    /// Hands all events to the server that come, and does the jobs that they bring.
    pub(super) async fn events(&mut self) {
        self.take_events().await;
        self.work().await;
    }

    /// Hands all events to the server that come.
    pub(super) async fn take_events(&mut self) {
        while let Some(delivery) = self.arrived().await {
            let answer = self.deliver(&delivery).await;
            assert!(answer == 204 || answer == 400, "{answer}");
        }
    }

    /// Hands those of a kind to the server that come and does their jobs, then all others.
    pub(super) async fn events_first(&mut self, kind: &str) {
        let (mut first, mut later) = (Vec::new(), Vec::new());
        while let Some(one) = self.arrived().await {
            let event: Value = serde_json::from_slice(&one.1).unwrap();
            if event["type"] == kind { first.push(one) } else { later.push(one) }
        }
        assert!(!first.is_empty(), "no {kind} came");
        for some in [first, later] {
            for one in &some {
                assert_eq!(self.deliver(one).await, 204);
            }
            self.work().await;
        }
    }

    /// The next event, unseen by the server; none where no more is on its way. Stripe's clock goes on while we work: ours is
    /// not behind the moment at which it was sent.
    pub(super) async fn arrived(&mut self) -> Option<Delivery> {
        let next = loop {
            // Counted before it is looked: what arrives in between is found, and what is counted is waited for.
            let left = self.sandbox.stripe_webhooks_waiting();
            match self.deliveries.try_recv() {
                Ok(next) => break next,
                Err(_) if left == 0 => return None,
                Err(_) => tokio::time::sleep(LOOK_EVERY).await,
            }
        };
        let sent = Timestamp::micros(sent_at(&next.0) * 1_000_000);
        self.app.clock.set(self.app.clock.now().max(sent));
        Some(next)
    }

    /// Hands one event to the server; the status of its answer.
    pub(super) async fn deliver(&self, (signature, body): &Delivery) -> u16 {
        let request = Request::post("/api/billing/webhooks/stripe")
            .header("content-type", "application/json")
            .header("stripe-signature", signature)
            .body(axum::body::Body::from(body.clone()))
            .unwrap();
        self.app.send(request).await.status
    }

    /// Deals with the events that wait.
    pub(super) async fn work(&self) {
        self.work_of(captely_billing::jobs::STRIPE_EVENT).await;
    }

    /// Does the jobs of a queue that wait.
    pub(super) async fn work_of(&self, queue: &'static str) {
        self.worker(queue).await.1.await.unwrap();
    }

    /// A worker of its own that does the jobs of a queue that wait; how many there are.
    pub(super) async fn worker(&self, queue: &'static str) -> (usize, JoinHandle<()>) {
        let handlers = captely_billing::jobs::handlers(&self.app.billing);
        let handler = handlers.iter().find(|one| one.queue() == queue).map(Arc::clone).unwrap();
        let (lease, now) = (Duration::from_hours(1), self.app.clock.now());
        let found = jobs::claim(&self.app.db, "test", &[queue], 1_000, lease, now).await.unwrap();
        let count = found.len();
        let work = async move {
            for job in found {
                let verdict = handler.run(&job).await;
                assert_eq!(verdict, Verdict::Done, "{:?}", job.payload);
            }
        };
        (count, tokio::spawn(work))
    }

    /// Does the jobs of a queue that wait, and leaves them as they are; what came of them.
    pub(super) async fn verdicts_of(&self, queue: &'static str) -> Vec<Verdict> {
        let handlers = captely_billing::jobs::handlers(&self.app.billing);
        let handler = handlers.iter().find(|one| one.queue() == queue).map(Arc::clone).unwrap();
        // They are there again when their lease is over.
        let (lease, now) = (Duration::from_secs(1), self.app.clock.now());
        let found = jobs::claim(&self.app.db, "test", &[queue], 1_000, lease, now).await.unwrap();
        let mut verdicts = Vec::new();
        for job in found {
            verdicts.push(handler.run(&job).await);
        }
        verdicts
    }

    /// A second passes, here and at Stripe.
    pub(super) fn later(&self) {
        self.sandbox.advance_ms(1_000);
        self.app.clock.advance(Duration::from_secs(1));
    }

    /// Somebody asks Stripe for the end of the one subscription with its period, or takes that back.
    pub(super) async fn set_end(&self, ends: bool) {
        let all = self.stripe().list_subscriptions(&SubscriptionFilter::default(), 1).await;
        let change = SubscriptionChange { cancel_at_period_end: Some(ends), ..Default::default() };
        let key = IdempotencyKey::new(format!("ends:{ends}")).unwrap();
        let id = &all.unwrap().objects[0].id;
        self.stripe().update_subscription(id, &key, &change).await.unwrap();
    }

    /// Makes the calls to Stripe that wait for their minute, and lets what they bring arrive.
    pub(super) async fn calls_left(&mut self) {
        self.app.clock.advance(Duration::from_mins(2));
        self.work_of(captely_billing::jobs::STRIPE_CALL).await;
        self.events().await;
    }

    pub(super) fn stripe(&self) -> &Stripe {
        let Mode::Stripe(access) = &self.app.billing.mode else { panic!("not by Stripe") };
        &access.client
    }

    /// How many subscriptions Stripe goes on charging for.
    pub(super) async fn living(&self) -> usize {
        let all =
            self.stripe().list_subscriptions(&SubscriptionFilter::default(), 100).await.unwrap();
        all.objects.iter().filter(|one| one.status != SubscriptionStatus::Canceled).count()
    }

    /// Pays the page that an answer leads to.
    pub(super) async fn pay(&mut self, answer: &Value, card: &str) -> Value {
        let url = answer["checkout_url"].as_str().unwrap();
        let session = url.rsplit('/').next().unwrap().split(['?', '#']).next().unwrap();
        let said = self.act(&format!("pay?session={session}&card={card}")).await;
        self.events().await;
        said
    }
}

impl Shop {
    /// Compares the books, as the nightly job does.
    pub(super) async fn reconcile(&self) {
        let handlers = captely_billing::jobs::handlers(&self.app.billing);
        let queue = captely_billing::jobs::BILLING_RECONCILE;
        let handler = handlers.iter().find(|one| one.queue() == queue).unwrap();
        let schedule = captely_billing::jobs::schedules(&self.app.billing, self.app.clock.now());
        let schedule = schedule.iter().find(|one| one.queue == queue).unwrap();
        let mut tx = self.app.db.writer().await.unwrap();
        jobs::put_schedule(&mut tx, schedule).await.unwrap();
        tx.commit().await.unwrap();
        let (ids, now) = (&self.app.billing.ids, self.app.clock.now());
        jobs::due_schedules(&self.app.db, ids, now).await.unwrap();
        let lease = Duration::from_hours(1);
        let found = jobs::claim(&self.app.db, "test", &[queue], 1, lease, now).await.unwrap();
        assert_eq!(handler.run(&found[0]).await, Verdict::Done);
    }
}
