use std::fmt;
use std::str::FromStr;

use captely_crm::ContactDetail;
use captely_tabular::Role;

const CHANGED_AT: &str = "changed_at";

/// What the values of a column become.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// What the role says.
    Role(Role),
    /// A field of the workspace's own, by its name.
    Custom(String),
    /// Nothing by itself: it says when the row was last changed where it comes from.
    ChangedAt,
}

impl Target {
    /// Whether its column's values become nothing.
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Role(Role::Unknown | Role::Ignore))
    }

    /// Whether several columns may go there: further numbers and addresses, tags, refusals.
    pub const fn may_repeat(&self) -> bool {
        matches!(self, Self::Role(role) if role.may_repeat() || matches!(role, Role::Tags))
    }
}

/// The word of the role; `custom.NAME` for a field of the workspace's own.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => f.pad(role.as_str()),
            Self::Custom(name) => write!(f, "custom.{name}"),
            Self::ChangedAt => f.pad(CHANGED_AT),
        }
    }
}

/// The error is a sentence.
impl FromStr for Target {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let word = word.trim();
        if word == CHANGED_AT {
            return Ok(Self::ChangedAt);
        }
        if !word.starts_with("custom.") {
            return word.parse().map(Self::Role);
        }
        match word.parse::<ContactDetail>()? {
            ContactDetail::Custom(name) => Ok(Self::Custom(name)),
            known => Err(format!("{known} is no field of the workspace's own")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_targets() {
        for (word, target) in [
            ("email", Target::Role(Role::Email)),
            ("ignore", Target::Role(Role::Ignore)),
            ("changed_at", Target::ChangedAt),
            ("custom.Shoe size", Target::Custom("Shoe size".into())),
        ] {
            assert_eq!(word.parse().as_ref(), Ok(&target));
            assert_eq!(target.to_string(), word);
        }
        for (word, said) in [
            ("custom.", "1 to 100 characters"),
            ("custom.a\u{7}b", "control character"),
            ("emial", "did you mean email?"),
        ] {
            let error = word.parse::<Target>().unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
