use super::{DbError, Tx, Value};

/// The most values of one statement. SQLite takes 32,766, PostgreSQL 65,535.
pub const SQL_VALUES_MAX: usize = 30_000;
const _: () = assert!(SQL_VALUES_MAX <= 32_766, "SQLite's limit");

/// Rows of one statement, largest first. Few sizes, so that the texts repeat and stay prepared.
const CHUNK_ROWS: [usize; 4] = [512, 64, 8, 1];

impl Tx {
    /// Inserts many rows: `head` is `INSERT INTO t (a, b, c)`, `columns` their number, `rows` all
    /// their values one row after the other, `tail` an `ON CONFLICT …` or empty. Returns how many
    /// rows were inserted or updated.
    pub async fn insert_many(
        &mut self,
        head: &'static str,
        columns: usize,
        rows: Vec<Value>,
        tail: &'static str,
    ) -> Result<u64, DbError> {
        if columns == 0 || rows.len() % columns != 0 {
            let n = rows.len();
            return Err(DbError::Other(format!("{n} values are no rows of {columns} ({head})")));
        }
        let mut done = 0_u64;
        let mut left = rows.len() / columns;
        let mut values = rows.into_iter();
        for size in CHUNK_ROWS {
            if size > 1 && size.saturating_mul(columns) > SQL_VALUES_MAX {
                continue;
            }
            while left >= size {
                let chunk = values.by_ref().take(size.saturating_mul(columns)).collect();
                let sql = text(self.engine(), head, columns, size, tail);
                done = done.saturating_add(self.execute(sql.into(), chunk).await?);
                left -= size;
            }
        }
        Ok(done)
    }
}

/// `head VALUES (?,?),(?,?) tail`. On SQLite the places have no numbers: it looks numbered ones up
/// by name in a list, which makes binding quadratic.
fn text(engine: super::Engine, head: &str, columns: usize, rows: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(head.len() + tail.len() + rows * (columns * 6 + 3) + 16);
    sql.push_str(head);
    sql.push_str(" VALUES ");
    let mut place = 0_usize;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            if column > 0 {
                sql.push(',');
            }
            place += 1;
            match engine {
                super::Engine::Sqlite => sql.push('?'),
                super::Engine::Postgres => {
                    sql.push('$');
                    sql.push_str(&place.to_string());
                }
            }
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(tail);
    sql
}
