use super::arrays::{self, Array};
use super::{DbError, Engine, Row, Stmt, Tx, Value};

/// The most values of one statement. SQLite takes 32,766, PostgreSQL 65,535.
pub const SQL_VALUES_MAX: usize = 30_000;
const _: () = assert!(SQL_VALUES_MAX <= 32_766, "SQLite's limit");

/// Rows of one SQLite statement, largest first. Few sizes, so that the texts repeat and stay
/// prepared, but enough that not too many statements are needed for any count.
const CHUNK_ROWS: [usize; 16] = [512, 384, 256, 192, 128, 96, 64, 48, 32, 24, 16, 12, 8, 4, 2, 1];

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
        let (before, after) = around_rows(sql)?;
        self.over_rows(before, columns, rows, after).await
    }

    /// As [`Tx::insert_many`], with a `RETURNING …` at the end of `tail`: what it gives for each row
    /// that was inserted or updated, in no order.
    pub async fn insert_many_returning<T: Row>(
        &mut self,
        head: &'static str,
        columns: usize,
        rows: Vec<Value>,
        tail: &'static str,
    ) -> Result<Vec<T>, DbError> {
        self.all_rows(head, columns, rows, tail).await
    }

    /// Selects by many rows of values, as in `WITH v (workspace_id, id) AS (@rows@) SELECT t.name
    /// FROM v CROSS JOIN t WHERE t.workspace_id = v.workspace_id AND t.id = v.id`. Large counts are
    /// split. Unlike a long `IN (…)`, which PostgreSQL may answer by reading the table, it looks every
    /// row up; `CROSS JOIN` tells SQLite to begin with the values.
    pub async fn all_many<T: Row>(
        &mut self,
        sql: &'static str,
        columns: usize,
        rows: Vec<Value>,
    ) -> Result<Vec<T>, DbError> {
        let (before, after) = around_rows(sql)?;
        self.all_rows(before, columns, rows, after).await
    }

    async fn all_rows<T: Row>(
        &mut self,
        before: &str,
        columns: usize,
        rows: Vec<Value>,
        after: &str,
    ) -> Result<Vec<T>, DbError> {
        let mut out = Vec::new();
        for piece in pieces(self.engine(), before, columns, rows, after)? {
            out.extend(match piece {
                Piece::Places(sql, values) => self.all(Stmt::owned(sql, values)).await?,
                Piece::Arrays(sql, table) => self.all_arrays(sql, table).await?,
            });
        }
        Ok(out)
    }

    async fn over_rows(
        &mut self,
        before: &str,
        columns: usize,
        rows: Vec<Value>,
        after: &str,
    ) -> Result<u64, DbError> {
        let mut done = 0_u64;
        for piece in pieces(self.engine(), before, columns, rows, after)? {
            done = done.saturating_add(match piece {
                Piece::Places(sql, values) => self.execute(sql.into(), values).await?,
                Piece::Arrays(sql, table) => self.execute_arrays(sql, table).await?,
            });
        }
        Ok(done)
    }
}

fn around_rows(sql: &'static str) -> Result<(&'static str, &'static str), DbError> {
    sql.split_once("@rows@")
        .ok_or_else(|| DbError::Other(format!("the statement has no @rows@: {sql}")))
}

/// One statement over some of the rows.
enum Piece {
    Places(String, Vec<Value>),
    Arrays(String, Vec<Array>),
}

fn pieces(
    engine: Engine,
    before: &str,
    columns: usize,
    rows: Vec<Value>,
    after: &str,
) -> Result<Vec<Piece>, DbError> {
    if columns == 0 || !rows.len().is_multiple_of(columns) {
        let n = rows.len();
        return Err(DbError::Other(format!("{n} values are no rows of {columns} ({before})")));
    }
    match engine {
        Engine::Sqlite => Ok(in_places(before, columns, rows, after)),
        Engine::Postgres => in_arrays(before, columns, rows, after),
    }
}

fn in_places(head: &str, columns: usize, rows: Vec<Value>, tail: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
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
            pieces.push(Piece::Places(places_text(head, columns, size, tail), chunk));
            left = left.saturating_sub(size);
        }
    }
    pieces
}

fn in_arrays(
    head: &str,
    columns: usize,
    rows: Vec<Value>,
    tail: &str,
) -> Result<Vec<Piece>, DbError> {
    if rows.len() == columns {
        // Arrays of one value are planned anew each time, which costs more than the work.
        return Ok(vec![Piece::Places(numbered_text(head, columns, tail), rows)]);
    }
    let mut pieces = Vec::new();
    let mut left = rows.len() / columns;
    let mut values = rows.into_iter();
    while left > 0 {
        let size = left.min(ARRAY_ROWS_MAX);
        let table = arrays::turn(values.by_ref(), columns, size)
            .map_err(|why| DbError::Other(format!("{why} ({head})")))?;
        pieces.push(Piece::Arrays(arrays::text(head, &table, size, tail), table));
        left = left.saturating_sub(size);
    }
    Ok(pieces)
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

/// `head VALUES ($1,$2) tail`: one row.
fn numbered_text(head: &str, columns: usize, tail: &str) -> String {
    let places: Vec<String> = (1..=columns).map(|place| format!("${place}")).collect();
    format!("{head} VALUES ({}) {tail}", places.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_for_sqlite() {
        let text = places_text("INSERT INTO t (a, b)", 2, 2, "ON CONFLICT DO NOTHING");
        assert_eq!(text, "INSERT INTO t (a, b) VALUES (?,?),(?,?) ON CONFLICT DO NOTHING");
        let text = numbered_text("INSERT INTO t (a, b)", 2, "ON CONFLICT DO NOTHING");
        assert_eq!(text, "INSERT INTO t (a, b) VALUES ($1,$2) ON CONFLICT DO NOTHING");
    }
}
