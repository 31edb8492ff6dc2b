use sqlx::Error as E;

/// Why the database did not do as it was told. The kinds tell a caller what to do; the source says
/// what the driver said. No kind holds the URL, so none can show a password.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Another transaction or a full pool stood in the way; the same again may work.
    #[error("the database is busy; try again")]
    Busy(#[source] E),
    /// A rule of a table was broken.
    #[error("the rule {0} of the database was broken")]
    Constraint(
        /// PostgreSQL: the constraint's name. SQLite: its columns (`contact.id`), or its name for a
        /// CHECK; `foreign key` where SQLite does not say which.
        String,
    ),
    /// No connection, or it broke; the same again may work once the server is back.
    #[error("the database cannot be reached: {0}")]
    Connection(String),
    /// The disk is full.
    #[error("the disk of the database is full; make room and try again")]
    DiskFull(#[source] E),
    /// A row has another shape than the code expects.
    #[error("the database gave a row of another shape than expected: {0}")]
    Decode(String),
    /// The URL names no database that can be opened.
    #[error("{0}")]
    Url(String),
    /// The recorded migrations and those of this program do not agree.
    #[error("{0}")]
    Migration(String),
    /// Anything else: a statement the database does not take, a read-only file, a broken file.
    #[error("the database refused: {0}")]
    Other(String),
}

impl DbError {
    /// Whether the same transaction may succeed when it is run again from its start.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Connection(_))
    }

    /// Whether a rule of a table was broken, whichever it was.
    pub fn is_constraint(&self) -> bool {
        matches!(self, Self::Constraint(_))
    }
}

impl From<E> for DbError {
    fn from(error: E) -> Self {
        if let E::Database(inner) = &error {
            let code = inner.code().unwrap_or_default().into_owned();
            let sqlite = inner.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
            let kind = if sqlite { sqlite_kind(&code) } else { postgres_kind(&code) };
            return match kind {
                Kind::Busy => Self::Busy(error),
                Kind::Connection => Self::Connection(inner.message().to_owned()),
                Kind::DiskFull => Self::DiskFull(error),
                Kind::Constraint => {
                    let named = inner.constraint().map(ToOwned::to_owned);
                    Self::Constraint(named.unwrap_or_else(|| sqlite_rule(inner.message())))
                }
                Kind::Other => Self::Other(format!("{} (code {code})", inner.message())),
            };
        }
        match error {
            E::PoolTimedOut => Self::Busy(error),
            E::Io(why) => Self::Connection(why.to_string()),
            E::Tls(why) => Self::Connection(why.to_string()),
            // Such as a connection that ends in the middle of its greeting.
            E::Protocol(why) => Self::Connection(why),
            E::PoolClosed => Self::Connection("it was closed by this program".to_owned()),
            E::WorkerCrashed => Self::Connection("its worker thread died".to_owned()),
            E::Decode(why) => Self::Decode(why.to_string()),
            E::ColumnDecode { .. } | E::ColumnNotFound(_) | E::ColumnIndexOutOfBounds { .. } => {
                Self::Decode(error.to_string())
            }
            other => Self::Other(other.to_string()),
        }
    }
}

enum Kind {
    Busy,
    Constraint,
    Connection,
    DiskFull,
    Other,
}

/// SQLite's (extended) result codes: the low byte is the primary code (sqlite.org/rescode.html).
fn sqlite_kind(code: &str) -> Kind {
    match code.parse::<i64>().unwrap_or(1) & 0xFF {
        5 | 6 => Kind::Busy,
        13 => Kind::DiskFull,
        14 => Kind::Connection,
        19 => Kind::Constraint,
        _ => Kind::Other,
    }
}

/// PostgreSQL's SQLSTATE codes: documentation, appendix A.
fn postgres_kind(code: &str) -> Kind {
    match code {
        "40001" | "40P01" | "55P03" => Kind::Busy,
        "53100" => Kind::DiskFull,
        "53300" | "57P01" | "57P02" | "57P03" => Kind::Connection,
        _ if code.starts_with("23") => Kind::Constraint,
        _ if code.starts_with("08") || code.starts_with("28") => Kind::Connection,
        _ => Kind::Other,
    }
}

/// `UNIQUE constraint failed: t.a, t.b` → `t.a, t.b`.
fn sqlite_rule(message: &str) -> String {
    match message.split_once("constraint failed: ") {
        Some((_, rule)) => rule.to_owned(),
        None if message.starts_with("FOREIGN KEY") => "foreign key".to_owned(),
        None => message.to_owned(),
    }
}
