use std::future::Future;
use std::ops::Deref;
use std::str::FromStr as _;

use captely_platform::db::{Db, DbOptions, Durability, Engine, Migration};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _};

use crate::template::template;

/// The variable with the URL of the server on which PostgreSQL tests make their databases.
pub const POSTGRES_URL: &str = "CAPTELY_TEST_POSTGRES_URL";

/// A database of one test's own; it is a [`Db`]. Gone when this is dropped.
#[derive(Debug)]
pub struct TestDb {
    db: Db,
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// The folder of the file; removes itself.
    Folder(#[expect(dead_code, reason = "kept for its Drop")] tempfile::TempDir),
    Server {
        server: String,
        name: String,
    },
    /// It is another process's, which removes it.
    Elsewhere,
}

impl TestDb {
    /// An empty file that no power cut need be survived by.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let db = Db::open(&url, &db_options()).await.expect("a new SQLite file");
        Self { db, url, place: Place::Folder(folder) }
    }

    /// An empty database on the server of [`POSTGRES_URL`]; `None`, said in one line, where the
    /// variable is missing.
    ///
    /// # Panics
    /// Without the variable where `CI` is set, and where the server is not there.
    pub async fn postgres() -> Option<Self> {
        Self::on_server(&[]).await
    }

    /// The same with these migrations run, which is done once for all tests that ask for the same ones.
    async fn on_server(migrations: &[Migration]) -> Option<Self> {
        let Ok(server) = std::env::var(POSTGRES_URL) else {
            assert!(
                std::env::var_os("CI").is_none(),
                "{POSTGRES_URL} is not set; run the tests by: scripts/postgres run -- cargo test"
            );
            println!("skipped on PostgreSQL: {POSTGRES_URL} is not set (see scripts/postgres)");
            return None;
        };
        let name = format!("captely_test_{}", uuid::Uuid::now_v7().simple());
        let connect = PgConnectOptions::from_str(&server).expect("a PostgreSQL URL");
        let mut connection = connect.clone().connect().await.expect("a PostgreSQL server");
        let sql = if migrations.is_empty() {
            format!("CREATE DATABASE {name}")
        } else {
            let template = template(&mut connection, &connect, migrations).await;
            format!("CREATE DATABASE {name} TEMPLATE {template}")
        };
        connection.execute(AssertSqlSafe(sql)).await.expect("the right to make databases");
        let url = connect.database(&name).to_url_lossy().to_string();
        let db = Db::open(&url, &db_options()).await.expect("a new PostgreSQL database");
        Some(Self { db, url, place: Place::Server { server, name } })
    }

    /// A database with these migrations run; `None` where [`TestDb::postgres`] gives none.
    pub async fn new(engine: Engine, migrations: &[Migration]) -> Option<Self> {
        if engine == Engine::Postgres {
            return Self::on_server(migrations).await;
        }
        let out = Self::sqlite().await;
        out.migrate(migrations).await.expect("the migrations");
        Some(out)
    }

    /// The database that a test of another process has made; it stays when this is dropped.
    pub async fn of_another_process(url: &str) -> Self {
        let db = Db::open(url, &db_options()).await.expect("the database of another process");
        Self { db, url: url.to_owned(), place: Place::Elsewhere }
    }

    /// For a second [`Db`] of the same database, as another process would open it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A second [`Db`] of the same database, as another process would have it.
    pub async fn another_process(&self) -> Db {
        Db::open(&self.url, &db_options()).await.expect("the same database again")
    }
}

/// How test databases are opened: no power cut need be survived.
pub fn db_options() -> DbOptions {
    DbOptions { durability: Durability::Off, ..DbOptions::default() }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Place::Server { server, name } = &self.place else { return };
        let (server, sql) = (server.clone(), format!("DROP DATABASE {name} WITH (FORCE)"));
        // On a thread of its own, because a test's runtime cannot be waited for from within.
        let dropped = std::thread::spawn(move || {
            run(async move {
                let connect = PgConnectOptions::from_str(&server)?;
                connect.connect().await?.execute(AssertSqlSafe(sql)).await.map(drop)
            })
        })
        .join();
        if !std::thread::panicking() {
            dropped.expect("a thread that ends").expect("the test database is dropped");
        }
    }
}

/// Runs a test's future on a runtime of two threads.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(test)
}

/// Makes of each `async fn name(db) { … }` a module `name` with a test on each database. `db` is a
/// [`TestDb`], migrated by the expression of the first line.
#[macro_export]
macro_rules! both_dbs {
    (migrations = $migrations:expr; $($(#[$meta:meta])* async fn $name:ident($db:ident) $body:block)*) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn case($db: $crate::TestDb) $body

            #[test]
            fn sqlite() {
                $crate::run(async {
                    let engine = $crate::Engine::Sqlite;
                    case($crate::TestDb::new(engine, $migrations).await.unwrap()).await;
                });
            }

            #[test]
            fn postgres() {
                $crate::run(async {
                    let engine = $crate::Engine::Postgres;
                    if let Some(db) = $crate::TestDb::new(engine, $migrations).await {
                        case(db).await;
                    }
                });
            }
        }
    )* };
}
