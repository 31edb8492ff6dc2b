//! The real server on a port of loopback, with small operations.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use captely_contact::Timestamp;
use captely_platform::access::{Authenticate, Identity, Means, Person, Refusal, Seat, Tier};
use captely_platform::chance::Chance;
use captely_platform::clock::{Clock, SystemClock, TestClock};
use captely_platform::db::{Db, Migration};
use captely_platform::http::limits::RateLimits;
use captely_platform::http::{
    Http, HttpOptions, Hub, Listening, LiveOptions, Operations, ServerOptions, Shared, layered,
    serve,
};
use captely_platform::ids::{ApiKeyId, Ids, SessionId, UserId, WorkspaceId};
use captely_platform::secrets::Keyring;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::http_client::{Answer, read_all};

/// Those of the platform, and a table for what the operations of these tests do.
pub(crate) fn migrations() -> Vec<Migration> {
    let mut all = captely_platform::MIGRATIONS.to_vec();
    all.push(Migration {
        family: "test",
        number: 1,
        name: "made",
        sql: "CREATE TABLE made (id @id@ NOT NULL PRIMARY KEY, name @text@ NOT NULL)@strict@;",
    });
    all
}

pub(crate) fn workspace(n: u128) -> WorkspaceId {
    Uuid::from_u128(n).into()
}

/// Takes `session.USER.WORKSPACE.ROLE` and `ck_USER.WORKSPACE.SCOPES`.
#[derive(Default)]
pub(crate) struct Door {
    pub(crate) revoked: Mutex<HashSet<String>>,
}

impl Door {
    fn look(&self, text: &str, named: Option<WorkspaceId>) -> Result<Identity, Refusal> {
        if self.revoked.lock().unwrap().contains(text) {
            return Err(Refusal::Credentials);
        }
        let parts: Vec<&str> =
            text.trim_start_matches("session.").trim_start_matches("ck_").split('.').collect();
        let [user, place, rest] = parts.as_slice() else { return Err(Refusal::Credentials) };
        let number = |text: &str| text.parse::<u128>().map_err(|_why| Refusal::Credentials);
        let (user, here) = (number(user)?, workspace(number(place)?));
        if named.is_some_and(|named| named != here) {
            return Err(Refusal::Workspace);
        }
        let is_key = self.is_api_key(text);
        let role = if is_key { "admin" } else { rest };
        let means = if is_key {
            Means::Key {
                id: ApiKeyId::from(Uuid::from_u128(900 + user)),
                scopes: rest.replace(',', " ").parse().unwrap(),
            }
        } else {
            Means::Session {
                id: SessionId::from(Uuid::from_u128(500 + user)),
                proved_at: TestClock::START,
            }
        };
        let role = role.parse().map_err(|_why| Refusal::Credentials)?;
        Ok(Identity {
            user: UserId::from(Uuid::from_u128(user)),
            means,
            seat: Some(Seat { workspace: here, role, tier: Tier::Standard }),
            superadmin: user == 99,
            person: Arc::new(Person {
                name: "Ada Example".to_owned(),
                email_sealed: String::new(),
                has_password: true,
                created_at: TestClock::START,
            }),
        })
    }
}

#[async_trait]
impl Authenticate for Door {
    async fn by_access_token(
        &self,
        token: &str,
        workspace: Option<WorkspaceId>,
        _now: Timestamp,
    ) -> Result<Identity, Refusal> {
        if !token.starts_with("session.") {
            return Err(Refusal::Credentials);
        }
        self.look(token, workspace)
    }

    async fn by_api_key(
        &self,
        key: &str,
        workspace: Option<WorkspaceId>,
        _address: IpAddr,
        _now: Timestamp,
    ) -> Result<Identity, Refusal> {
        if !self.is_api_key(key) {
            return Err(Refusal::Credentials);
        }
        self.look(key, workspace)
    }

    fn is_api_key(&self, text: &str) -> bool {
        text.starts_with("ck_")
    }
}

/// How a test serves.
pub(crate) struct Setup {
    pub(crate) options: HttpOptions,
    pub(crate) server: ServerOptions,
    pub(crate) live: LiveOptions,
    /// What the program takes the tables to be like.
    pub(crate) migrations: Vec<Migration>,
}

impl Default for Setup {
    fn default() -> Self {
        let options = HttpOptions {
            address_requests_per_minute: None,
            anonymous_requests_per_minute: None,
            other_limits: false,
            cors_origins: vec!["https://crm.example".to_owned()],
            ..HttpOptions::default()
        };
        let live = LiveOptions { poll_time: Duration::from_millis(20), ..LiveOptions::default() };
        Self { options, server: ServerOptions::default(), live, migrations: migrations() }
    }
}

/// A server that runs.
pub(crate) struct App {
    pub(crate) http: Http,
    pub(crate) hub: Hub,
    pub(crate) operations: Operations,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) door: Arc<Door>,
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<usize>,
}

impl App {
    pub(crate) fn start(db: &Db, setup: Setup) -> Self {
        Self::with(db, setup, |_http| axum::Router::new())
    }

    /// With operations besides those of all tests.
    pub(crate) fn with(db: &Db, setup: Setup, more: impl FnOnce(&Http) -> axum::Router) -> Self {
        let clock = Arc::new(TestClock::at(SystemClock.now()));
        let chance = Arc::new(Chance::from_os().unwrap());
        let door = Arc::new(Door::default());
        let http = Http::new(Shared {
            db: db.clone(),
            clock: clock.clone(),
            ids: Arc::new(Ids::new(clock.clone(), chance.clone())),
            keys: Keyring::from_text(&"7".repeat(64), chance).unwrap(),
            limits: RateLimits::new(db),
            authenticate: door.clone(),
            options: setup.options,
        });
        let hub = Hub::new(db.clone(), setup.live);
        let operations = Operations::new(std::env::temp_dir(), &setup.migrations);
        let router = crate::http_routes::router(&http, &hub, &operations);
        let router = layered(router.merge(more(&http)), http.clone());
        let listening = Listening::on("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listening.address;
        let (stop, stopped) = oneshot::channel();
        let ending = hub.clone();
        let served = tokio::spawn(async move {
            let stop = async move {
                let _told = stopped.await;
                ending.stop();
            };
            serve(listening, router, &setup.server, stop).await
        });
        Self { http, hub, operations, clock, door, address, stop: Some(stop), served }
    }

    /// Tells it to stop.
    pub(crate) fn tell_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// How many connections were cut.
    pub(crate) async fn ended(self) -> usize {
        self.served.await.unwrap()
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends these bytes and reads until the server closes.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        read_all(&mut stream).await
    }

    /// One request on a connection of its own. `lines` are further headers, each ending in CRLF.
    pub(crate) async fn ask(&self, line: &str, lines: &str, body: &str) -> Answer {
        let length = if body.is_empty() {
            String::new()
        } else if lines.to_lowercase().contains("content-type") {
            format!("Content-Length: {}\r\n", body.len())
        } else {
            format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len())
        };
        let text = format!(
            "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}{length}\r\n{body}"
        );
        Answer::read(&self.raw(text.as_bytes()).await)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), USER, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask(&format!("POST {path}"), USER, body).await
    }
}

/// Who runs the installation.
pub(crate) const SUPERADMIN: &str = "Authorization: Bearer session.99.1.owner\r\n";

/// User 1 of workspace 1.
pub(crate) const USER: &str = "Authorization: Bearer session.1.1.owner\r\n";
