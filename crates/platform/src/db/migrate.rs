use std::collections::BTreeMap;

use super::{Db, DbError, Engine, Stmt, Tx};

/// One step of a table family, in the SQL of both engines but for these words:
///
/// | word | SQLite | PostgreSQL |
/// |---|---|---|
/// | `@id@` | `BLOB` | `UUID` |
/// | `@int@` | `INTEGER` | `BIGINT` |
/// | `@text@` | `TEXT` | `TEXT COLLATE "C"` (same order on both: by bytes) |
/// | `@bytes@` | `BLOB` | `BYTEA` |
/// | `@strict@` | ` STRICT` | nothing |
/// | `@clustered@` | ` STRICT, WITHOUT ROWID` | nothing |
/// | `@serial@` | `INTEGER PRIMARY KEY AUTOINCREMENT` | `BIGINT GENERATED ALWAYS AS IDENTITY` |
/// | `@transaction@` | `0` | the number of the current transaction, as a default |
/// | `@append_only:TABLE@` | two triggers | a function and a trigger: rows of TABLE are added, never changed or removed |
///
/// `@strict@` and `@clustered@` stand after the closing bracket of a `CREATE TABLE`; `@clustered@` suits tables
/// whose rows are small and found by their primary key.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Whose tables these are: the name of the crate's room, such as `crm`.
    pub family: &'static str,
    /// 1, 2, 3, … within the family.
    pub number: u32,
    /// What it does, in a few words joined by `_`.
    pub name: &'static str,
    /// Its text. Never changed once released: a change is a new migration.
    pub sql: &'static str,
}

/// Two processes that start at once wait for each other at this advisory lock of PostgreSQL.
/// The number is ours alone by chance.
const ADVISORY_LOCK: i64 = 0x0CA9_7E17_5C4E_3A01;

const MAKE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    family TEXT NOT NULL,
    number @int@ NOT NULL,
    name TEXT NOT NULL,
    checksum @bytes@ NOT NULL,
    PRIMARY KEY (family, number)
)@strict@";

impl Migration {
    /// `crm/0001_contacts`
    fn title(&self) -> String {
        format!("{}/{:04}_{}", self.family, self.number, self.name)
    }

    /// Its text in the words of `engine`: what that one is given to run.
    pub fn text(&self, engine: Engine) -> Result<String, DbError> {
        worded(self.sql, engine)
    }

    fn checksum(&self) -> Vec<u8> {
        blake3::hash(self.sql.as_bytes()).as_bytes().to_vec()
    }
}

/// Family and number → checksum.
type Recorded = BTreeMap<(String, i64), Vec<u8>>;

impl Db {
    /// Runs those of `migrations` that this database has not had, each in a transaction of its own,
    /// in the order given. Returns their titles. Safe with many processes at once.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<Vec<String>, DbError> {
        let mut done = Vec::new();
        if self.pending(migrations).await?.is_empty() {
            return Ok(done);
        }
        loop {
            let mut tx = self.migrator().await?;
            // Under the lock: what another process has done meanwhile is no longer missing.
            let recorded = recorded(&mut tx).await?;
            let Some(next) = missing(&recorded, migrations)?.first().copied() else {
                return Ok(done);
            };
            apply(&mut tx, next).await?;
            tx.commit().await?;
            done.push(next.title());
        }
    }

    /// The titles of those of `migrations` that this database has not had.
    pub async fn pending(&self, migrations: &[Migration]) -> Result<Vec<String>, DbError> {
        check_order(migrations)?;
        let mut tx = self.reader().await?;
        let table = match tx.engine() {
            Engine::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migration'",
            Engine::Postgres => {
                "SELECT count(*) FROM pg_class WHERE oid = to_regclass('schema_migration')"
            }
        };
        let there: Option<(i64,)> = tx.one(Stmt::text(table, Vec::new())).await?;
        let recorded =
            if there == Some((0,)) { Recorded::new() } else { recorded(&mut tx).await? };
        Ok(missing(&recorded, migrations)?.iter().map(|m| m.title()).collect())
    }

    /// A transaction that holds the migration lock, with the record's table in place.
    async fn migrator(&self) -> Result<Tx, DbError> {
        let mut tx = self.writer().await?;
        if tx.engine() == Engine::Postgres {
            let lock = "SELECT 1 FROM pg_advisory_xact_lock($1)";
            tx.run(Stmt::text(lock, [ADVISORY_LOCK.into()])).await?;
        }
        tx.run_script(worded(MAKE_TABLE, tx.engine())?).await?;
        Ok(tx)
    }
}

async fn apply(tx: &mut Tx, migration: &Migration) -> Result<(), DbError> {
    let title = migration.title();
    let failed = |why: &DbError| DbError::Migration(format!("migration {title} failed: {why}"));
    let sql = migration.text(tx.engine()).map_err(|why| failed(&why))?;
    tx.run_script(sql).await.map_err(|why| match why {
        retry if retry.is_retryable() => retry,
        other => failed(&other),
    })?;
    let record = "INSERT INTO schema_migration (family, number, name, checksum) \
                  VALUES ($1, $2, $3, $4)";
    let values = [
        migration.family.into(),
        migration.number.into(),
        migration.name.into(),
        migration.checksum().into(),
    ];
    tx.run(Stmt::text(record, values)).await?;
    Ok(())
}

