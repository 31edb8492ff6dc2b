//! The real router over a test database, driven without sockets, with one workspace and whoever runs the installation.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use captely_accounts::access_token::AccessKeys;
use captely_accounts::password::{HashCost, PasswordSettings, Passwords};
use captely_accounts::{AccountRoutes, AccountSettings, Accounts, Parts as AccountParts};
use captely_billing::catalogue::Catalogue;
use captely_billing::{Billing, BillingRoutes, BillingSettings, Mode, Parts, StripeAccess};
use captely_contact::Credits;
use captely_credits::Ledger;
use captely_payments::{API_VERSION, Stripe};
use captely_platform::chance::Chance;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, Migration};
use captely_platform::http::{self, Http, HttpOptions, Shared, limits::RateLimits};
use captely_platform::ids::{Ids, WorkspaceId};
use captely_platform::secrets::Keyring;
use captely_providers::{Http as ProviderHttp, HttpConfig, Key as ProviderKey};
use captely_testkit::{Answer, TestClock, TestDb};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const PASSWORD: &str = "violet tram seldom hums";
const DAY: Duration = Duration::from_hours(24);

/// The tables that billing stands on.
pub(crate) fn migrations() -> Vec<Migration> {
    [
        captely_platform::MIGRATIONS,
        captely_accounts::MIGRATIONS,
        captely_credits::MIGRATIONS,
        captely_billing::MIGRATIONS,
    ]
    .concat()
}

/// One process of the server, with an owner who is superadmin too.
pub(crate) struct TestApp {
    pub(crate) db: TestDb,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) billing: Billing,
    pub(crate) ledger: Ledger,
    pub(crate) workspace: WorkspaceId,
    /// The owner's.
    pub(crate) token: String,
    keys: AtomicU64,
    router: Router,
}

impl TestApp {
    /// Invoices are paid by hand.
    pub(crate) async fn manual(db: TestDb) -> Self {
        Self::with(db, Mode::Manual, Catalogue::built_in().unwrap()).await
    }

    pub(crate) async fn with(db: TestDb, mode: Mode, catalogue: Catalogue) -> Self {
        let clock = Arc::new(TestClock::default());
        let billing = billing(&db, &clock, 1, mode, catalogue).await;
        let router = router(&db, &clock, &billing);
        let ledger = billing.ledger.clone();
        let nobody = WorkspaceId::LOCAL;
        let (token, keys) = (String::new(), AtomicU64::new(0));
        let mut app = Self { db, clock, billing, ledger, workspace: nobody, token, keys, router };
        app.set_up().await;
        app
    }

    /// The process of an installation that another one has set up: its database, owner and workspace.
    pub(crate) async fn joined(
        db: TestDb,
        clock: TestClock,
        seed: u64,
        mode: Mode,
        (token, workspace): (String, WorkspaceId),
    ) -> Self {
        let clock = Arc::new(clock);
        let billing = billing(&db, &clock, seed, mode, Catalogue::built_in().unwrap()).await;
        let router = router(&db, &clock, &billing);
        let (ledger, keys) = (billing.ledger.clone(), AtomicU64::new(0));
        Self { db, clock, billing, ledger, workspace, token, keys, router }
    }

    /// Started again, with money coming in another way.
    pub(crate) async fn restarted(self, mode: Mode) -> Self {
        let catalogue = self.billing.catalogue.clone();
        let billing = billing(&self.db, &self.clock, 4, mode, catalogue).await;
        let router = router(&self.db, &self.clock, &billing);
        let ledger = billing.ledger.clone();
        Self { billing, ledger, router, ..self }
    }

    async fn set_up(&mut self) {
        let input = json!({ "email": "root@analytical-engines.example", "password": PASSWORD, "name": "root" });
        let answer = self.call("POST", "/api/setup", input, None).await;
        self.token = answer.is(201)["access_token"].as_str().unwrap().to_owned();
        let own = self.get("/api/workspaces").await;
        self.workspace = own.column("id")[0].parse().unwrap();
    }

