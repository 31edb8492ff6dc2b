//! Request bodies: `application/x-www-form-urlencoded` with bracket nesting.

use serde_json::{Map, Value};

use super::failure::Failure;
use super::members::{Members as _, items, or_null};

/// The most parameters of one call.
const PARAMETERS_MAX: usize = 1_000;
/// The deepest nesting of one name.
const DEPTH_MAX: usize = 8;
/// "≤50 keys, key ≤40, value ≤500 characters" (contract, Request fields).
const METADATA_KEYS_MAX: usize = 50;
const METADATA_KEY_CHARS_MAX: usize = 40;
const METADATA_VALUE_CHARS_MAX: usize = 500;

/// The parameters of a call, or those below one of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    pub(super) fields: Value,
    /// Name of the parameter that these stand below; empty at the top.
    name: String,
}

impl Form {
    pub(super) fn parse(pairs: &[(String, String)]) -> Result<Self, Failure> {
        if pairs.len() > PARAMETERS_MAX {
            return Err(Failure::invalid(format!("More than {PARAMETERS_MAX} parameters.")));
        }
        let mut fields = Value::Object(Map::new());
        for (name, value) in pairs {
            let wrong = || Failure::invalid(format!("Invalid parameter name: {name}")).param(name);
            let path = segments(name).ok_or_else(wrong)?;
            put(&mut fields, &path, value).ok_or_else(wrong)?;
        }
        arrays(&mut fields);
        Ok(Self { fields, name: String::new() })
    }

    /// What was parsed before and kept.
    pub(super) const fn of(fields: Value) -> Self {
        Self { fields, name: String::new() }
    }

    /// The text that was given, or null.
    pub(super) fn at_or_null(&self, name: &str) -> Value {
        or_null(self.plain(name))
    }

    /// How a parameter is named in an error: `items[0][price]`.
    pub(super) fn full(&self, name: &str) -> String {
        if self.name.is_empty() { name.to_owned() } else { format!("{}[{name}]", self.name) }
    }

    /// Refuses parameters that are not in the list; `expand` is always one.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Failure> {
        let Some(members) = self.fields.as_object() else { return Ok(()) };
        match members.keys().find(|name| *name != "expand" && !known.contains(&name.as_str())) {
            Some(name) => {
                Err(Failure::invalid(format!("Received unknown parameter: {}", self.full(name)))
                    .code("parameter_unknown")
                    .param(self.full(name)))
            }
            None => Ok(()),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.get(name).is_some()
    }

    /// A text that was given; the empty one clears a field.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str)
    }

    /// The text, empty where it was not given.
    pub(super) fn plain(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Failure> {
        self.text(name).filter(|text| !text.is_empty()).ok_or_else(|| self.absent(name))
    }

    pub(super) fn absent(&self, name: &str) -> Failure {
        Failure::invalid(format!("Missing required param: {}.", self.full(name)))
            .code("parameter_missing")
            .param(self.full(name))
    }

    pub(super) fn wrong(&self, name: &str, why: &str) -> Failure {
        Failure::invalid(format!("Invalid {}: {why}", self.full(name))).param(self.full(name))
    }

    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Failure> {
        let Some(text) = self.text(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        text.parse().map(Some).map_err(|_not_a_number| {
            self.wrong(name, "must be an integer").code("parameter_invalid_integer")
        })
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.text(name) {
            None | Some("") => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(self.wrong(name, "must be true or false")),
        }
    }

    /// One of a set of words.
    pub(super) fn word<'f>(
        &'f self,
        name: &str,
        words: &[&str],
        default: &'f str,
    ) -> Result<&'f str, Failure> {
        match self.text(name) {
            None => Ok(default),
            Some(word) if words.contains(&word) => Ok(word),
            Some(_) => Err(self.wrong(name, &format!("must be one of {}", words.join(", ")))),
        }
    }

    /// The parameters below one; none at all where it was not given.
    pub(super) fn below(&self, name: &str) -> Self {
        let fields = self.fields.get(name).filter(|below| below.is_object()).cloned();
        Self { fields: fields.unwrap_or_else(|| Value::Object(Map::new())), name: self.full(name) }
    }

    /// The items of a list of objects.
    pub(super) fn list(&self, name: &str) -> Vec<Self> {
        let named = |(n, fields): (usize, &Value)| Self {
            fields: fields.clone(),
            name: format!("{}[{n}]", self.full(name)),
        };
        items(self.fields.at(&format!("/{name}"))).iter().enumerate().map(named).collect()
    }

    /// The items of a list of texts.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let list = items(self.fields.at(&format!("/{name}")));
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// What `old` metadata become: members are added or replaced, an empty value takes one away, and an
    /// empty `metadata` takes all.
    pub(super) fn metadata(&self, old: &Value) -> Result<Value, Failure> {
        let mut all = old.as_object().cloned().unwrap_or_default();
        match self.fields.get("metadata") {
            Some(Value::String(text)) if text.is_empty() => all.clear(),
            Some(Value::Object(given)) => {
                for (key, value) in given {
                    let value = value.as_str().unwrap_or_default();
                    let param = format!("{}[{key}]", self.full("metadata"));
                    let long =
                        |what: &str| Failure::invalid(format!("Metadata {what}")).param(&param);
                    if key.chars().count() > METADATA_KEY_CHARS_MAX {
                        return Err(long("keys can have at most 40 characters"));
                    }
                    if value.chars().count() > METADATA_VALUE_CHARS_MAX {
                        return Err(long("values can have at most 500 characters"));
                    }
                    if value.is_empty() {
                        all.remove(key);
                    } else {
                        all.insert(key.clone(), Value::from(value));
                    }
                }
            }
            _ => {}
        }
        if all.len() > METADATA_KEYS_MAX {
            return Err(Failure::invalid("Metadata can have at most 50 keys").param("metadata"));
        }
        Ok(Value::Object(all))
    }
}

