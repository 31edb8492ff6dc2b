use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use log::LevelFilter;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, Postgres, Sqlite};

use super::kept::Kept;
use super::{DbError, DbOptions, Durability, Engine, Tx};

/// A statement that takes longer is logged, for those who look for it: it is no matter for users.
const SLOW: Duration = Duration::from_secs(1);
/// Rows that SQLite's thread may be ahead of their reader; with few, both wake each other all the time.
const ROWS_BUFFERED_MAX: usize = 1_024;
/// Pages that the writer keeps in memory, in KiB (SQLite counts those with a minus sign). With
/// SQLite's own 2 MB a list of 20,000 people made it read 34 pages a person from the log again.
const WRITER_CACHE_KIB: &str = "-24576";
/// The same for each reader.
const READER_CACHE_KIB: &str = "-4096";
/// Pages of the log after which it is copied into the database: 16 MB of 4-KiB pages. Each copying
/// waits for the disk; pages that changed several times meanwhile are copied once.
const CHECKPOINT_PAGES: &str = "4096";

/// Statements here touch few rows by index. PostgreSQL's default price of a random page (4, that of
/// a spinning disk) makes it read whole tables of middling size instead; a price that its owner has
/// set is left alone. Compiling such statements costs more than running them.
const SESSION: &str = "
    SELECT set_config('random_page_cost', '1.1', false)
    WHERE current_setting('random_page_cost') = '4';
    SET jit = off;";

/// A database. Clones are cheap and share its connections.
#[derive(Clone)]
pub struct Db(pub(super) Pools);

#[derive(Clone)]
pub(super) enum Pools {
    Sqlite {
        read: SqlitePool,
        /// Of `read`, for single reads.
        single: Arc<Kept<Sqlite>>,
        write: SqlitePool,
        /// The folder of a `:memory:` database, removed with the last clone.
        _folder: Option<Arc<tempfile::TempDir>>,
    },
    Postgres {
        pool: PgPool,
        /// Of `pool`, for single reads.
        single: Arc<Kept<Postgres>>,
    },
}

