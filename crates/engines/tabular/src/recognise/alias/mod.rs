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

/// The names of columns that are known, squashed.
#[derive(Debug, Clone)]
pub(super) struct Names(pub(super) HashMap<String, Alias>);

/// All that the tables have.
pub(super) static KNOWN: LazyLock<Names> = LazyLock::new(|| {
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
    let mut names = HashMap::new();
    for (language, lines) in tables.into_iter().chain([(Language::Other, other::OTHER)]) {
        for (role, line) in lines {
            for name in line.split('|') {
                // The first table that has a name keeps it.
                names.entry(squashed(name)).or_insert(Alias { role: *role, language });
            }
        }
    }
    Names(names)
});

impl Names {
    /// What the name of a column is known to mean; it comes squashed.
    pub(super) fn find(&self, squashed: &str) -> Option<Alias> {
        self.0.get(squashed).copied()
    }

    /// All squashed names of a role.
    pub(super) fn of(&self, role: Role) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(_, alias)| alias.role == role).map(|(name, _)| name.as_str())
    }
}
