use std::fmt::Write as _;

use super::{DbError, Engine, Stmt, Tx, Value};

/// Rows of one table up to which an insert goes along with others; texts stay few and are prepared once.
const ROWS_TOGETHER_MAX: usize = 2;

/// Rows to insert, as [`Tx::insert_many`] takes them.
#[derive(Debug)]
pub struct Insert {
    /// `INSERT INTO t (a, b, c)`.
    pub head: &'static str,
    /// How many columns that names.
    pub columns: usize,
    /// All values, one row after the other.
    pub rows: Vec<Value>,
    /// An `ON CONFLICT …`, or nothing.
    pub tail: &'static str,
}

impl Insert {
    fn count(&self) -> usize {
        self.rows.len().checked_div(self.columns).unwrap_or(0)
    }
}

impl Tx {
    /// Runs inserts and one other statement that writes, in one round trip where each has few rows. They must be of
    /// different tables: on PostgreSQL none sees what another one writes.
    pub async fn run_together(
        &mut self,
        inserts: Vec<Insert>,
        last: &'static str,
        values: Vec<Value>,
    ) -> Result<(), DbError> {
        let inserts: Vec<Insert> = inserts.into_iter().filter(|all| all.count() > 0).collect();
        if inserts.iter().any(|all| all.count() > ROWS_TOGETHER_MAX) {
            for all in inserts {
                self.insert_many(all.head, all.columns, all.rows, all.tail).await?;
            }
            return self.run(Stmt::text(last, values)).await.map(drop);
        }
        let text = text(self.engine(), &inserts, last, values.len());
        let mut all = values;
        all.extend(inserts.into_iter().flat_map(|all| all.rows));
        self.run(Stmt::owned(text, all)).await.map(drop)
    }
}

/// SQLite runs statements one after the other; PostgreSQL takes all but the last before it. The places of `last`
/// come first.
fn text(engine: Engine, inserts: &[Insert], last: &str, places: usize) -> String {
    let mut out = String::new();
    let mut place = places;
    for (n, insert) in inserts.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = match (engine, n) {
            (Engine::Sqlite, _) => Ok(()),
            (Engine::Postgres, 0) => write!(out, "WITH w{n} AS ("),
            (Engine::Postgres, _) => write!(out, ", w{n} AS ("),
        };
        out.push_str(insert.head);
        for row in 0..insert.count() {
            out.push_str(if row == 0 { " VALUES (" } else { ",(" });
            for column in 0..insert.columns {
                place = place.saturating_add(1);
                let comma = if column == 0 { "" } else { "," };
                let _ = write!(out, "{comma}${place}");
            }
            out.push(')');
        }
        out.push(' ');
        out.push_str(insert.tail);
        out.push_str(if engine == Engine::Sqlite { "; " } else { ")" });
    }
    out.push(' ');
    out.push_str(last);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts() {
        let one = Insert {
            head: "INSERT INTO a (x)",
            columns: 1,
            rows: vec![1.into(), 2.into()],
            tail: "",
        };
        let two = Insert {
            head: "INSERT INTO b (x, y)",
            columns: 2,
            rows: vec![1.into(), 2.into()],
            tail: "ON CONFLICT DO NOTHING",
        };
        let all = [one, two];
        let last = "UPDATE c SET x = $1";
        assert_eq!(
            text(Engine::Sqlite, &all, last, 1),
            "INSERT INTO a (x) VALUES ($2),($3) ; INSERT INTO b (x, y) VALUES ($4,$5) ON CONFLICT DO NOTHING;  \
             UPDATE c SET x = $1"
        );
        assert_eq!(
            text(Engine::Postgres, &all, last, 1),
            "WITH w0 AS (INSERT INTO a (x) VALUES ($2),($3) ), w1 AS (INSERT INTO b (x, y) VALUES ($4,$5) \
             ON CONFLICT DO NOTHING) UPDATE c SET x = $1"
        );
    }
}