async fn recorded(tx: &mut Tx) -> Result<Recorded, DbError> {
    let all = "SELECT family, number, checksum FROM schema_migration ORDER BY family, number";
    let rows: Vec<(String, i64, Vec<u8>)> = tx.all(Stmt::text(all, Vec::new())).await?;
    Ok(rows.into_iter().map(|(family, number, sum)| ((family, number), sum)).collect())
}

/// Those not recorded, in the order given; an error where the record and this program disagree.
fn missing<'m>(
    recorded: &Recorded,
    migrations: &'m [Migration],
) -> Result<Vec<&'m Migration>, DbError> {
    for (family, number) in recorded.keys() {
        let ours = migrations.iter().any(|m| m.family == family);
        if ours && !migrations.iter().any(|m| m.family == family && i64::from(m.number) == *number)
        {
            return Err(DbError::Migration(format!(
                "the database has migration {family}/{number:04}, which this program does not \
                 know: it was last used by a newer captely; start that one or a later one"
            )));
        }
    }
    let mut out = Vec::new();
    for migration in migrations {
        let key = (migration.family.to_owned(), i64::from(migration.number));
        match recorded.get(&key) {
            None => out.push(migration),
            Some(sum) if *sum == migration.checksum() => {}
            Some(_) => {
                return Err(DbError::Migration(format!(
                    "the text of migration {} is not the one that this database was made with; \
                     a released migration is never changed, write a new one",
                    migration.title()
                )));
            }
        }
    }
    Ok(out)
}

/// Numbers of a family run 1, 2, 3, …
fn check_order(migrations: &[Migration]) -> Result<(), DbError> {
    let mut last: BTreeMap<&str, u32> = BTreeMap::new();
    for migration in migrations {
        let expected = last.get(migration.family).map_or(1, |n| n.saturating_add(1));
        if migration.number != expected {
            return Err(DbError::Migration(format!(
                "migration {} is out of order: number {expected} is next in its family",
                migration.title()
            )));
        }
        last.insert(migration.family, migration.number);
    }
    Ok(())
}

/// `sql` with the words of [`Migration`] put in for `engine`.
fn worded(sql: &str, engine: Engine) -> Result<String, DbError> {
    let mut out = String::with_capacity(sql.len());
    for (n, part) in sql.split('@').enumerate() {
        if n.is_multiple_of(2) {
            out.push_str(part);
            continue;
        }
        let (sqlite, postgres) = match part {
            "id" => ("BLOB", "UUID"),
            "int" => ("INTEGER", "BIGINT"),
            "text" => ("TEXT", "TEXT COLLATE \"C\""),
            "bytes" => ("BLOB", "BYTEA"),
            "strict" => (" STRICT", ""),
            "serial" => {
                ("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED ALWAYS AS IDENTITY")
            }
            "transaction" => ("0", "(pg_current_xact_id()::text::bigint)"),
            "clustered" => (" STRICT, WITHOUT ROWID", ""),
            rule if rule.starts_with("append_only:") => {
                out.push_str(&append_only(rule, engine)?);
                continue;
            }
            other => {
                return Err(DbError::Migration(format!(
                    "@{other}@ is none of the words that stand for types: @id@, @int@, @text@, \
                     @bytes@, @strict@, @clustered@, @serial@, @transaction@, \
                     @append_only:TABLE@"
                )));
            }
        };
        out.push_str(if engine == Engine::Sqlite { sqlite } else { postgres });
    }
    Ok(out)
}

/// What makes the database itself refuse to change or remove rows of the table that `rule` names.
/// Whoever may change the schema can take it away again; no statement of a store can get round it.
fn append_only(rule: &str, engine: Engine) -> Result<String, DbError> {
    let table = rule.trim_start_matches("append_only:");
    if table.is_empty() || !table.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        return Err(DbError::Migration(format!("@{rule}@ names no table in small letters")));
    }
    let said = format!("rows of {table} are added, never changed");
    Ok(match engine {
        Engine::Sqlite => {
            let refuse = |verb: &str| {
                format!(
                    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} \
                     BEGIN SELECT RAISE(ABORT, '{said}'); END"
                )
            };
            format!("{};\n{}", refuse("update"), refuse("delete"))
        }
        Engine::Postgres => format!(
            "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION '{said}'; END $$;\n\
             CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_each_engine() {
        let sql = "CREATE TABLE t (id @id@, n @int@)@strict@;";
        let check = |engine, expected: &str| assert_eq!(worded(sql, engine).unwrap(), expected);
        check(Engine::Sqlite, "CREATE TABLE t (id BLOB, n INTEGER) STRICT;");
        check(Engine::Postgres, "CREATE TABLE t (id UUID, n BIGINT);");
        assert!(worded("a @float@", Engine::Sqlite).unwrap_err().to_string().contains("@float@"));
        assert!(worded("@append_only:a; x@", Engine::Sqlite).is_err());
    }

    #[test]
    fn numbers_run_without_a_gap() {
        let step = |family, number| Migration { family, number, name: "x", sql: "" };
        assert!(check_order(&[step("a", 1), step("b", 1), step("a", 2)]).is_ok());
        let gap = check_order(&[step("a", 1), step("a", 3)]).unwrap_err().to_string();
        assert_eq!(gap, "migration a/0003_x is out of order: number 2 is next in its family");
        assert!(check_order(&[step("a", 2)]).is_err());
    }
}
