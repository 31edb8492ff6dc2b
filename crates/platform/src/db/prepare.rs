use sqlx::{AssertSqlSafe, Column as _, Executor as _, Statement as _, TypeInfo as _};

use super::open::Pools;
use super::{Db, DbError};

/// What a row may hold on PostgreSQL: the types that [`super::Row`] reads on both engines.
const READABLE: [&str; 6] = ["INT8", "TEXT", "VARCHAR", "BYTEA", "UUID", "BOOL"];

/// What the server may infer for a parameter: what [`super::Value`] can be, and INT4, for which a
/// 64-bit parameter is declared when the statement runs.
const GIVABLE: [&str; 6] = ["INT8", "INT4", "TEXT", "VARCHAR", "BYTEA", "UUID"];

impl Db {
    /// Has the database prepare `sql` without running it: a misspelt column, a word of the other
    /// engine and, on PostgreSQL, a result or parameter of a type that does not exist on both
    /// (`SUM` of integers is NUMERIC there: `CAST(SUM(n) AS BIGINT)`) are errors.
    pub async fn prepare(&self, sql: &str) -> Result<(), DbError> {
        let text = AssertSqlSafe(sql.to_owned());
        match &self.0 {
            Pools::Sqlite { read, .. } => {
                read.acquire().await?.prepare(sqlx::SqlSafeStr::into_sql_str(text)).await?;
            }
            Pools::Postgres { pool, .. } => {
                let mut connection = pool.acquire().await?;
                let statement = connection.prepare(sqlx::SqlSafeStr::into_sql_str(text)).await?;
                for column in statement.columns() {
                    let name = column.type_info().name();
                    if !READABLE.contains(&name) {
                        return Err(DbError::Other(format!(
                            "column {} is {name} on PostgreSQL; CAST it to BIGINT or TEXT",
                            column.name()
                        )));
                    }
                }
                if let Some(sqlx::Either::Left(places)) = statement.parameters() {
                    for (n, place) in (1_u32..).zip(places) {
                        let name = place.name();
                        if !GIVABLE.contains(&name) {
                            return Err(DbError::Other(format!(
                                "parameter ${n} is {name} on PostgreSQL; CAST it to BIGINT or TEXT"
                            )));
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// Defines the statements of a store and a function `statements()` that lists them, so that a test
/// can prepare every one on both databases. With `pub(crate) fn statements;` as its first line the
/// function is seen that far; without, it is `pub`.
///
/// ```
/// captely_platform::statements! {
///     /// The newest first.
///     pub const LIST: &str = "SELECT id FROM contact WHERE workspace_id = $1 ORDER BY id DESC";
/// }
/// assert_eq!(statements(), [LIST]);
/// ```
#[macro_export]
macro_rules! statements {
    ($(#[$fn_meta:meta])* $fn_vis:vis fn statements; $($(#[$meta:meta])* $vis:vis const $name:ident: &str = $sql:expr;)*) => {
        $($(#[$meta])* $vis const $name: &str = $sql;)*

        /// Every statement above, for the test that prepares them on both databases.
        $(#[$fn_meta])*
        $fn_vis fn statements() -> ::std::vec::Vec<&'static str> {
            ::std::vec![$($name),*]
        }
    };
    ($($(#[$meta:meta])* $vis:vis const $name:ident: &str = $sql:expr;)*) => {
        $crate::statements! {
            #[allow(unreachable_pub)]
            pub fn statements;
            $($(#[$meta])* $vis const $name: &str = $sql;)*
        }
    };
}
