use super::pieces::Pieces;
use super::{DbError, Row, Tx, Value};

impl Tx {
    /// Inserts many rows: `head` is `INSERT INTO t (a, b, c)`, `columns` their number, `rows` all
    /// their values one row after the other, `tail` an `ON CONFLICT …` or empty. Returns how many
    /// rows were inserted or updated.
    ///
    /// `rows` is drawn from while statements run, so values that are made by an iterator cost little
    /// time. A column holds one kind of value (and NULLs). With `ON CONFLICT … DO UPDATE` no two rows of
    /// one call may meet in the same row of the table: PostgreSQL refuses that.
    pub async fn insert_many<I>(
        &mut self,
        head: &'static str,
        columns: usize,
        rows: I,
        tail: &'static str,
    ) -> Result<u64, DbError>
    where
        I: IntoIterator<Item = Value, IntoIter: Send>,
    {
        self.over_rows((head, tail), columns, rows.into_iter()).await
    }

    /// Runs a statement over many rows of values: `@rows@` in `sql` stands for a query that gives
    /// them, as in `WITH v (id, n) AS (@rows@) UPDATE t SET n = v.n FROM v WHERE t.id = v.id`.
    /// Large counts are split, so the statement must treat each row by itself. Returns how many
    /// rows of the table were changed.
    pub async fn run_many<I>(
        &mut self,
        sql: &'static str,
        columns: usize,
        rows: I,
    ) -> Result<u64, DbError>
    where
        I: IntoIterator<Item = Value, IntoIter: Send>,
    {
        self.over_rows(around_rows(sql)?, columns, rows.into_iter()).await
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
        self.all_rows((head, tail), columns, rows).await
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
        self.all_rows(around_rows(sql)?, columns, rows).await
    }

    async fn all_rows<T: Row>(
        &mut self,
        around: (&str, &str),
        columns: usize,
        rows: Vec<Value>,
    ) -> Result<Vec<T>, DbError> {
        let mut pieces = Pieces::new(self.engine(), around, columns, rows.into_iter());
        let mut out = Vec::new();
        while let Some(piece) = pieces.next()? {
            out.extend(self.all_of(piece).await?);
        }
        Ok(out)
    }

    async fn over_rows(
        &mut self,
        around: (&str, &str),
        columns: usize,
        rows: impl Iterator<Item = Value> + Send,
    ) -> Result<u64, DbError> {
        let mut pieces = Pieces::new(self.engine(), around, columns, rows);
        let mut done = 0_u64;
        let mut next = pieces.next()?;
        while let Some(piece) = next {
            // The database has the statement before its answer is waited for: meanwhile the next is made.
            let (ran, made) = tokio::join!(self.run_piece(piece), async { pieces.next() });
            done = done.saturating_add(ran?);
            next = made?;
        }
        Ok(done)
    }
}

fn around_rows(sql: &'static str) -> Result<(&'static str, &'static str), DbError> {
    sql.split_once("@rows@")
        .ok_or_else(|| DbError::Other(format!("the statement has no @rows@: {sql}")))
}
