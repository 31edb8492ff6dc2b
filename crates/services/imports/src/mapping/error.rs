use captely_tabular::Role;

/// So many columns are named in a sentence.
const SEEN_MAX: usize = 12;

/// Why columns cannot be mapped so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// No column has that name or number.
    #[error("there is no column {name:?}; columns seen: {}", listed(seen))]
    NoColumn {
        /// As it was asked for.
        name: String,
        /// The header as it stands in the file.
        seen: Vec<String>,
    },
    /// The word names nothing that a column can become; a sentence.
    #[error("{0}")]
    Target(String),
    /// Two columns would go where there is place for one.
    #[error(
        "columns {} and {} cannot both be {target}: set one of them to \"ignore\"{}",
        placed(first),
        placed(second),
        further(target)
    )]
    Twice {
        /// The word of the target.
        target: String,
        /// Place from 1, and name.
        first: (usize, String),
        /// Place from 1, and name.
        second: (usize, String),
    },
    /// One column was named twice, with different targets.
    #[error("column {} was named twice, as {one} and as {other}: name it once", placed(column))]
    NamedTwice {
        /// Place from 1, and name.
        column: (usize, String),
        /// The word of its first target.
        one: String,
        /// The word of the other.
        other: String,
    },
    /// A list of words that is not as long as the header.
    #[error("the mapping has {words} words for {columns} columns: give one word for each column")]
    OtherWidth {
        /// How many words.
        words: usize,
        /// How many columns.
        columns: usize,
    },
    /// No column says whom a row is about.
    #[error(
        "no column says whom a row is about (an e-mail address, a LinkedIn address, a phone number, a name, a \
         company or its domain){}. Columns seen: {}", close(closest.as_ref()), listed(seen)
    )]
    Nobody {
        /// The header as it stands in the file.
        seen: Vec<String>,
        /// The column that comes closest by its name, and what it would be.
        closest: Option<(String, Role)>,
    },
}

impl MappingError {
    /// The column to map, and what to: where one comes close.
    pub const fn suggestion(&self) -> Option<&(String, Role)> {
        match self {
            Self::Nobody { closest, .. } => closest.as_ref(),
            _ => None,
        }
    }
}

fn placed((place, name): &(usize, String)) -> String {
    format!("{place} ({:?})", name.trim())
}

/// Where a second address or number may go instead.
fn further(target: &str) -> &'static str {
    match target {
        "email" | "personal_email" => " or to other_email",
        "phone" | "mobile_phone" | "work_phone" | "home_phone" => " or to other_phone",
        _ => " or to custom.NAME",
    }
}

fn close(closest: Option<&(String, Role)>) -> String {
    closest.map_or_else(String::new, |(name, role)| {
        format!("; {name:?} looks close: map it to {role}")
    })
}

fn listed(seen: &[String]) -> String {
    let names: Vec<String> =
        seen.iter().take(SEEN_MAX).map(|name| format!("{:?}", name.trim())).collect();
    match seen.len().saturating_sub(SEEN_MAX) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
