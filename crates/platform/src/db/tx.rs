use sqlx::postgres::{PgArguments, PgRow, PgTypeInfo, types::Oid};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, Encode, Postgres, Sqlite, Transaction, Type};
use uuid::Uuid;

use super::pieces::Piece;
use super::{DbError, Engine, Stmt, Value};
use crate::telemetry::metrics::QueryTimer;

/// A row that both engines can give: a tuple, or a struct with `#[derive(sqlx::FromRow)]`, of
/// `i64`, `String`, `Vec<u8>`, `Uuid`, typed ids, and `Option` of those.
pub trait Row:
    for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Row for T where
    T: for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin
{
}

/// The target of the event that follows each COMMIT which the database has answered, at level TRACE. Of the engines
/// PostgreSQL alone has one of sqlx's for it.
pub const COMMITTED: &str = "captely::commit";

/// A transaction. Dropping it rolls it back.
#[derive(Debug)]
pub struct Tx(Inner);

#[derive(Debug)]
enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs a fetch on whichever engine there is.
macro_rules! fetch {
    ($tx:expr, $stmt:expr, $method:ident) => {{
        let engine = $tx.engine();
        let (sql, values) = $stmt.parts(engine);
        let _timer = QueryTimer::start(engine, &sql);
        match &mut $tx.0 {
            Inner::Sqlite(tx) => {
                let arguments = sqlite_arguments(values)?;
                sqlx::query_as_with(AssertSqlSafe(sql), arguments).$method(&mut **tx).await?
            }
            Inner::Postgres(tx) => {
                let arguments = postgres_arguments(values)?;
                sqlx::query_as_with(AssertSqlSafe(sql), arguments).$method(&mut **tx).await?
            }
        }
    }};
}

impl Tx {
    pub(super) fn sqlite(tx: Transaction<'static, Sqlite>) -> Self {
        Self(Inner::Sqlite(tx))
    }

    pub(super) fn postgres(tx: Transaction<'static, Postgres>) -> Self {
        Self(Inner::Postgres(tx))
    }

    /// Which database this is in.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// All rows.
    pub async fn all<T: Row>(&mut self, stmt: Stmt) -> Result<Vec<T>, DbError> {
        Ok(fetch!(self, stmt, fetch_all))
    }

    /// The first row, if there is one.
    pub async fn one<T: Row>(&mut self, stmt: Stmt) -> Result<Option<T>, DbError> {
        Ok(fetch!(self, stmt, fetch_optional))
    }

    /// How many rows the statement changed.
    pub async fn run(&mut self, stmt: Stmt) -> Result<u64, DbError> {
        let (sql, values) = stmt.parts(self.engine());
        let _timer = QueryTimer::start(self.engine(), &sql);
        Ok(match &mut self.0 {
            Inner::Sqlite(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite_arguments(values)?);
                query.execute(&mut **tx).await?.rows_affected()
            }
            Inner::Postgres(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres_arguments(values)?);
                query.execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    /// Several statements without parameters.
    pub(super) async fn run_script(&mut self, sql: String) -> Result<(), DbError> {
        let script = sqlx::raw_sql(AssertSqlSafe(sql));
        match &mut self.0 {
            Inner::Sqlite(tx) => {
                script.execute(&mut **tx).await?;
            }
            Inner::Postgres(tx) => {
                script.execute(&mut **tx).await?;
            }
        }
        Ok(())
    }

    /// How many rows a statement over many rows changed.
    pub(super) async fn run_piece(&mut self, piece: Piece) -> Result<u64, DbError> {
        Ok(match (&mut self.0, piece) {
            (Inner::Sqlite(tx), Piece::Sqlite(sql, arguments)) => {
                let _timer = QueryTimer::start(Engine::Sqlite, &sql);
                let query = sqlx::query_with(AssertSqlSafe(sql), arguments);
                query.execute(&mut **tx).await?.rows_affected()
            }
            (Inner::Postgres(tx), Piece::Postgres(sql, arguments)) => {
                let _timer = QueryTimer::start(Engine::Postgres, &sql);
                let query = sqlx::query_with(AssertSqlSafe(sql), arguments);
                query.execute(&mut **tx).await?.rows_affected()
            }
            _ => return Err(of_the_other()),
        })
    }

    /// All rows that a statement over many rows gives.
    pub(super) async fn all_of<T: Row>(&mut self, piece: Piece) -> Result<Vec<T>, DbError> {
        Ok(match (&mut self.0, piece) {
            (Inner::Sqlite(tx), Piece::Sqlite(sql, arguments)) => {
                let _timer = QueryTimer::start(Engine::Sqlite, &sql);
                let query = sqlx::query_as_with(AssertSqlSafe(sql), arguments);
                query.fetch_all(&mut **tx).await?
            }
            (Inner::Postgres(tx), Piece::Postgres(sql, arguments)) => {
                let _timer = QueryTimer::start(Engine::Postgres, &sql);
                let query = sqlx::query_as_with(AssertSqlSafe(sql), arguments);
                query.fetch_all(&mut **tx).await?
            }
            _ => return Err(of_the_other()),
        })
    }

    /// Waits until no other writer is open that has named the same, and makes later ones wait for
    /// this one: for what is looked up and then made if it is missing. SQLite has one writer anyway.
    ///
    /// `what` says whose and what, such as `import of WORKSPACE`. Before other rows are locked, so
    /// that two transactions cannot wait for each other.
    pub async fn one_at_a_time(&mut self, what: &str) -> Result<(), DbError> {
        const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        if self.engine() == Engine::Postgres {
            self.run(Stmt::text(LOCK, [what.into()])).await?;
        }
        Ok(())
    }

    /// Makes everything done in it lasting and visible.
    pub async fn commit(self) -> Result<(), DbError> {
        let _timer = QueryTimer::start(self.engine(), "COMMIT");
        match self.0 {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        tracing::trace!(target: COMMITTED, "Committed");
        Ok(())
    }
}

fn of_the_other() -> DbError {
    DbError::Other("a statement made for the other engine".to_owned())
}

pub(super) fn sqlite_arguments(values: Vec<Value>) -> Result<SqliteArguments, DbError> {
    let mut out = SqliteArguments::default();
    out.reserve(values.len(), 0);
    for value in values {
        let added = match value {
            Value::Int(x) => out.add(x),
            Value::Text(x) => out.add(x),
            Value::Bytes(x) => out.add(x),
            Value::Id(x) => out.add(x),
            Value::Null | Value::NullInt | Value::NullText | Value::NullBytes | Value::NullId => {
                out.add(None::<i64>)
            }
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}

pub(super) fn postgres_arguments(values: Vec<Value>) -> Result<PgArguments, DbError> {
    let mut out = PgArguments::default();
    out.reserve(values.len(), values.len().saturating_mul(16));
    for value in values {
        let added = match value {
            Value::Null => out.add(Untyped),
            Value::Int(x) => out.add(x),
            Value::Text(x) => out.add(x),
            Value::Bytes(x) => out.add(x),
            Value::Id(x) => out.add(x),
            Value::NullInt => out.add(None::<i64>),
            Value::NullText => out.add(None::<String>),
            Value::NullBytes => out.add(None::<Vec<u8>>),
            Value::NullId => out.add(None::<Uuid>),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}

/// NULL whose type the server infers: object id 0 in the protocol's Parse message.
struct Untyped;

impl Type<Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Untyped {
    fn encode_by_ref(
        &self,
        _out: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        Ok(sqlx::encode::IsNull::Yes)
    }
}