/// `a[b][0]` as `a`, `b`, `0`.
fn segments(name: &str) -> Option<Vec<&str>> {
    let (head, mut rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    let mut path = vec![head];
    while !rest.is_empty() {
        let (segment, after) = rest.strip_prefix('[')?.split_once(']')?;
        path.push(segment);
        rest = after;
    }
    (!head.is_empty() && path.len() <= DEPTH_MAX).then_some(path)
}

fn put(at: &mut Value, path: &[&str], value: &str) -> Option<()> {
    let Some((first, rest)) = path.split_first() else {
        *at = Value::from(value);
        return Some(());
    };
    let members = at.as_object_mut()?;
    // `items[]=a&items[]=b`: each is the next of the list.
    let key = if first.is_empty() { members.len().to_string() } else { (*first).to_owned() };
    let inner = members.entry(key).or_insert_with(|| Value::Object(Map::new()));
    put(inner, rest, value)
}

/// Makes lists of the objects whose names are all numbers, in their order.
fn arrays(value: &mut Value) {
    let Some(members) = value.as_object_mut() else { return };
    // The names of metadata are the caller's, numbers too.
    members.iter_mut().filter(|(name, _)| *name != "metadata").for_each(|(_, inner)| arrays(inner));
    if members.is_empty() {
        return;
    }
    let mut numbered: Vec<(usize, Value)> = Vec::new();
    for (name, inner) in members.iter() {
        let Ok(number) = name.parse() else { return };
        numbered.push((number, inner.clone()));
    }
    numbered.sort_by_key(|(number, _)| *number);
    *value = numbered.into_iter().map(|(_, inner)| inner).collect();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &Value) {
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        assert_eq!(Form::parse(&pairs).unwrap().fields, *expected, "{body}");
    }

    #[test]
    fn brackets_nest() {
        check("a=1&b[c]=2", &json!({ "a": "1", "b": { "c": "2" } }));
        check("i[1][p]=b&i[0][p]=a", &json!({ "i": [{ "p": "a" }, { "p": "b" }] }));
        check("e[]=x&e[]=y", &json!({ "e": ["x", "y"] }));
        check("metadata[k%20]=&metadata[7]=x", &json!({ "metadata": { "k ": "", "7": "x" } }));
        for wrong in ["a[b=1", "[a]=1", "a=1&a[b]=2", "a[b]c=1"] {
            let pairs: Vec<_> = form_urlencoded::parse(wrong.as_bytes()).into_owned().collect();
            assert!(Form::parse(&pairs).is_err(), "{wrong}");
        }
    }

    #[test]
    fn metadata_are_merged_and_bounded() {
        let form = |key: &str, value: &str| {
            Form::parse(&[(format!("metadata[{key}]"), value.to_owned())]).unwrap()
        };
        let old = json!({ "a": "1" });
        assert_eq!(form("b", "2").metadata(&old).unwrap(), json!({ "a": "1", "b": "2" }));
        assert_eq!(form("a", "").metadata(&old).unwrap(), json!({}));
        assert!(form(&"k".repeat(41), "v").metadata(&old).is_err());
        assert!(form("k", &"v".repeat(501)).metadata(&old).is_err());
        assert!(form(&"k".repeat(40), &"é".repeat(500)).metadata(&old).is_ok());
    }
}
