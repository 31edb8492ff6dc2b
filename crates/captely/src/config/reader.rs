use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use super::layers::Layers;
use super::nearest::nearest;
use super::setting::Setting;
use super::{Environment, Fault, Origin};

/// A setting as it stands: for `config show` and for docs/configuration.md.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `waterfall.stop_at`.
    pub key: String,
    /// Its value for people; secrets as "set (hidden)".
    pub value: String,
    /// Whether it has a value at all.
    pub is_set: bool,
    /// Whether it is a secret.
    pub secret: bool,
    /// Where the value comes from.
    pub origin: Origin,
    /// What it would be if nobody set it.
    pub default: String,
    /// What it must be: "a whole number, 0 to 10".
    pub kind: String,
    /// The environment variables that set it, the plainest first.
    pub variables: Vec<String>,
    /// What it does, in one line.
    pub help: String,
}

/// Hands out settings, and keeps every fault and every setting that was asked for.
pub(crate) struct Reader<'l> {
    layers: &'l Layers,
    entries: Vec<Entry>,
    faults: Vec<Fault>,
}

impl<'l> Reader<'l> {
    pub(crate) fn new(layers: &'l Layers) -> Self {
        Self { layers, entries: Vec::new(), faults: Vec::new() }
    }

    /// What `CAPTELY_ENV` chose.
    pub(crate) fn environment(&self) -> Option<Environment> {
        self.layers.environment
    }

    /// The settings under `name`, such as `waterfall` or `providers.hunter`.
    pub(crate) fn section(&mut self, name: impl Into<String>) -> Section<'_, 'l> {
        Section { reader: self, name: name.into() }
    }

    /// Everything asked for, and all faults with unknown names among them.
    pub(crate) fn finish(mut self) -> (Vec<Entry>, Vec<Fault>) {
        let unknown = self.unknown_keys();
        self.faults.extend(unknown);
        let unknown = self.unknown_variables();
        self.faults.extend(unknown);
        (self.entries, self.faults)
    }

    /// One fault for each name that no setting has; a table that is unknown is told once.
    fn unknown_keys(&self) -> Vec<Fault> {
        let known: BTreeSet<&str> = self.entries.iter().map(|e| e.key.as_str()).collect();
        let parents: BTreeSet<&str> = known.iter().flat_map(|key| prefixes(key)).collect();
        let mut told = BTreeSet::new();
        let mut faults = Vec::new();
        let used = self.layers.headers.iter().map(|(key, origin)| (key, origin));
        for (key, origin) in used.chain(self.layers.keys()) {
            if known.contains(key.as_str()) || parents.contains(key.as_str()) {
                continue;
            }
            let stranger =
                prefixes(key).find(|prefix| !parents.contains(prefix)).unwrap_or(key.as_str());
            if told.insert(stranger.to_owned()) {
                faults.push(Fault {
                    origin: origin.clone(),
                    key: stranger.to_owned(),
                    why: format!("is unknown{}", suggestion(stranger, &known, &parents)),
                });
            }
        }
        faults
    }

    /// Variables that begin like a section of ours and yet set nothing: a typing mistake there
    /// would otherwise go unseen, and may cost money.
    fn unknown_variables(&self) -> Vec<Fault> {
        let known: BTreeSet<&str> =
            self.entries.iter().flat_map(|e| e.variables.iter().map(String::as_str)).collect();
        let sections: BTreeSet<String> = self
            .entries
            .iter()
            .filter_map(|e| e.key.split('.').next())
            .map(|section| format!("CAPTELY_{}_", section.to_uppercase()))
            .collect();
        // Kubernetes sets these for a service of that name.
        let foreign = |name: &str| name.contains("_SERVICE_") || name.contains("_PORT_");
        let strangers = self.layers.variables().filter(|(name, _)| {
            sections.iter().any(|section| name.starts_with(section.as_str()))
                && !known.contains(name.as_str())
                && !foreign(name)
        });
        strangers
            .map(|(name, origin)| Fault {
                origin: origin.clone(),
                key: name.clone(),
                why: nearest(name, known.iter().copied()).map_or_else(
                    || "sets nothing".to_owned(),
                    |near| format!("sets nothing; did you mean {near}?"),
                ),
            })
            .collect()
    }
}

/// `a.b.c` → `a`, `a.b`.
fn prefixes(key: &str) -> impl Iterator<Item = &str> {
    key.match_indices('.').filter_map(|(at, _)| key.get(..at))
}

