use captely_platform::db::{Db, Engine, Migration};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _};

use crate::test_db::db_options;

/// Processes that find no template make it one after the other, under this advisory lock of the server's. The number is
/// ours alone by chance.
const LOCK: i64 = 0x0CA9_7E17_5C4E_3A02;
/// How the name of a database begins that is still being made.
const UNFINISHED: &str = "captely_unfinished_";
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
        drop_unfinished(connection).await;
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
    let unfinished = format!("{UNFINISHED}{}", uuid::Uuid::now_v7().simple());
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

/// Drops what processes left that were killed over a template: whoever holds the lock is the only one who makes
/// any. One that the server still counts as in use stays for the next.
async fn drop_unfinished(connection: &mut PgConnection) {
    let sql = "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1)";
    let left = sqlx::query_scalar::<_, String>(sql).bind(UNFINISHED).fetch_all(&mut *connection);
    for name in left.await.expect("a list of databases") {
        drop(connection.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).await);
    }
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

/// Differs where any migration does, in its name, in its own text, of which a database keeps the checksum, or in
/// what PostgreSQL is given: 32 hexadecimal digits.
fn mark(migrations: &[Migration]) -> String {
    let mut hash = blake3::Hasher::new();
    for step in migrations {
        let text = step.text(Engine::Postgres).expect("words that stand for types");
        for part in [step.family, &step.number.to_string(), step.name, step.sql, &text] {
            hash.update(blake3::hash(part.as_bytes()).as_bytes());
        }
    }
    let digits = hash.finalize().to_hex();
    digits.chars().take(MARK_BYTES * 2).collect()
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::*;

    #[test]
    fn other_migrations_have_another_mark() {
        let step = |family, number, sql| Migration { family, number, name: "x", sql };
        let check = |one: &[Migration], other: &[Migration]| assert_ne!(mark(one), mark(other));
        let first = step("a", 1, "CREATE TABLE t (id @id@)");
        check(&[first], &[]);
        check(&[first], &[step("a", 1, "CREATE TABLE t (id @int@)")]);
        check(&[first], &[step("b", 1, first.sql)]);
        check(&[first], &[Migration { name: "y", ..first }]);
        // For PostgreSQL the same, for the checksum another.
        check(&[first], &[step("a", 1, "CREATE TABLE t (id UUID)")]);
        check(&[first], &[first, step("a", 2, "")]);
        check(&[step("a", 1, ""), step("b", 1, "")], &[step("b", 1, ""), step("a", 1, "")]);
        assert_eq!(mark(&[first]), mark(&[first]));
        assert_eq!(mark(&[first]).len(), MARK_BYTES * 2);
    }

    #[test]
    fn what_a_killed_process_left_goes() {
        crate::run(async {
            let left = format!("{UNFINISHED}left_by_a_test");
            let Some(_db) = crate::TestDb::postgres().await else { return };
            // The lock is held in the server's own database.
            let server = std::env::var(crate::POSTGRES_URL).unwrap();
            let server = PgConnectOptions::from_str(&server).unwrap();
            let mut connection = server.connect().await.unwrap();
            run(&mut connection, format!("CREATE DATABASE {left}")).await;
            // A set of migrations that no template is there for.
            let sql = Box::leak(format!("-- {}\n", uuid::Uuid::now_v7()).into_boxed_str());
            let step = Migration { family: "a", number: 1, name: "x", sql };
            let made = template(&mut connection, &server, &[step]).await;
            assert!(!is_there(&mut connection, &left).await);
            run(&mut connection, format!("DROP DATABASE {made}")).await;
        });
    }
}
