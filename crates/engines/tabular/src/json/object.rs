use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Keys and values of one object in their order, each value as its JSON text.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(16).min(256));
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(InOrder).map(Pairs)
    }
}

/// Keys and cells of an object: text unquoted, `null` empty, numbers as written, nested values as
/// their JSON text.
pub(super) fn cells(text: &str) -> Result<Vec<(String, String)>, serde_json::Error> {
    let Pairs(pairs) = serde_json::from_str(text)?;
    let cell = |(key, raw): (String, &RawValue)| {
        let raw = raw.get();
        let cell = match raw.bytes().next() {
            Some(b'"') => serde_json::from_str(raw)?,
            Some(b'n') => String::new(),
            _ => raw.to_owned(),
        };
        Ok((key, cell))
    };
    pairs.into_iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_cells() {
        let text = r#"{"b":"x\ny","a":null,"n":1.50,"big":123456789012345678901234,"t":true,"o":{"k":[1, 2]}}"#;
        let found = cells(text).unwrap();
        let expected = [
            ("b", "x\ny"),
            ("a", ""),
            ("n", "1.50"),
            ("big", "123456789012345678901234"),
            ("t", "true"),
            ("o", "{\"k\":[1, 2]}"),
        ];
        assert_eq!(found, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert!(cells("[1]").is_err());
        let deep = format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000));
        let found = cells(&format!("{{\"a\":{deep}}}")).unwrap();
        assert_eq!(found, [("a".to_owned(), deep)], "nesting costs no stack");
    }
}
