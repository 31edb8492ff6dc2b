//! Single reads outside a transaction: a request that asks one thing needs no BEGIN and ROLLBACK
//! around it, which on a server are two more round trips.

use sqlx::AssertSqlSafe;

use super::open::Pools;
use super::tx::{postgres_arguments, sqlite_arguments};
use super::{Db, DbError, Engine, Row, Stmt};
use crate::telemetry::metrics::QueryTimer;

macro_rules! fetch {
    ($db:expr, $stmt:expr, $method:ident) => {{
        let (sql, values) = $stmt.parts($db.engine());
        let _timer = QueryTimer::start($db.engine(), &sql);
        debug_assert!(is_read(&sql), "a statement that writes needs Db::writer: {sql}");
        match &$db.0 {
            Pools::Sqlite { single, .. } => {
                let query = sqlx::query_as_with(AssertSqlSafe(sql), sqlite_arguments(values)?);
                let mut lent = single.lend().await?;
                let found = query.$method(&mut *lent.connection).await;
                lent.ended(found)?
            }
            Pools::Postgres { single, .. } => {
                let query = sqlx::query_as_with(AssertSqlSafe(sql), postgres_arguments(values)?);
                let mut lent = single.lend().await?;
                let found = query.$method(&mut *lent.connection).await;
                lent.ended(found)?
            }
        }
    }};
}

impl Db {
    /// The first row of one SELECT, outside any transaction.
    pub async fn one<T: Row>(&self, stmt: Stmt) -> Result<Option<T>, DbError> {
        Ok(fetch!(self, stmt, fetch_optional))
    }

    /// All rows of one SELECT, outside any transaction.
    pub async fn all<T: Row>(&self, stmt: Stmt) -> Result<Vec<T>, DbError> {
        Ok(fetch!(self, stmt, fetch_all))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<Engine, DbError> {
        let _: Option<(i64,)> = self.one(Stmt::text("SELECT CAST(1 AS BIGINT)", [])).await?;
        Ok(self.engine())
    }
}

fn is_read(sql: &str) -> bool {
    sql.trim_start().starts_with("SELECT")
}
