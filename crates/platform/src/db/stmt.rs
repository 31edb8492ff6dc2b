use std::borrow::Cow;
use std::fmt::Write as _;

use super::{Engine, Value};

/// A statement and its parameters `$1`, `$2`, …: text that both engines take.
#[derive(Debug, Clone)]
pub struct Stmt {
    text: Text,
    values: Vec<Value>,
}

#[derive(Debug, Clone)]
enum Text {
    Same(Cow<'static, str>),
    Either { sqlite: &'static str, postgres: &'static str },
}

impl Stmt {
    /// A fixed text. The usual way.
    pub fn text(sql: &'static str, values: impl Into<Vec<Value>>) -> Self {
        Self { text: Text::Same(Cow::Borrowed(sql)), values: values.into() }
    }

    /// A text put together at run time. Only from fixed parts: what comes from outside is a value.
    pub fn owned(sql: String, values: impl Into<Vec<Value>>) -> Self {
        Self { text: Text::Same(Cow::Owned(sql)), values: values.into() }
    }

    /// One text for each engine, where no text serves both, such as `FOR UPDATE SKIP LOCKED`.
    pub fn either(
        sqlite: &'static str,
        postgres: &'static str,
        values: impl Into<Vec<Value>>,
    ) -> Self {
        Self { text: Text::Either { sqlite, postgres }, values: values.into() }
    }

    pub(super) fn parts(self, engine: Engine) -> (Cow<'static, str>, Vec<Value>) {
        let text = match (self.text, engine) {
            (Text::Same(text), _) => text,
            (Text::Either { sqlite, .. }, Engine::Sqlite) => Cow::Borrowed(sqlite),
            (Text::Either { postgres, .. }, Engine::Postgres) => Cow::Borrowed(postgres),
        };
        (text, self.values)
    }
}

/// The places of an `IN (…)` list of `n` values, the first being `$from`: `in_list(3, 3)` is
/// `$3,$4,$5,$6`.
///
/// The count is raised to a power of two so that few texts arise and each stays in the statement
/// cache; bring the values to the same count with [`padded`]. Zero values take one place (a NULL
/// there matches nothing).
pub fn in_list(from: usize, n: usize) -> String {
    let mut out = String::new();
    for place in from..from.saturating_add(n.next_power_of_two()) {
        let comma = if place == from { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(out, "{comma}${place}");
    }
    out
}

/// `values` brought to the count of [`in_list`] by repeating the last one.
pub fn padded(mut values: Vec<Value>) -> Vec<Value> {
    let last = values.last().cloned().unwrap_or(Value::Null);
    values.resize(values.len().next_power_of_two(), last);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: usize, n: usize, places: &str) {
        assert_eq!(in_list(from, n), places);
        let values = padded((0..n).map(|_| Value::Int(7)).collect());
        assert_eq!(values.len(), places.split(',').count(), "{n} values");
    }

    #[test]
    fn lists_are_padded_to_powers_of_two() {
        check(3, 3, "$3,$4,$5,$6");
        check(1, 1, "$1");
        check(2, 0, "$2");
        check(1, 4, "$1,$2,$3,$4");
        assert_eq!(padded(vec![Value::Int(1), Value::Int(2), Value::Int(3)])[3], Value::Int(3));
    }
}
