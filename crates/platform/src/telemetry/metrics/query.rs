use std::sync::OnceLock;
use std::time::Instant;

use metrics::{Histogram, histogram};

use super::catalogue::DB_QUERY_DURATION;
use crate::db::Engine;

/// A query is the shortest thing that is measured, so its histograms are looked up once.
static QUERIES: OnceLock<[Kinds; 2]> = OnceLock::new();

/// The histograms of one database, by the first word of a statement.
struct Kinds {
    select: Histogram,
    insert: Histogram,
    update: Histogram,
    delete: Histogram,
    with: Histogram,
    commit: Histogram,
    other: Histogram,
}

impl Kinds {
    fn of(engine: &'static str) -> Self {
        let kind = |kind: &'static str| histogram!(DB_QUERY_DURATION.name, "engine" => engine, "kind" => kind);
        Self {
            select: kind("select"),
            insert: kind("insert"),
            update: kind("update"),
            delete: kind("delete"),
            with: kind("with"),
            commit: kind("commit"),
            other: kind("other"),
        }
    }

    fn of_statement(&self, sql: &str) -> &Histogram {
        let sql = sql.trim_ascii_start().as_bytes();
        let starts =
            |word: &[u8]| sql.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word));
        match () {
            () if starts(b"SELECT") => &self.select,
            () if starts(b"INSERT") => &self.insert,
            () if starts(b"UPDATE") => &self.update,
            () if starts(b"DELETE") => &self.delete,
            () if starts(b"WITH") => &self.with,
            () if starts(b"COMMIT") => &self.commit,
            () => &self.other,
        }
    }
}

/// Called when counting has begun: a histogram that is looked up before counts nothing for ever.
pub(super) fn install() {
    QUERIES.get_or_init(|| [Kinds::of("sqlite"), Kinds::of("postgres")]);
}

/// Measures a statement until it is dropped, so that one that fails or is given up counts too.
pub(crate) struct QueryTimer(Option<(&'static Histogram, Instant)>);

impl QueryTimer {
    pub(crate) fn start(engine: Engine, sql: &str) -> Self {
        Self(QUERIES.get().map(|[sqlite, postgres]| {
            let kinds = match engine {
                Engine::Sqlite => sqlite,
                Engine::Postgres => postgres,
            };
            (kinds.of_statement(sql), Instant::now())
        }))
    }
}

impl Drop for QueryTimer {
    fn drop(&mut self) {
        if let Some((histogram, began)) = &self.0 {
            histogram.record(began.elapsed());
        }
    }
}
