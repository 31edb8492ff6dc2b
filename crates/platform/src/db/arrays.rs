//! Rows turned into one array a column, as PostgreSQL loads them fastest short of COPY (which knows
//! no `ON CONFLICT`).

use std::fmt::Write as _;

use sqlx::Arguments as _;
use sqlx::postgres::PgArguments;
use uuid::Uuid;

use super::{DbError, Value};

/// One column of many rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Array {
    /// Only `Value::Null` so far, this many.
    Nulls(usize),
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Id(Vec<Option<Uuid>>),
}

/// The next rows of `columns` values each, `rows_max` at most, column by column; how many there were.
pub(super) fn turn(
    mut values: impl Iterator<Item = Value>,
    columns: usize,
    rows_max: usize,
) -> Result<(Vec<Array>, usize), String> {
    let mut out: Vec<Array> = (0..columns).map(|_| Array::Nulls(0)).collect();
    for rows in 0..rows_max {
        for (column, array) in out.iter_mut().enumerate() {
            let Some(value) = values.next() else {
                if column == 0 {
                    return Ok((out, rows));
                }
                return Err(format!("the values are no rows of {columns}"));
            };
            if !array.push(value) {
                let n = column.saturating_add(1);
                return Err(format!("column {n} mixes kinds of values"));
            }
        }
    }
    Ok((out, rows_max))
}

impl Array {
    /// False where the value is of another kind than those before it.
    fn push(&mut self, value: Value) -> bool {
        if let Self::Nulls(n) = *self {
            let fitting = match value {
                Value::Null => None,
                Value::Int(_) | Value::NullInt => Some(Self::Int(nulls(n))),
                Value::Text(_) | Value::NullText => Some(Self::Text(nulls(n))),
                Value::Bytes(_) | Value::NullBytes => Some(Self::Bytes(nulls(n))),
                Value::Id(_) | Value::NullId => Some(Self::Id(nulls(n))),
            };
            *self = fitting.unwrap_or(Self::Nulls(n.saturating_add(1)));
            if matches!(self, Self::Nulls(_)) {
                return true;
            }
        }
        match (self, value) {
            (Self::Int(all), Value::Int(x)) => all.push(Some(x)),
            (Self::Text(all), Value::Text(x)) => all.push(Some(x)),
            (Self::Bytes(all), Value::Bytes(x)) => all.push(Some(x)),
            (Self::Id(all), Value::Id(x)) => all.push(Some(x)),
            (Self::Int(all), Value::Null | Value::NullInt) => all.push(None),
            (Self::Text(all), Value::Null | Value::NullText) => all.push(None),
            (Self::Bytes(all), Value::Null | Value::NullBytes) => all.push(None),
            (Self::Id(all), Value::Null | Value::NullId) => all.push(None),
            _ => return false,
        }
        true
    }

    const fn type_name(&self) -> &'static str {
        match self {
            Self::Nulls(_) => "",
            Self::Int(_) => "bigint[]",
            Self::Text(_) => "text[]",
            Self::Bytes(_) => "bytea[]",
            Self::Id(_) => "uuid[]",
        }
    }
}

fn nulls<T>(n: usize) -> Vec<Option<T>> {
    std::iter::repeat_with(|| None).take(n).collect()
}

/// `head SELECT c1, NULL, c3 FROM unnest($1::bigint[], $2::text[]) AS u(c1, c3) tail`. The text
/// depends on the kinds of the columns alone, not on the number of rows.
pub(super) fn text(head: &str, table: &[Array], rows: usize, tail: &str) -> String {
    let (mut select, mut from, mut names) = (String::new(), String::new(), String::new());
    let mut place = 0_usize;
    for (n, array) in table.iter().enumerate() {
        let comma = if n == 0 { "" } else { ", " };
        if matches!(array, Array::Nulls(_)) {
            let _ = write!(select, "{comma}NULL");
            continue;
        }
        let _ = write!(select, "{comma}c{n}");
        let comma = if place == 0 { "" } else { ", " };
        place = place.saturating_add(1);
        let _ = write!(from, "{comma}${place}::{}", array.type_name());
        let _ = write!(names, "{comma}c{n}");
    }
    if place == 0 {
        return format!("{head} SELECT {select} FROM generate_series(1, {rows}) {tail}");
    }
    format!("{head} SELECT {select} FROM unnest({from}) AS u({names}) {tail}")
}

pub(super) fn arguments(table: Vec<Array>) -> Result<PgArguments, DbError> {
    let mut out = PgArguments::default();
    for array in table {
        let added = match array {
            Array::Nulls(_) => Ok(()),
            Array::Int(all) => out.add(all),
            Array::Text(all) => out.add(all),
            Array::Bytes(all) => out.add(all),
            Array::Id(all) => out.add(all),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        let rows =
            [Value::Int(1), Value::Null, Value::Null, Value::NullInt, "b".into(), Value::Null];
        let (table, n) = turn(rows.into_iter(), 3, 10).unwrap();
        assert_eq!(n, 2);
        assert_eq!(
            table,
            [
                Array::Int(vec![Some(1), None]),
                Array::Text(vec![None, Some("b".into())]),
                Array::Nulls(2)
            ]
        );
        assert_eq!(
            text("INSERT INTO t (a, b, c)", &table, 2, "ON CONFLICT DO NOTHING"),
            "INSERT INTO t (a, b, c) SELECT c0, c1, NULL FROM unnest($1::bigint[], $2::text[]) \
             AS u(c0, c1) ON CONFLICT DO NOTHING"
        );
    }

    #[test]
    fn one_kind_a_column() {
        let rows = [Value::Int(1), Value::from("b")];
        assert_eq!(turn(rows.into_iter(), 1, 2), Err("column 1 mixes kinds of values".to_owned()));
    }
}
