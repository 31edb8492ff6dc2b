//! The real router over a test database, driven without sockets.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::routing::get;
use captely_accounts::access_token::AccessKeys;
use captely_accounts::password::{HashCost, PasswordSettings, Passwords};
use captely_accounts::{AccountSettings, Accounts, Parts};
use captely_credits::{CreditRoutes, Policy, Refusal};
use captely_platform::chance::Chance;
use captely_platform::clock::Clock as _;
use captely_platform::db::{Db, Stmt};
use captely_platform::http::limits::RateLimits;
use captely_platform::http::{self, Http, HttpOptions, Shared};
use captely_platform::ids::{Ids, WorkspaceId};
use captely_platform::secrets::Keyring;
use captely_testkit::{Answer, TestClock};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::desk::{Desk, WORKSPACE};
use crate::people::{People, elsewhere};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A desk with its routes, in a database that has two workspaces.
pub(crate) struct Office {
    pub(crate) desk: Desk,
    router: Router,
    http: Http,
}

impl Office {
    pub(crate) async fn new(db: &Db, policy: Policy) -> Self {
        let desk = Desk::new(db, policy);
        for workspace in [WORKSPACE, elsewhere()] {
            add_workspace(db, workspace).await;
        }
        let chance = Arc::new(Chance::from_seed(7));
        let keys = Keyring::from_text(KEY, chance.clone()).unwrap();
        let ids = Arc::new(Ids::new(Arc::<TestClock>::clone(&desk.clock), chance.clone()));
        let accounts = accounts(&desk, &chance, &keys, &ids).await;
        let options = HttpOptions {
            address_requests_per_minute: None,
            anonymous_requests_per_minute: None,
            other_limits: false,
            ..HttpOptions::default()
        };
        let http = Http::new(Shared {
            db: db.clone(),
            clock: Arc::<TestClock>::clone(&desk.clock),
            ids,
            keys,
            limits: RateLimits::new(db),
            authenticate: Arc::new(People),
            options,
        });
        let state = CreditRoutes { http: http.clone(), accounts, ledger: desk.ledger.clone() };
        let (router, _document) = captely_credits::routes(state).split_for_parts();
        Self { desk, router: http::layered(router, http.clone()), http }
    }

    /// A request of somebody with a JSON body, unless it is null, and an idempotency key, unless it is empty.
    pub(crate) async fn call(
        &self,
        who: &str,
        (method, path): (&str, &str),
        key: &str,
        body: &Value,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {who}"));
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        };
        let mut request = request.body(body).unwrap();
        http::came_from(&mut request, IpAddr::from([127, 0, 0, 1]));
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Answer {
        self.call(who, ("GET", path), "", &Value::Null).await
    }

    /// What a caller is told of a refusal.
    pub(crate) async fn told(&self, refusal: &Refusal) -> Answer {
        let problem = refusal.problem(self.desk.clock.now());
        let router = Router::new().route("/", get(async move || problem));
        let mut request = Request::get("/").body(Body::empty()).unwrap();
        http::came_from(&mut request, IpAddr::from([127, 0, 0, 1]));
        let router = http::layered(router, self.http.clone());
        Answer::read(router.oneshot(request).await.unwrap()).await
    }

    /// What the audit log of a workspace says: actions, in order.
    pub(crate) async fn logged(&self, workspace: WorkspaceId) -> Vec<String> {
        let sql = "SELECT action FROM audit WHERE workspace_id = $1 ORDER BY id";
        let rows: Vec<(String,)> =
            self.desk.db.all(Stmt::text(sql, [workspace.into()])).await.unwrap();
        rows.into_iter().map(|(action,)| action).collect()
    }
}

async fn add_workspace(db: &Db, id: WorkspaceId) {
    let sql = "INSERT INTO workspace (workspace_id, name, name_folded, tier, created_at)
        VALUES ($1, 'x', 'x', 'standard', 0)";
    let mut tx = db.writer().await.unwrap();
    tx.run(Stmt::text(sql, [id.into()])).await.unwrap();
    tx.commit().await.unwrap();
}

async fn accounts(desk: &Desk, chance: &Arc<Chance>, keys: &Keyring, ids: &Arc<Ids>) -> Accounts {
    let cost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
    let settings = PasswordSettings { threads: 1, waiting_max: 4, cost };
    let parts = Parts {
        db: desk.db.clone(),
        ids: ids.clone(),
        clock: Arc::<TestClock>::clone(&desk.clock),
        passwords: Passwords::start(settings, chance).unwrap(),
        access_keys: AccessKeys::derived(keys).unwrap(),
        chance: chance.clone(),
        keys: keys.clone(),
        passkeys: None,
        providers: BTreeMap::new(),
        settings: AccountSettings::default(),
    };
    Accounts::start(parts).await.unwrap()
}
