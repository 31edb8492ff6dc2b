use std::time::Duration;

/// What survives a power cut on SQLite. A crash of the program loses nothing in any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Every commit is on the disk before it is reported done.
    #[default]
    Full,
    /// The last commits before a power cut may be gone; the file stays whole.
    Normal,
    /// A power cut may spoil the file. For tests and throw-away databases only.
    Off,
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// SQLite only; PostgreSQL keeps its own settings.
    pub durability: Durability,
    /// SQLite: connections that only read, for transactions; as many again for single reads.
    pub readers: u32,
    /// PostgreSQL: the most connections this process opens; half of them may be kept for single reads.
    pub connections: u32,
    /// The longest wait for a free connection, and for another process's lock on SQLite.
    pub busy_timeout: Duration,
    /// The most prepared statements that a connection keeps.
    pub statements_max: usize,
    /// The name PostgreSQL shows for our connections.
    pub application: String,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            readers: 4,
            connections: 10,
            busy_timeout: Duration::from_secs(30),
            statements_max: 1_000,
            application: "captely".to_owned(),
        }
    }
}
