//! Reading answers whose details the contracts leave open: what is missing, null or of another type
//! than expected is simply not there.

use serde_json::Value;

/// The non-empty text under `key`, trimmed.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// The flag under `key`; `"true"` and `"false"` count as flags.
pub(crate) fn flag(value: &Value, key: &str) -> Option<bool> {
    match value.get(key)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The items of the list under `key`; none where there is no list.
pub(crate) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// An id under `key`: a text, or a whole number written out.
pub(crate) fn id(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// The number under `key`, cut to a whole one; a number written as text counts.
pub(crate) fn whole(value: &Value, key: &str) -> Option<i64> {
    let number = match value.get(key)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let digits = number.split('.').next().unwrap_or_default();
    digits.parse().ok()
}

/// The number under `key` in percent, 0 to 100; other values are cut to that range.
pub(crate) fn percent(value: &Value, key: &str) -> Option<u8> {
    u8::try_from(whole(value, key)?.clamp(0, 100)).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_as_expected_is_not_there() {
        let v = json!({"t": " a ", "e": "", "n": 1.9, "s": "42", "big": -3_141_592_653_589_793_i64,
            "f": "true", "l": {}, "p": 250, "x": 1e300});
        assert_eq!((text(&v, "t"), text(&v, "e"), text(&v, "n")), (Some("a"), None, None));
        assert_eq!((whole(&v, "n"), whole(&v, "s"), whole(&v, "l")), (Some(1), Some(42), None));
        assert_eq!(whole(&v, "x"), None);
        assert_eq!(id(&v, "big").as_deref(), Some("-3141592653589793"));
        assert_eq!((flag(&v, "f"), flag(&v, "t")), (Some(true), None));
        assert_eq!((list(&v, "l").len(), percent(&v, "p")), (0, Some(100)));
    }
}
