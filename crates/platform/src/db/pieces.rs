//! Statements over many rows, made one at a time: the values of the next are drawn while the one before runs.

use std::iter::Peekable;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

use super::tx::{postgres_arguments, sqlite_arguments};
use super::{DbError, Engine, Value, arrays};

/// The most values of one statement. SQLite takes 32,766, PostgreSQL 65,535.
pub const SQL_VALUES_MAX: usize = 30_000;
const _: () = assert!(SQL_VALUES_MAX <= 32_766, "SQLite's limit");

/// Rows of one SQLite statement, largest first. Few sizes, so that the texts repeat and stay
/// prepared, but enough that not too many statements are needed for any count.
const CHUNK_ROWS: [usize; 16] = [512, 384, 256, 192, 128, 96, 64, 48, 32, 24, 16, 12, 8, 4, 2, 1];

/// Rows of one PostgreSQL statement, where each column travels as one array.
const ARRAY_ROWS_MAX: usize = 8_192;

/// One statement over some of the rows, as its engine takes it.
pub(super) enum Piece {
    Sqlite(String, SqliteArguments),
    Postgres(String, PgArguments),
}

/// The statements over the rows of `values`.
pub(super) struct Pieces<'t, I: Iterator<Item = Value>> {
    engine: Engine,
    before: &'t str,
    columns: usize,
    after: &'t str,
    values: Peekable<I>,
    /// Rows, fewer than a largest statement of SQLite has, with which `values` ended.
    rest: std::vec::IntoIter<Value>,
    is_first: bool,
}

impl<'t, I: Iterator<Item = Value>> Pieces<'t, I> {
    pub(super) fn new(
        engine: Engine,
        (before, after): (&'t str, &'t str),
        columns: usize,
        values: I,
    ) -> Self {
        let (values, rest) = (values.peekable(), Vec::new().into_iter());
        Self { engine, before, columns: columns.max(1), after, values, rest, is_first: true }
    }

    /// The next statement; `None` behind the last.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, DbError> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        if self.rest.len() == 0 && self.values.peek().is_none() {
            return Ok(None);
        }
        match self.engine {
            Engine::Sqlite => self.in_places(),
            Engine::Postgres => self.in_arrays(is_first),
        }
        .map(Some)
    }

    fn in_places(&mut self) -> Result<Piece, DbError> {
        let columns = self.columns;
        if self.rest.len() == 0 {
            let rows = rows_of(usize::MAX, columns);
            let places = rows.saturating_mul(columns);
            let mut drawn = Vec::with_capacity(places);
            drawn.extend(self.values.by_ref().take(places));
            if drawn.len() == places {
                return self.with_places(rows, drawn);
            }
            self.rest = drawn.into_iter();
        }
        let left = self.rest.len();
        if !left.is_multiple_of(columns) {
            return Err(self.misfit());
        }
        let rows = rows_of(left / columns, columns);
        let some = self.rest.by_ref().take(rows.saturating_mul(columns)).collect();
        self.with_places(rows, some)
    }

    fn with_places(&self, rows: usize, values: Vec<Value>) -> Result<Piece, DbError> {
        let sql = places_text(self.before, self.columns, rows, self.after);
        Ok(Piece::Sqlite(sql, sqlite_arguments(values)?))
    }

    fn in_arrays(&mut self, is_first: bool) -> Result<Piece, DbError> {
        let first: Vec<Value> = self.values.by_ref().take(self.columns).collect();
        if first.len() < self.columns {
            return Err(self.misfit());
        }
        if is_first && self.values.peek().is_none() {
            // Arrays of one value are planned anew each time, which costs more than the work.
            let sql = numbered_text(self.before, self.columns, self.after);
            return Ok(Piece::Postgres(sql, postgres_arguments(first)?));
        }
        let values = first.into_iter().chain(self.values.by_ref());
        let turned = arrays::turn(values, self.columns, ARRAY_ROWS_MAX);
        let (table, rows) =
            turned.map_err(|why| DbError::Other(format!("{why} ({})", self.before)))?;
        let sql = arrays::text(self.before, &table, rows, self.after);
        Ok(Piece::Postgres(sql, arrays::arguments(table)?))
    }

    fn misfit(&self) -> DbError {
        let (columns, before) = (self.columns, self.before);
        DbError::Other(format!("the values are no rows of {columns} ({before})"))
    }
}

/// How many of `left` rows go into one statement of SQLite.
fn rows_of(left: usize, columns: usize) -> usize {
    let fits = |rows: &usize| *rows <= left && rows.saturating_mul(columns) <= SQL_VALUES_MAX;
    CHUNK_ROWS.into_iter().find(fits).unwrap_or(1)
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

    #[track_caller]
    fn check(engine: Engine, values: usize, columns: usize, statements: Result<usize, &str>) {
        let all = std::iter::repeat_n(Value::Int(1), values);
        let mut pieces = Pieces::new(engine, ("INSERT INTO t", ""), columns, all);
        let mut made = 0;
        let ended = loop {
            match pieces.next() {
                Ok(None) => break Ok(made),
                Ok(Some(_)) => made += 1,
                Err(why) => break Err(why.to_string()),
            }
        };
        match (ended, statements) {
            (Ok(made), Ok(wanted)) => assert_eq!(made, wanted, "{values} values of {columns}"),
            (Err(why), Err(wanted)) => assert!(why.contains(wanted), "{why}"),
            (ended, _) => panic!("{values} values of {columns}: {ended:?}"),
        }
    }

    #[test]
    fn how_many_statements() {
        for (values, columns, statements) in [
            (0, 2, 0),
            (2, 2, 1),
            (1_024, 2, 1),
            (1_028, 2, 2),
            (512 * 5 + 3, 1, 7),
            (30_003, 30_001, 1),
        ] {
            let values = if columns > SQL_VALUES_MAX { columns } else { values };
            check(Engine::Sqlite, values, columns, Ok(statements));
        }
        for (rows, statements) in [(0, 0), (1, 1), (8_192, 1), (8_193, 2), (20_000, 3)] {
            check(Engine::Postgres, rows * 3, 3, Ok(statements));
        }
        for engine in [Engine::Sqlite, Engine::Postgres] {
            check(engine, 7, 2, Err("no rows of 2"));
            check(engine, 1, 2, Err("no rows of 2"));
        }
    }
}
