//! Requests as Stripe takes them: forms with nesting in brackets (contract, head and "Request fields").

use std::collections::BTreeMap;

use form_urlencoded::Serializer;
use serde::Serialize;
use serde_json::{Map, Value};

/// Pairs that Stripe keeps with an object. An empty value clears its key.
///
/// At most 50 pairs; keys of at most 40 characters without square brackets, values of at most 500.
pub type Metadata = BTreeMap<String, String>;

/// The parameter that holds [`Metadata`].
const METADATA: &str = "metadata";
const METADATA_PAIRS_MAX: usize = 50;
const METADATA_KEY_CHARS_MAX: usize = 40;
const METADATA_VALUE_CHARS_MAX: usize = 500;

/// No request of ours comes near it.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// How deep parameters nest; the deepest of ours has 4 levels.
const DEPTH_MAX: usize = 8;

/// Why parameters cannot be sent; the text is for [`crate::Fault::Refused`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    #[error("the request's parameters cannot be written as a form: {0}")]
    Shape(String),
    #[error("the request's form is larger than {FORM_BYTES_MAX} bytes")]
    TooLarge,
    #[error("metadata has more than {METADATA_PAIRS_MAX} pairs")]
    MetadataPairs,
    #[error(
        "a key of metadata has 1 to {METADATA_KEY_CHARS_MAX} characters without square brackets: {0:?}"
    )]
    MetadataKey(String),
    #[error("the value of metadata's {0:?} is longer than {METADATA_VALUE_CHARS_MAX} characters")]
    MetadataValue(String),
}

/// Writes `params`, an object, as a form: `a[b]=1` for what is nested, `a[]=1` for items of a list
/// that are values, `a[0][b]=1` for items that are objects. Null is left out, the empty text stays
/// since it clears a field. Names come in alphabetic order, so equal parameters make equal forms.
pub(crate) fn encode(params: &impl Serialize) -> Result<String, FormError> {
    let shape = |why: serde_json::Error| FormError::Shape(why.to_string());
    let value = serde_json::to_value(params).map_err(shape)?;
    let mut form = Serializer::new(String::new());
    match value {
        Value::Null => {}
        Value::Object(map) => {
            for (name, value) in in_order(&map) {
                write(name, name, value, 1, &mut form)?;
            }
        }
        _ => return Err(FormError::Shape("parameters are no object".to_owned())),
    }
    let form = form.finish();
    if form.len() > FORM_BYTES_MAX { Err(FormError::TooLarge) } else { Ok(form) }
}

/// Writes the parameter `path`, whose last part is `name`.
fn write(
    path: &str,
    name: &str,
    value: &Value,
    depth: usize,
    form: &mut Serializer<'_, String>,
) -> Result<(), FormError> {
    if depth > DEPTH_MAX {
        return Err(FormError::Shape(format!("{name} nests deeper than {DEPTH_MAX} levels")));
    }
    match value {
        Value::Null => {}
        Value::Bool(flag) => {
            form.append_pair(path, if *flag { "true" } else { "false" });
        }
        Value::Number(number) => {
            form.append_pair(path, &number.to_string());
        }
        Value::String(text) => {
            form.append_pair(path, text);
        }
        Value::Array(items) => {
            for (item, at) in items.iter().zip(0_usize..) {
                let nests = item.is_object() || item.is_array();
                let place = if nests { format!("{path}[{at}]") } else { format!("{path}[]") };
                write(&place, name, item, depth.saturating_add(1), form)?;
            }
        }
        Value::Object(map) => {
            if name == METADATA {
                check_metadata(map)?;
            }
            for (inner, value) in in_order(map) {
                let place = format!("{path}[{inner}]");
                write(&place, inner, value, depth.saturating_add(1), form)?;
            }
        }
    }
    Ok(())
}

/// By name: how serde_json itself orders an object depends on how it was built.
fn in_order(map: &Map<String, Value>) -> BTreeMap<&String, &Value> {
    map.iter().collect()
}

