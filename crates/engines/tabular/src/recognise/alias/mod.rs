//! What columns are called. Each language has a table of its own; names are compared without marks,
//! case, blanks and punctuation, so that one spelling stands for many.

mod english;
mod germanic;
mod other;
mod romance;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::role::Role;
use super::words::squashed;

/// The language a name of a column is of, as far as it decides what other columns mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Language {
    English,
    German,
    Dutch,
    Scandinavian,
    French,
    Spanish,
    Italian,
    Portuguese,
    Other,
}

/// One line of a table: a role and the names of its columns, separated by `|`.
pub(super) type Line = (Role, &'static str);

/// A known name of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alias {
    pub(super) role: Role,
    pub(super) language: Language,
}

static ALIASES: LazyLock<HashMap<String, Alias>> = LazyLock::new(|| {
    let tables: [(Language, &[Line]); 10] = [
        (Language::English, english::PERSON),
        (Language::English, english::COMPANY),
        (Language::English, english::LEAD),
        (Language::German, germanic::GERMAN),
        (Language::Dutch, germanic::DUTCH),
        (Language::Scandinavian, germanic::SCANDINAVIAN),
        (Language::French, romance::FRENCH),
        (Language::Spanish, romance::SPANISH),
        (Language::Italian, romance::ITALIAN),
        (Language::Portuguese, romance::PORTUGUESE),
    ];
    let mut aliases = HashMap::new();
    for (language, lines) in tables.into_iter().chain([(Language::Other, other::OTHER)]) {
        for (role, names) in lines {
            for name in names.split('|') {
                // The first table that has a name keeps it.
                aliases.entry(squashed(name)).or_insert(Alias { role: *role, language });
            }
        }
    }
    aliases
});

/// The alias whose name, squashed, is this.
pub(super) fn find(squashed: &str) -> Option<Alias> {
    #[cfg(test)]
    if FORGOTTEN.with_borrow(|names| names.contains(squashed)) {
        return None;
    }
    ALIASES.get(squashed).copied()
}

#[cfg(test)]
thread_local! {
    /// Squashed names that a measurement leaves out.
    pub(super) static FORGOTTEN: std::cell::RefCell<std::collections::HashSet<String>> =
        std::cell::RefCell::default();
}

/// All squashed names of a role.
pub(super) fn names_of(role: Role) -> impl Iterator<Item = &'static str> {
    ALIASES.iter().filter(move |(_, alias)| alias.role == role).map(|(name, _)| name.as_str())
}
