//! Reading and writing members of JSON objects without a panic.

use serde_json::Value;

static NOTHING: Value = Value::Null;

/// What is done all the time with Stripe's objects, which are kept as they are shown. A member that is
/// absent reads as null, empty, zero or false.
pub(super) trait Members {
    fn at(&self, pointer: &str) -> &Value;
    fn text(&self, name: &str) -> &str;
    fn int(&self, name: &str) -> i64;
    fn is(&self, name: &str) -> bool;
    fn set(&mut self, name: &str, value: impl Into<Value>);
}

impl Members for Value {
    /// By JSON pointer: `/invoice_settings/default_payment_method`.
    fn at(&self, pointer: &str) -> &Value {
        self.pointer(pointer).unwrap_or(&NOTHING)
    }

    fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Self::as_str).unwrap_or_default()
    }

    fn int(&self, name: &str) -> i64 {
        self.get(name).and_then(Self::as_i64).unwrap_or_default()
    }

    fn is(&self, name: &str) -> bool {
        self.get(name).and_then(Self::as_bool).unwrap_or_default()
    }

    /// Sets a member of an object; anything else is left alone.
    fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(members) = self.as_object_mut() {
            members.insert(name.to_owned(), value.into());
        }
    }
}

/// The text, or null where it is empty.
pub(super) fn or_null(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text) }
}

/// The items of a JSON array; none for anything else.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Without the members that are the sandbox's own: their names begin with an underscore.
pub(super) fn shown(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !name.starts_with('_'))
            .map(|(name, value)| (name.clone(), shown(value)))
            .collect(),
        Value::Array(list) => list.iter().map(shown).collect(),
        other => other.clone(),
    }
}
