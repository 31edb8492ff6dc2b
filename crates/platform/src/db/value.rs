use captely_contact::{Credits, Timestamp, Usd};
use uuid::Uuid;

/// A parameter of a statement. There are no floats and no booleans: money, times and flags are
/// integers on both engines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// NULL where the statement itself says the type, such as `SET a = $1` or `VALUES ($1)`.
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// Text in UTF-8, without NUL characters (PostgreSQL refuses them).
    Text(String),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// An id: UUID on PostgreSQL, a BLOB of 16 bytes on SQLite.
    Id(Uuid),
    /// NULL of an integer.
    NullInt,
    /// NULL of a text.
    NullText,
    /// NULL of bytes.
    NullBytes,
    /// NULL of an id.
    NullId,
}

/// What can stand in an `Option` as a parameter: it knows which NULL stands for its absence.
pub trait Nullable: Into<Value> {
    /// The NULL of this type.
    const NULL: Value;
}

impl<T: Nullable> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(T::NULL, Into::into)
    }
}

/// `kind, NULL, [types] (x → inner)`: conversion and absence of each type.
macro_rules! values {
    ($($type:ty => $kind:ident, $null:ident, $x:ident -> $inner:expr;)*) => { $(
        impl From<$type> for Value {
            fn from($x: $type) -> Self {
                Self::$kind($inner)
            }
        }
        impl Nullable for $type {
            const NULL: Value = Value::$null;
        }
    )* };
}

values! {
    i64 => Int, NullInt, x -> x;
    i32 => Int, NullInt, x -> i64::from(x);
    u32 => Int, NullInt, x -> i64::from(x);
    u16 => Int, NullInt, x -> i64::from(x);
    u8 => Int, NullInt, x -> i64::from(x);
    bool => Int, NullInt, x -> i64::from(x);
    Timestamp => Int, NullInt, x -> x.as_micros();
    Usd => Int, NullInt, x -> x.as_micros();
    Credits => Int, NullInt, x -> x.as_millis();
    String => Text, NullText, x -> x;
    &String => Text, NullText, x -> x.clone();
    &str => Text, NullText, x -> x.to_owned();
    Vec<u8> => Bytes, NullBytes, x -> x;
    &[u8] => Bytes, NullBytes, x -> x.to_vec();
    Uuid => Id, NullId, x -> x;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::WorkspaceId;

    #[test]
    fn what_becomes_what() {
        for (value, expected) in [
            (Value::from(true), Value::Int(1)),
            (Timestamp::micros(5).into(), Value::Int(5)),
            (Usd::micros(7).into(), Value::Int(7)),
            ("a".into(), Value::Text("a".into())),
            (WorkspaceId::LOCAL.into(), Value::Id(WorkspaceId::LOCAL.as_uuid())),
            (None::<i64>.into(), Value::NullInt),
            (None::<String>.into(), Value::NullText),
            (None::<WorkspaceId>.into(), Value::NullId),
            (Some(3_u32).into(), Value::Int(3)),
        ] {
            assert_eq!(value, expected);
        }
    }
}