    /// The same service as another process of the installation has it.
    pub(crate) async fn another_process(&self) -> Billing {
        let db = self.db.another_process().await;
        billing(&db, &self.clock, 2, self.billing.mode.clone(), self.billing.catalogue.clone())
            .await
    }

    /// A process that was started with billing off.
    pub(crate) async fn another_process_off(&self) -> Billing {
        let db = self.db.another_process().await;
        billing(&db, &self.clock, 3, Mode::Off, self.billing.catalogue.clone()).await
    }

    /// A request with a JSON body, unless it is null, and an idempotency key, if there is one.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        body: Value,
        key: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        };
        self.send(request.body(body).unwrap()).await
    }

    /// Hands a request to the router as the server does for a connection from this machine.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        http::came_from(&mut request, IpAddr::from([127, 0, 0, 1]));
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null, None).await
    }

    /// With a key that was never used.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        let key = format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        self.call("POST", path, body, Some(&key)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path, body, None).await
    }

    /// Fails unless a change of plan is refused, and its preview with the same words.
    pub(crate) async fn change_is_refused(&self, wish: Value) {
        let refused = self.patch("/api/subscriptions", wish.clone()).await;
        refused.refused(409, "conflict");
        let mut preview = wish;
        preview["preview"] = json!(true);
        let shown = self.patch("/api/subscriptions", preview).await;
        shown.refused(409, "conflict");
        assert_eq!(shown.is(409)["detail"], refused.is(409)["detail"]);
    }

    /// Orders a plan; the invoice.
    pub(crate) async fn order(&self, plan: &str, cycle: &str) -> String {
        let input = json!({ "package_id": plan, "billing_cycle": cycle });
        let answer = self.post("/api/subscriptions", input).await;
        answer.is(201)["invoice"]["id"].as_str().unwrap().to_owned()
    }

    /// The invoice that the subscription waits for.
    pub(crate) async fn open_invoice(&self) -> String {
        let said = self.get("/api/subscriptions").await;
        said.is(200)["subscription"]["open_invoice"].as_str().unwrap().to_owned()
    }

    /// Notes that so much of an invoice was paid back.
    pub(crate) async fn refund(&self, invoice: &str, amount: i64, reference: &str) -> Answer {
        let path = format!("/api/admin/billing/invoices/{invoice}/refund");
        self.post(&path, json!({ "amount": amount, "reference": reference })).await
    }

    /// Marks an invoice paid.
    pub(crate) async fn pay(&self, invoice: &str) -> Answer {
        let path = format!("/api/admin/billing/invoices/{invoice}/pay");
        self.post(&path, json!({ "reference": "line 12" })).await
    }

    /// Orders a plan and pays it.
    pub(crate) async fn subscribe(&self, plan: &str, cycle: &str) {
        let invoice = self.order(plan, cycle).await;
        self.pay(&invoice).await.is(200);
    }

    /// The plan in force, its status, and whose limits hold.
    pub(crate) async fn stands(&self) -> (String, String, String) {
        let answer = self.get("/api/subscriptions").await;
        let said = answer.is(200);
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let one = &said["subscription"];
        (text(&one["package_id"]), text(&one["status"]), text(&said["limits_of"]))
    }

    /// Fails unless this plan is in force with this status.
    pub(crate) async fn is(&self, plan: &str, status: &str) {
        let (found, stands, _) = self.stands().await;
        assert_eq!((found.as_str(), stands.as_str()), (plan, status), "at {}", self.now());
    }

    /// What can be spent, in whole credits.
    pub(crate) async fn credits(&self) -> i64 {
        self.ledger.available(self.workspace).await.unwrap().as_millis() / 1_000
    }

    /// Spends credits as an action does.
    pub(crate) async fn spend(&self, whole: i64) {
        let what = captely_credits::Adjustment {
            by_millis: -whole * 1_000,
            reason: "spent by a test".to_owned(),
            by: None,
        };
        let key = format!("spend-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        let mut tx = self.db.writer().await.unwrap();
        let key = captely_credits::Key::new(key);
        self.ledger.adjust(&mut tx, self.workspace, &key, &what).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Lets days pass, with a sweep on each.
    pub(crate) async fn days(&self, n: u32) {
        for _ in 0..n {
            self.clock.advance(DAY);
            self.billing.sweep().await.unwrap();
        }
    }

    /// The ledger holds what it must.
    pub(crate) async fn balanced(&self) {
        let standing = self.ledger.standing(self.workspace).await.unwrap();
        let sum = |parts: &[Credits]| parts.iter().map(|one| one.as_millis()).sum::<i64>();
        let left = sum(&[standing.available, standing.held, standing.spent, standing.expired]);
        assert_eq!(left, standing.granted.as_millis() + standing.adjusted_millis);
    }

    pub(crate) fn now(&self) -> String {
        self.clock.now().to_string()
    }
}

/// Stripe at this address, with this secret key, and this one for its webhooks.
pub(crate) fn at_stripe(base: &str, key: &str, secret: &str) -> Mode {
    let config = HttpConfig {
        allow_private: true,
        connect_timeout: Duration::from_secs(20),
        total_timeout: Duration::from_secs(30),
        ..HttpConfig::default()
    };
    let [key, secret] = [key, secret].map(|text| ProviderKey::from(text.to_owned()));
    let version = API_VERSION.parse().unwrap();
    let client = Stripe::new(ProviderHttp::new(&config).unwrap(), &key, base, &version);
    Mode::Stripe(Box::new(StripeAccess {
        client: client.unwrap(),
        webhook_secrets: vec![secret],
        publishable_key: Some("pk_test_sandbox".to_owned()),
    }))
}

fn router(db: &Db, clock: &Arc<TestClock>, billing: &Billing) -> Router {
    let http = Http::new(Shared {
        db: db.clone(),
        clock: clock.clone(),
        ids: billing.ids.clone(),
        keys: billing.keys.clone(),
        limits: RateLimits::new(db),
        authenticate: Arc::new(billing.accounts.clone()),
        options: HttpOptions {
            address_requests_per_minute: None,
            anonymous_requests_per_minute: None,
            other_limits: false,
            ..HttpOptions::default()
        },
    });
    let accounts = AccountRoutes { http: http.clone(), accounts: billing.accounts.clone() };
    let routes = BillingRoutes { http: http.clone(), billing: billing.clone() };
    let all = captely_accounts::routes(accounts).merge(captely_billing::routes(routes));
    let (router, _document) = all.split_for_parts();
    http::layered(router, http)
}

async fn billing(
    db: &Db,
    clock: &Arc<TestClock>,
    seed: u64,
    mode: Mode,
    catalogue: Catalogue,
) -> Billing {
    let chance = Arc::new(Chance::from_seed(seed));
    let keys = Keyring::from_text(KEY, chance.clone()).unwrap();
    let ids = Arc::new(Ids::new(clock.clone(), chance.clone()));
    let cost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
    let passwords = PasswordSettings { threads: 1, waiting_max: 64, cost };
    let accounts = Accounts::start(AccountParts {
        db: db.clone(),
        ids: ids.clone(),
        clock: clock.clone(),
        passwords: Passwords::start(passwords, &chance).unwrap(),
        access_keys: AccessKeys::derived(&keys).unwrap(),
        chance,
        keys: keys.clone(),
        passkeys: None,
        providers: BTreeMap::new(),
        // A test lets years pass.
        settings: AccountSettings {
            access_time: DAY * 4_000,
            session_time: DAY * 4_000,
            session_time_max: DAY * 4_000,
            ..AccountSettings::default()
        },
    });
    let usual = catalogue.usual_policy(matches!(mode, Mode::Off));
    Billing::start(Parts {
        db: db.clone(),
        ids: ids.clone(),
        clock: clock.clone(),
        keys,
        accounts: accounts.await.unwrap(),
        ledger: Ledger::new(db.clone(), ids, clock.clone(), usual),
        catalogue,
        mode,
        settings: BillingSettings::default(),
    })
    .await
    .unwrap()
}
