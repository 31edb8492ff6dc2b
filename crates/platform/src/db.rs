//! One code path over SQLite and PostgreSQL: portable SQL text, run by sqlx.

mod arrays;
mod bulk;
mod error;
mod kept;
mod migrate;
mod open;
mod options;
mod pieces;
mod prepare;
mod read;
mod stmt;
mod together;
mod tx;
mod value;

pub use error::DbError;
pub use migrate::Migration;
pub use open::Db;
pub use options::{DbOptions, Durability};
pub use pieces::SQL_VALUES_MAX;
pub use stmt::{Stmt, in_list, padded};
pub use together::Insert;
pub use tx::{COMMITTED, Row, Tx};
pub use value::{Nullable, Value};

/// Which database is behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded database: one file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}
