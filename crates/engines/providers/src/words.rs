//! Providers' words on their way into our errors: short, on one line, without keys.

use serde_json::Value;

use crate::Key;

/// The most characters of a provider's words that an error carries.
pub(crate) const DETAIL_CHARS_MAX: usize = 200;

/// How much of a body is looked at for words, in bytes.
const LOOKED_AT_BYTES_MAX: usize = 8 * 1024;

/// The places where providers put their words, the most telling first.
const PLACES: [&str; 7] =
    ["humanReadableMessage", "message", "error_message", "error", "reason", "detail", "details"];

/// `text` on one line, at most [`DETAIL_CHARS_MAX`] characters.
pub(crate) fn cut(text: &str) -> String {
    let mut out = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > DETAIL_CHARS_MAX * 4 {
            break;
        }
    }
    if out.chars().nth(DETAIL_CHARS_MAX).is_none() {
        return out;
    }
    let mut short: String = out.chars().take(DETAIL_CHARS_MAX - 1).collect();
    short.push('…');
    short
}

/// `text` without any of `keys` (whatever their case), then [`cut`]: the order matters, or the end
/// of a cut text could hold the first half of a key.
pub fn clean(text: &str, keys: &[Key]) -> String {
    let mut text = text.to_owned();
    for key in keys.iter().filter(|key| !key.is_empty()) {
        text = without(&text, key.reveal());
    }
    cut(&text)
}

fn without(text: &str, key: &str) -> String {
    // ASCII lower case keeps every byte's place, so places found in one hold in the other.
    let (low_text, low_key) = (text.to_ascii_lowercase(), key.to_ascii_lowercase());
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in low_text.match_indices(&low_key) {
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str("[key]");
        from = at.saturating_add(found.len());
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// What a body says went wrong: its message where it is JSON, else its beginning.
pub(crate) fn of_body(body: &[u8], keys: &[Key]) -> String {
    let words = match serde_json::from_slice::<Value>(body) {
        Ok(value) => of_value(&value),
        Err(_no_json) => {
            let start = body.get(..LOOKED_AT_BYTES_MAX).unwrap_or(body);
            String::from_utf8_lossy(start).into_owned()
        }
    };
    let words = clean(&words, keys);
    if words.is_empty() { "no words were given".to_owned() } else { words }
}

/// What a JSON answer says went wrong; empty where it has no place for words.
pub(crate) fn of_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.first().map_or_else(String::new, of_value),
        Value::Object(map) => {
            for list in ["errors", "validationErrors"] {
                if let Some(first) = map.get(list).and_then(Value::as_array).and_then(|l| l.first())
                {
                    let field = first.get("field").and_then(Value::as_str);
                    let id = first.get("id").and_then(Value::as_str);
                    let words = of_value(first);
                    return match field.or(id) {
                        Some(tag) => format!("{tag}: {words}"),
                        None => words,
                    };
                }
            }
            let words = PLACES.iter().find_map(|place| match map.get(*place) {
                Some(inner @ (Value::String(_) | Value::Array(_) | Value::Object(_))) => {
                    Some(of_value(inner)).filter(|words| !words.is_empty())
                }
                _ => None,
            });
            words.unwrap_or_default()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, words: &str) {
        assert_eq!(of_body(body.as_bytes(), &[Key::from("k3y-Secret")]), words, "{body}");
    }

    #[test]
    fn words_are_found_where_providers_put_them() {
        check(
            r#"{"errors":[{"id":"wrong_params","code":400,"details":"no domain"}]}"#,
            "wrong_params: no domain",
        );
        check(r#"{"error":true,"reason":"Unknown account"}"#, "Unknown account");
        check(r#"{"detail":[{"message":"bad record"}]}"#, "bad record");
        check(
            r#"{"success":false,"validationErrors":[{"field":"firstname","message":"mandatory"}]}"#,
            "firstname: mandatory",
        );
        check("<html>\n <b>Bad\tGateway</b>", "<html> <b>Bad Gateway</b>");
        check("", "no words were given");
        check("{}", "no words were given");
    }

    #[test]
    fn keys_are_cleaned_out_even_at_the_cut() {
        check("bad key K3Y-SECRET given", "bad key [key] given");
        let long = format!("{}k3y-secret and more", "é".repeat(195));
        let words = of_body(long.as_bytes(), &[Key::from("k3y-Secret")]);
        assert_eq!(words.chars().count(), DETAIL_CHARS_MAX);
        assert!(words.ends_with("[key…"), "{words}");
    }
}
