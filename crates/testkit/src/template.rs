use captely_platform::db::{Db, Engine, Migration};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _};

use crate::test_db::db_options;

/// Processes that find no template make it one after the other, under this advisory lock of the server's. The number is
/// ours alone by chance.
const LOCK: i64 = 0x0CA9_7E17_5C4E_3A02;
/// Bytes of a hash that tell one set of migrations from another.
const MARK_BYTES: usize = 16;

/// The name of the database of this server that has had these migrations and is there to be copied; it is made where it is
/// missing. Nobody can connect to it, so that it can be copied at any time, by many at once.
pub(crate) async fn template(
    connection: &mut PgConnection,
    server: &PgConnectOptions,
    migrations: &[Migration],
) -> String {
    let name = format!("captely_template_{}", mark(migrations));
    if is_there(connection, &name).await {
        return name;
    }
    lock(connection, "SELECT pg_advisory_lock($1)").await;
    // Another process may have made it while this one waited.
    if !is_there(connection, &name).await {
        make(connection, server, &name, migrations).await;
    }
    lock(connection, "SELECT pg_advisory_unlock($1)").await;
    name
}

/// Has its name once it is whole: a process that dies over it leaves nothing that is taken for it.
async fn make(
    connection: &mut PgConnection,
    server: &PgConnectOptions,
    name: &str,
    migrations: &[Migration],
) {
    let unfinished = format!("captely_unfinished_{}", uuid::Uuid::now_v7().simple());
    run(connection, format!("CREATE DATABASE {unfinished}")).await;
    let url = server.clone().database(&unfinished).to_url_lossy().to_string();
    let db = Db::open(&url, &db_options()).await.expect("a new PostgreSQL database");
    let migrated = db.migrate(migrations).await;
    db.close().await;
    if migrated.is_err() {
        run(connection, format!("DROP DATABASE {unfinished} WITH (FORCE)")).await;
    }
    migrated.expect("the migrations");
    run(connection, format!("ALTER DATABASE {unfinished} WITH ALLOW_CONNECTIONS false")).await;
    run(connection, format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await;
}

async fn is_there(connection: &mut PgConnection, name: &str) -> bool {
    let found = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(name);
    found.fetch_optional(connection).await.expect("a list of databases").is_some()
}

async fn lock(connection: &mut PgConnection, sql: &'static str) {
    sqlx::query(sql).bind(LOCK).execute(connection).await.expect("an advisory lock");
}

async fn run(connection: &mut PgConnection, sql: String) {
    connection.execute(AssertSqlSafe(sql)).await.expect("the right to make databases");
}

/// Differs where any migration does, in the text that PostgreSQL is given: 32 hexadecimal digits.
fn mark(migrations: &[Migration]) -> String {
    let mut hash = blake3::Hasher::new();
    for step in migrations {
        let text = step.text(Engine::Postgres).expect("words that stand for types");
        for part in [step.family, &step.number.to_string(), &text] {
            hash.update(blake3::hash(part.as_bytes()).as_bytes());
        }
    }
    let digits = hash.finalize().to_hex();
    digits.chars().take(MARK_BYTES * 2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_migrations_have_another_mark() {
        let step = |family, number, sql| Migration { family, number, name: "x", sql };
        let check = |one: &[Migration], other: &[Migration]| assert_ne!(mark(one), mark(other));
        let first = step("a", 1, "CREATE TABLE t (id @id@)");
        check(&[first], &[]);
        check(&[first], &[step("a", 1, "CREATE TABLE t (id @int@)")]);
        check(&[first], &[step("b", 1, first.sql)]);
        check(&[first], &[first, step("a", 2, "")]);
        check(&[step("a", 1, ""), step("b", 1, "")], &[step("b", 1, ""), step("a", 1, "")]);
        assert_eq!(mark(&[first]), mark(&[first]));
        assert_eq!(mark(&[first]).len(), MARK_BYTES * 2);
    }
}