/// A name beside it that is written nearly so, else the same name elsewhere.
fn suggestion(stranger: &str, known: &BTreeSet<&str>, parents: &BTreeSet<&str>) -> String {
    let split = |key: &str| {
        let (parent, leaf) = key.rsplit_once('.').unwrap_or(("", key));
        (parent.to_owned(), leaf.to_owned())
    };
    let (parent, leaf) = split(stranger);
    let all = || known.iter().chain(parents).copied();
    let beside: Vec<String> =
        all().map(split).filter(|(p, _)| *p == parent).map(|(_, name)| name).collect();
    let near = nearest(&leaf, beside.iter().map(String::as_str));
    let near = near.map(|name| {
        let dot = if parent.is_empty() { "" } else { "." };
        format!("{parent}{dot}{name}")
    });
    let elsewhere = || all().find(|key| split(key).1 == leaf).map(str::to_owned);
    near.or_else(elsewhere).map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

/// One section being read.
pub(crate) struct Section<'r, 'l> {
    reader: &'r mut Reader<'l>,
    name: String,
}

impl<'l> Section<'_, 'l> {
    /// A setting of this section; `help` says in one line what it does.
    pub(crate) fn key(&mut self, name: &str, help: impl Into<String>) -> Key<'_, 'l> {
        let key = format!("{}.{name}", self.name);
        let variable = format!("CAPTELY_{}", key.replace(['.', '-'], "_").to_uppercase());
        Key {
            reader: self.reader,
            name: key,
            help: help.into(),
            variables: vec![variable],
            default_words: None,
        }
    }

    /// Notes that the value of `name` is wrong, wherever it comes from.
    pub(crate) fn fault(&mut self, name: &str, why: impl Into<String>) {
        let key = format!("{}.{name}", self.name);
        let entry = self.reader.entries.iter().find(|entry| entry.key == key);
        let origin = entry.map_or(Origin::Default, |entry| entry.origin.clone());
        self.reader.faults.push(Fault { origin, key, why: why.into() });
    }
}

/// One setting about to be read.
pub(crate) struct Key<'r, 'l> {
    reader: &'r mut Reader<'l>,
    name: String,
    help: String,
    variables: Vec<String>,
    default_words: Option<String>,
}

impl Key<'_, '_> {
    /// Other variables that set it, besides `CAPTELY_SECTION_NAME`.
    pub(crate) fn also(mut self, variables: &[&str]) -> Self {
        self.variables.splice(..0, variables.iter().map(|v| (*v).to_owned()));
        self
    }

    /// Says in words what the default is, where it differs from machine to machine.
    pub(crate) fn by_default(mut self, words: &str) -> Self {
        self.default_words = Some(words.to_owned());
        self
    }

    /// The value, or `default` where nobody set it or what was set is wrong.
    pub(crate) fn or<T: Setting>(self, default: T) -> T {
        let shown = default.show();
        self.read(T::KIND.to_owned(), shown, |_value: &T| None).unwrap_or(default)
    }

    /// The value if it lies within `range`.
    pub(crate) fn within<T>(self, default: T, range: RangeInclusive<T>) -> T
    where
        T: Setting + PartialOrd + Display,
    {
        let bounds = format!("{} to {}", range.start(), range.end());
        let outside = |value: &T| {
            (!range.contains(value)).then(|| format!("is {value}, but must be from {bounds}"))
        };
        let shown = default.show();
        self.read(format!("{}, {bounds}", T::KIND), shown, outside).unwrap_or(default)
    }

    /// The value if it lies within `range`, or `None` where nobody set it.
    pub(crate) fn optional_within<T>(self, absent: &str, range: RangeInclusive<T>) -> Option<T>
    where
        T: Setting + PartialOrd + Display,
    {
        let bounds = format!("{} to {}", range.start(), range.end());
        let outside = |value: &T| {
            (!range.contains(value)).then(|| format!("is {value}, but must be from {bounds}"))
        };
        self.read(format!("{}, {bounds}", T::KIND), absent.to_owned(), outside)
    }

    /// The value, or `None` where nobody set it; `absent` says what then happens.
    pub(crate) fn optional<T: Setting>(self, absent: &str) -> Option<T> {
        self.read(T::KIND.to_owned(), absent.to_owned(), |_value| None)
    }

    /// The value if `check` finds nothing wrong with it.
    pub(crate) fn checked<T: Setting>(
        self,
        absent: &str,
        check: impl Fn(&T) -> Option<String>,
    ) -> Option<T> {
        self.read(T::KIND.to_owned(), absent.to_owned(), check)
    }

    fn read<T: Setting>(
        self,
        kind: String,
        default: String,
        check: impl Fn(&T) -> Option<String>,
    ) -> Option<T> {
        let found = self.reader.layers.find(&self.name, &self.variables);
        let (value, origin) = match found {
            None => (None, Origin::Default),
            Some((raw, origin)) => {
                let from_argument = matches!(origin, Origin::Argument(_));
                let read = if T::SECRET && from_argument {
                    Err("is a secret: set it in a file or a variable, not where others on this \
                         machine see it in the list of processes"
                        .to_owned())
                } else {
                    T::read(raw).and_then(|value| check(&value).map_or(Ok(value), Err))
                };
                let value = read
                    .map_err(|why| {
                        let (key, origin) = (self.name.clone(), origin.clone());
                        self.reader.faults.push(Fault { origin, key, why });
                    })
                    .ok();
                (value, origin.clone())
            }
        };
        let refused = found.is_some() && value.is_none();
        let shown = match &value {
            Some(value) => value.show(),
            None if refused => "(refused)".to_owned(),
            None => default.clone(),
        };
        self.reader.entries.push(Entry {
            key: self.name,
            value: shown,
            is_set: value.is_some(),
            secret: T::SECRET,
            origin,
            default: self.default_words.unwrap_or(default),
            kind,
            variables: self.variables,
            help: self.help,
        });
        value
    }
}
