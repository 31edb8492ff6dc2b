use super::{DbError, Engine, Tx, Value, arrays};

/// The most values of one statement. SQLite takes 32,766, PostgreSQL 65,535.
pub const SQL_VALUES_MAX: usize = 30_000;
const _: () = assert!(SQL_VALUES_MAX <= 32_766, "SQLite's limit");

/// Rows of one SQLite statement, largest first. Few sizes, so that the texts repeat and stay
/// prepared.
const CHUNK_ROWS: [usize; 4] = [512, 64, 8, 1];

/// Rows of one PostgreSQL statement, where each column travels as one array.
const ARRAY_ROWS_MAX: usize = 8_192;

impl Tx {
    /// Inserts many rows: `head` is `INSERT INTO t (a, b, c)`, `columns` their number, `rows` all
    /// their values one row after the other, `tail` an `ON CONFLICT …` or empty. Returns how many
    /// rows were inserted or updated.
    ///
    /// A column holds one kind of value (and NULLs). With `ON CONFLICT … DO UPDATE` no two rows of
    /// one call may meet in the same row of the table: PostgreSQL refuses that.
    pub async fn insert_many(
        &mut self,
        head: &'static str,
        columns: usize,
        rows: Vec<Value>,
        tail: &'static str,
    ) -> Result<u64, DbError> {
        self.over_rows(head, columns, rows, tail).await
    }

    /// Runs a statement over many rows of values: `@rows@` in `sql` stands for a query that gives
    /// them, as in `WITH v (id, n) AS (@rows@) UPDATE t SET n = v.n FROM v WHERE t.id = v.id`.
    /// Large counts are split, so the statement must treat each row by itself. Returns how many
    /// rows of the table were changed.
    pub async fn run_many(
        &mut self,
        sql: &'static str,
        columns: usize,
        rows: Vec<Value>,
    ) -> Result<u64, DbError> {
        let Some((before, after)) = sql.split_once("@rows@") else {
            return Err(DbError::Other(format!("the statement has no @rows@: {sql}")));
        };
        self.over_rows(before, columns, rows, after).await
    }

    async fn over_rows(
        &mut self,
        before: &str,
        columns: usize,
        rows: Vec<Value>,
        after: &str,
    ) -> Result<u64, DbError> {
        if columns == 0 || !rows.len().is_multiple_of(columns) {
            let n = rows.len();
            return Err(DbError::Other(format!("{n} values are no rows of {columns} ({before})")));
        }
        match self.engine() {
            Engine::Sqlite => self.over_places(before, columns, rows, after).await,
            Engine::Postgres => self.over_arrays(before, columns, rows, after).await,
        }
    }

    async fn over_places(
        &mut self,
        head: &str,
        columns: usize,
        rows: Vec<Value>,
        tail: &str,
    ) -> Result<u64, DbError> {
        let mut done = 0_u64;
        let mut left = rows.len() / columns;
        let mut values = rows.into_iter();
        for size in CHUNK_ROWS {
            let places = size.saturating_mul(columns);
            if size > 1 && places > SQL_VALUES_MAX {
                continue;
            }
            while left >= size {
                let mut chunk = Vec::with_capacity(places);
                chunk.extend(values.by_ref().take(places));
                let sql = places_text(head, columns, size, tail);
                done = done.saturating_add(self.execute(sql.into(), chunk).await?);
                left = left.saturating_sub(size);
            }
        }
        Ok(done)
    }

    async fn over_arrays(
        &mut self,
        head: &str,
        columns: usize,
        rows: Vec<Value>,
        tail: &str,
    ) -> Result<u64, DbError> {
        let mut done = 0_u64;
        let mut left = rows.len() / columns;
        let mut values = rows.into_iter();
        while left > 0 {
            let size = left.min(ARRAY_ROWS_MAX);
            let table = arrays::turn(values.by_ref(), columns, size)
                .map_err(|why| DbError::Other(format!("{why} ({head})")))?;
            let sql = arrays::text(head, &table, size, tail);
            done = done.saturating_add(self.execute_arrays(sql, table).await?);
            left = left.saturating_sub(size);
        }
        Ok(done)
    }
}

/// `head VALUES (?,?),(?,?) tail`. The places have no numbers: SQLite looks numbered ones up by
/// name in a list, which would make binding quadratic.
fn places_text(head: &str, columns: usize, rows: usize, tail: &str) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    let capacity = head.len() + tail.len() + rows * (row.len() + 1) + 16;
    let mut sql = String::with_capacity(capacity);
    sql.push_str(head);
    sql.push_str(" VALUES ");
    for n in 0..rows {
        if n > 0 {
            sql.push(',');
        }
        sql.push_str(&row);
    }
    sql.push(' ');
    sql.push_str(tail);
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_for_sqlite() {
        let text = places_text("INSERT INTO t (a, b)", 2, 2, "ON CONFLICT DO NOTHING");
        assert_eq!(text, "INSERT INTO t (a, b) VALUES (?,?),(?,?) ON CONFLICT DO NOTHING");
    }
}