impl Db {
    /// Opens `sqlite:PATH` (the file is made if missing), `sqlite::memory:` (a private file in the
    /// temporary folder that is removed with the last clone) or `postgres://…`
    /// (`postgresql://…` and `postgresql+asyncpg://…` are taken as the same).
    pub async fn open(url: &str, options: &DbOptions) -> Result<Self, DbError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Self::open_sqlite(path, options).await;
        }
        let rest = ["postgres://", "postgresql://", "postgresql+asyncpg://"]
            .iter()
            .find_map(|scheme| url.strip_prefix(scheme));
        match rest {
            Some(rest) => Self::open_postgres(&format!("postgres://{rest}"), options).await,
            None => Err(DbError::Url(
                "a database URL starts with sqlite: or postgres:// \
                 (sqlite:captely.db, postgres://user:password@host/database)"
                    .to_owned(),
            )),
        }
    }

    async fn open_sqlite(path: &str, options: &DbOptions) -> Result<Self, DbError> {
        let path = path.strip_prefix("//").unwrap_or(path);
        let no_file = |why: &dyn fmt::Display| {
            DbError::Connection(format!("no database can be opened at {path:?}: {why}"))
        };
        let (file, durability, folder) = if path == ":memory:" {
            let folder = tempfile::tempdir().map_err(|why| no_file(&why))?;
            (folder.path().join("memory.db"), Durability::Off, Some(Arc::new(folder)))
        } else if path.is_empty() {
            return Err(DbError::Url(
                "the URL sqlite: lacks a path, as in sqlite:captely.db".into(),
            ));
        } else {
            (path.into(), options.durability, None)
        };
        let base = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(options.busy_timeout)
            .statement_cache_capacity(options.statements_max)
            .log_slow_statements(LevelFilter::Debug, SLOW)
            .row_buffer_size(ROWS_BUFFERED_MAX);
        let writer = base
            .clone()
            .pragma("cache_size", WRITER_CACHE_KIB)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match durability {
                Durability::Full => SqliteSynchronous::Full,
                Durability::Normal => SqliteSynchronous::Normal,
                Durability::Off => SqliteSynchronous::Off,
            });
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(options.busy_timeout)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                // A full disk makes SQLite roll back by itself (sqlite.org/lang_transaction.html, 3.1);
                // sqlx's own ROLLBACK then fails, and it would count a transaction there for ever.
                .before_acquire(|connection, _meta| {
                    let usable = !connection.is_in_transaction();
                    Box::pin(async move { Ok(usable) })
                })
        };
        // The writer first: it makes the file and its write-ahead log, which a reader cannot.
        let write = pool().max_connections(1).min_connections(1).connect_with(writer).await;
        let write = write.map_err(|why| no_file(&why))?;
        let reader = base.pragma("cache_size", READER_CACHE_KIB).create_if_missing(false);
        let readers = options.readers.max(1);
        let read = pool()
            .max_connections(readers.saturating_mul(2))
            .connect_with(reader.read_only(true))
            .await
            .map_err(|why| no_file(&why))?;
        let single = Arc::new(Kept::of(&read, readers, options.busy_timeout));
        Ok(Self(Pools::Sqlite { read, single, write, _folder: folder }))
    }

    async fn open_postgres(url: &str, options: &DbOptions) -> Result<Self, DbError> {
        // The parser's own words may quote the URL, and with it the password.
        let connect = PgConnectOptions::from_str(url).map_err(|_quotes_the_url| {
            DbError::Url(
                "the PostgreSQL URL cannot be read; it looks like \
                 postgres://user:password@host:5432/database (special characters in the password \
                 are written as %XX)"
                    .to_owned(),
            )
        })?;
        let connect = connect
            .log_slow_statements(LevelFilter::Debug, SLOW)
            .statement_cache_capacity(options.statements_max)
            .application_name(&options.application);
        // The pool tries a refused connection again until its time is up and then only says that
        // the time is up; one connection beside it gives the reason at once.
        let probe = tokio::time::timeout(options.busy_timeout, connect.connect()).await;
        let probe = probe.map_err(|_elapsed| {
            let seconds = options.busy_timeout.as_secs();
            DbError::Connection(format!("no answer within {seconds} s"))
        })?;
        probe?.close().await?;
        let connections = options.connections.max(2);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(options.busy_timeout)
            .test_before_acquire(false)
            .after_connect(|connection, _meta| {
                Box::pin(async move { connection.execute(SESSION).await.map(drop) })
            })
            .connect_lazy_with(connect);
        // Transactions always have the other half.
        let single = Arc::new(Kept::of(&pool, connections / 2, options.busy_timeout));
        Ok(Self(Pools::Postgres { pool, single }))
    }

    /// Which database this is.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres { .. } => Engine::Postgres,
        }
    }

    /// How many connections are used and how many are idle now.
    pub fn connections(&self) -> (u32, u32) {
        let count = |size: u32, idle: usize| {
            let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(size);
            (size.saturating_sub(idle), idle)
        };
        match &self.0 {
            Pools::Sqlite { read, single, write, .. } => {
                let read = count(read.size(), read.num_idle().saturating_add(single.idle()));
                let write = count(write.size(), write.num_idle());
                (read.0.saturating_add(write.0), read.1.saturating_add(write.1))
            }
            Pools::Postgres { pool, single } => {
                count(pool.size(), pool.num_idle().saturating_add(single.idle()))
            }
        }
    }

    /// A transaction that may write. On SQLite there is one at a time in all processes, and it has
    /// its lock from the start; on PostgreSQL it is READ COMMITTED. Dropping it rolls it back.
    pub async fn writer(&self) -> Result<Tx, DbError> {
        Ok(match &self.0 {
            Pools::Sqlite { write, .. } => Tx::sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres { pool, single } => begin(pool, single, "BEGIN").await?,
        })
    }

    /// A transaction that can only read: one steady picture on SQLite; on PostgreSQL each statement
    /// sees what is committed by then. Never wait for a writer while holding one.
    pub async fn reader(&self) -> Result<Tx, DbError> {
        Ok(match &self.0 {
            Pools::Sqlite { read, .. } => Tx::sqlite(read.begin_with("BEGIN").await?),
            Pools::Postgres { pool, single } => begin(pool, single, "BEGIN READ ONLY").await?,
        })
    }

    /// A transaction that can only read and sees one steady picture on both: for what is compared with itself.
    /// On PostgreSQL it keeps dead rows from being cleared away as long as it is open.
    pub async fn picture(&self) -> Result<Tx, DbError> {
        const PICTURE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        match &self.0 {
            Pools::Sqlite { .. } => self.reader().await,
            Pools::Postgres { pool, single } => begin(pool, single, PICTURE).await,
        }
    }

    /// Waits for open transactions and closes every connection.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { read, single, write, .. } => {
                single.close();
                read.close().await;
                write.close().await;
            }
            Pools::Postgres { pool, single } => {
                single.close();
                pool.close().await;
            }
        }
    }
}

/// In a task of its own, which goes on where the caller goes away: sqlx 0.9 counts a transaction only
/// once BEGIN is answered, so one that is dropped before would go back to the pool still open, and
/// whoever comes next would work in it.
async fn begin(pool: &PgPool, single: &Kept<Postgres>, sql: &'static str) -> Result<Tx, DbError> {
    let of_task = pool.clone();
    let begun = tokio::spawn(async move { of_task.begin_with(sql).await }).await;
    let begun = begun.map_err(|why| DbError::Other(format!("BEGIN broke off: {why}")))?;
    let begun = begun.map_err(DbError::from).inspect_err(|why| {
        if matches!(why, DbError::Connection(_)) {
            single.distrust();
        }
    });
    Ok(Tx::postgres(begun?))
}

/// The engine only: the URL may hold a password.
impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.engine())
    }
}
