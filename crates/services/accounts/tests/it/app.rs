//! The real router over a test database, driven without sockets.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use captely_accounts::access_token::AccessKeys;
use captely_accounts::oidc::{Provider, ProviderName};
use captely_accounts::passkey::Passkeys;
use captely_accounts::password::{HashCost, PasswordSettings, Passwords};
use captely_accounts::{AccountRoutes, AccountSettings, Accounts, Parts};
use captely_platform::chance::Chance;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, Migration};
use captely_platform::http::{self, Http, HttpOptions, Shared, limits::RateLimits};
use captely_platform::ids::Ids;
use captely_platform::secrets::Keyring;
use captely_testkit::{Answer, TestClock, TestDb};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::post::Post;

/// A password that is long enough and on no list.
pub(crate) const PASSWORD: &str = "violet tram seldom hums";

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// The tables that accounts stand on.
pub(crate) fn migrations() -> Vec<Migration> {
    [captely_platform::MIGRATIONS, captely_accounts::MIGRATIONS].concat()
}

/// One process of the server. Limits are off: they are the subject of other tests.
pub(crate) struct TestApp {
    pub(crate) db: TestDb,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) post: Post,
    pub(crate) accounts: Accounts,
    router: Router,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) email: String,
    pub(crate) user: String,
    pub(crate) session: String,
    pub(crate) token: String,
    pub(crate) refresh: String,
}

impl TestApp {
    /// An installation that nobody has set up.
    pub(crate) async fn new(db: TestDb) -> Self {
        Self::with(db, TestClock::default(), None, BTreeMap::new()).await
    }

    /// The same with further ways to sign in.
    pub(crate) async fn with(
        db: TestDb,
        clock: TestClock,
        passkeys: Option<Passkeys>,
        providers: BTreeMap<ProviderName, Provider>,
    ) -> Self {
        let clock = Arc::new(clock);
        let accounts = Accounts::start(Parts { passkeys, providers, ..parts(&db, &clock, 1) });
        let accounts = accounts.await.unwrap();
        let (ids, keys) = (accounts.ids.clone(), accounts.keys.clone());
        let options = HttpOptions {
            address_requests_per_minute: None,
            anonymous_requests_per_minute: None,
            other_limits: false,
            ..HttpOptions::default()
        };
        let http = Http::new(Shared {
            db: db.clone(),
            clock: clock.clone(),
            ids,
            keys: keys.clone(),
            limits: RateLimits::new(&db),
            authenticate: Arc::new(accounts.clone()),
            options,
        });
        let state = AccountRoutes { http: http.clone(), accounts: accounts.clone() };
        let (router, _document) = captely_accounts::routes(state).split_for_parts();
        let post = Post::new(keys, clock.clone());
        Self { db, clock, post, accounts, router: http::layered(router, http) }
    }

    /// The same service as another process of the same installation has it.
    pub(crate) async fn another_process(&self) -> Accounts {
        Accounts::start(parts(&self.db.another_process().await, &self.clock, 2)).await.unwrap()
    }

    /// Hands a request to the router as the server does for a connection from `address`.
    pub(crate) async fn send(&self, mut request: Request<Body>, address: IpAddr) -> Answer {
        http::came_from(&mut request, address);
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// A request with a token or key, where there is one, and a JSON body, unless it is null.
    pub(crate) async fn call(
        &self,
        credential: Option<&str>,
        method: &str,
        path: &str,
        body: Value,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(credential) = credential {
            request = request.header(header::AUTHORIZATION, format!("Bearer {credential}"));
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        };
        self.send(request.body(body).unwrap(), IpAddr::from([127, 0, 0, 1])).await
    }

    pub(crate) async fn get(&self, who: &Signed, path: &str) -> Answer {
        self.call(Some(&who.token), "GET", path, Value::Null).await
    }

    pub(crate) async fn post(&self, who: &Signed, path: &str, body: Value) -> Answer {
        self.call(Some(&who.token), "POST", path, body).await
    }

    pub(crate) async fn patch(&self, who: &Signed, path: &str, body: Value) -> Answer {
        self.call(Some(&who.token), "PATCH", path, body).await
    }

    pub(crate) async fn delete(&self, who: &Signed, path: &str) -> Answer {
        self.call(Some(&who.token), "DELETE", path, Value::Null).await
    }

    /// Sets the installation up: the first person is superadmin and owner of the first workspace.
    pub(crate) async fn set_up(&self) -> Signed {
        let email = address("root");
        let input = json!({ "email": email, "password": PASSWORD, "name": "root" });
        let answer = self.call(None, "POST", "/api/setup", input).await;
        signed(email, answer.is(201))
    }

    /// Signs somebody up with the code that the mail brings; they own a workspace of their own.
    pub(crate) async fn register(&self, name: &str) -> Signed {
        let email = address(name);
        let input = json!({ "email": email, "password": PASSWORD, "name": name });
        let asked = self.call(None, "POST", "/api/auth/register", input).await;
        let registration = asked.is(202)["registration"].clone();
        let code = self.post.code(&self.db, &email).await;
        let input = json!({ "registration": registration, "code": code });
        let answer = self.call(None, "POST", "/api/auth/verify-email", input).await;
        signed(email, answer.is(201))
    }

    /// Signs somebody in once more.
    pub(crate) async fn log_in(&self, email: &str) -> Signed {
        let input = json!({ "email": email, "password": PASSWORD });
        let answer = self.call(None, "POST", "/api/auth/login", input).await;
        signed(email.to_owned(), answer.is(200))
    }

    /// Renews the tokens of a session.
    pub(crate) async fn refresh(&self, who: &Signed) -> Signed {
        let input = json!({ "refresh_token": who.refresh });
        let answer = self.call(None, "POST", "/api/auth/refresh", input).await;
        signed(who.email.clone(), answer.is(200))
    }

    /// The workspace in which their session acts.
    pub(crate) async fn workspace(&self, who: &Signed) -> String {
        let own = self.get(who, "/api/workspaces").await;
        let own = own.is(200)["items"].as_array().unwrap().clone();
        let current = own.iter().find(|one| one["current"] == true).unwrap();
        current["id"].as_str().unwrap().to_owned()
    }

    /// Lets time pass.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// The present moment, as answers write it.
    pub(crate) fn now(&self) -> String {
        self.clock.now().to_string()
    }
}

/// What a process works with; of another `seed` it draws other tokens.
fn parts(db: &Db, clock: &Arc<TestClock>, seed: u64) -> Parts {
    let chance = Arc::new(Chance::from_seed(seed));
    let keys = Keyring::from_text(KEY, chance.clone()).unwrap();
    let cost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
    let settings = PasswordSettings { threads: 1, waiting_max: 64, cost };
    Parts {
        db: db.clone(),
        ids: Arc::new(Ids::new(clock.clone(), chance.clone())),
        clock: clock.clone(),
        passwords: Passwords::start(settings, &chance).unwrap(),
        access_keys: AccessKeys::derived(&keys).unwrap(),
        chance,
        keys,
        passkeys: None,
        providers: BTreeMap::new(),
        settings: AccountSettings::default(),
    }
}

/// The address of somebody at work.
pub(crate) fn address(name: &str) -> String {
    format!("{name}@analytical-engines.example")
}

/// Who is signed in by an answer that opened a session.
pub(crate) fn signed(email: String, answer: &Value) -> Signed {
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    Signed {
        email,
        user: text("user_id"),
        session: text("session_id"),
        token: text("access_token"),
        refresh: text("refresh_token"),
    }
}