/// Contract, "Request fields": what would be refused only after it was sent. A bracket in a key would
/// read as nesting.
fn check_metadata(map: &Map<String, Value>) -> Result<(), FormError> {
    if map.len() > METADATA_PAIRS_MAX {
        return Err(FormError::MetadataPairs);
    }
    for (key, value) in map {
        let long = key.chars().count() > METADATA_KEY_CHARS_MAX;
        if key.is_empty() || long || key.contains(['[', ']']) {
            return Err(FormError::MetadataKey(key.chars().take(METADATA_KEY_CHARS_MAX).collect()));
        }
        let value = value.as_str().unwrap_or_default();
        if value.chars().count() > METADATA_VALUE_CHARS_MAX {
            return Err(FormError::MetadataValue(key.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(params: &Value, pairs: &[(&str, &str)]) {
        let form = encode(params).unwrap();
        let read: Vec<_> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let read: Vec<_> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(read, pairs, "{form}");
    }

    #[test]
    fn nesting_stands_in_brackets() {
        check(
            &json!({
                "mode": "subscription",
                "line_items": [{"price": "price_1", "quantity": 1}, {"price": "price_2"}],
                "metadata": {"workspace": "wsp_1", "gone": ""},
                "expand": ["latest_invoice.confirmation_secret", "customer"],
                "automatic_tax": {"enabled": true},
                "customer": null,
                "amount": -5,
            }),
            &[
                ("amount", "-5"),
                ("automatic_tax[enabled]", "true"),
                ("expand[]", "latest_invoice.confirmation_secret"),
                ("expand[]", "customer"),
                ("line_items[0][price]", "price_1"),
                ("line_items[0][quantity]", "1"),
                ("line_items[1][price]", "price_2"),
                ("metadata[gone]", ""),
                ("metadata[workspace]", "wsp_1"),
                ("mode", "subscription"),
            ],
        );
        check(&json!({}), &[]);
        check(&Value::Null, &[]);
        check(
            &json!({"url": "https://a.example/?x={CHECKOUT_SESSION_ID}&y=é"}),
            &[("url", "https://a.example/?x={CHECKOUT_SESSION_ID}&y=é")],
        );
    }

    #[test]
    fn what_stripe_would_refuse_is_refused_here() {
        let many: Metadata = (0..51).map(|n| (format!("k{n}"), String::new())).collect();
        assert_eq!(encode(&json!({"metadata": many})), Err(FormError::MetadataPairs));
        for key in ["", "a[b", "a]b", &"k".repeat(41)] {
            let shown = key.chars().take(40).collect();
            let nested = json!({"subscription_data": {"metadata": {key: "v"}}});
            assert_eq!(encode(&nested), Err(FormError::MetadataKey(shown)));
        }
        let long = json!({"metadata": {"k": "é".repeat(501)}});
        assert_eq!(encode(&long), Err(FormError::MetadataValue("k".to_owned())));
        assert!(encode(&json!({"metadata": {"k": "é".repeat(500)}})).is_ok());
        assert_eq!(encode(&json!({"a": "x".repeat(70_000)})), Err(FormError::TooLarge));
        assert!(matches!(encode(&json!(["a"])), Err(FormError::Shape(_))));
    }

    /// Any JSON, with names that Stripe's parameters could have.
    fn any_params() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,20}".prop_map(Value::from),
        ];
        leaf.prop_recursive(12, 60, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z_]{1,8}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// The values that a form must carry, in order.
    fn leaves(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Null => {}
            Value::String(text) => out.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| leaves(item, out)),
            Value::Object(map) => map.values().for_each(|item| leaves(item, out)),
            other => out.push(other.to_string()),
        }
    }

    proptest! {
        #[test]
        fn no_value_is_lost_or_changed(params in any_params()) {
            if let Ok(form) = encode(&params) {
                let mut expected = Vec::new();
                leaves(&params, &mut expected);
                let read: Vec<_> = form_urlencoded::parse(form.as_bytes())
                    .map(|(_, value)| value.into_owned())
                    .collect();
                prop_assert_eq!(read, expected);
                prop_assert!(form.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }
}
