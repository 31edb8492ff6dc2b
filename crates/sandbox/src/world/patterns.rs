//! How a domain builds its addresses from names, and how often each way occurs.

use super::names::Name;

/// A way to build the part before the `@`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Pattern {
    /// `ada.lovelace`
    #[default]
    FirstDotLast,
    /// `alovelace`
    FLast,
    /// `ada`
    First,
    /// `adalovelace`
    FirstLast,
    /// `a.lovelace`
    FDotLast,
    /// `lovelace.ada`
    LastDotFirst,
    /// `adal`
    FirstL,
    /// `ada_lovelace`
    FirstUnderLast,
    /// `lovelacea`
    LastF,
    /// `lovelace`
    Last,
    /// `ada-lovelace`
    FirstDashLast,
    /// `ada.l`
    FirstDotL,
}

impl Pattern {
    /// All patterns with their weight at a small company (under 50 people) and at a larger one.
    pub(crate) const WEIGHTS: [(Self, u32, u32); 12] = [
        (Self::FirstDotLast, 330, 500),
        (Self::FLast, 150, 240),
        (Self::First, 300, 20),
        (Self::FirstLast, 60, 60),
        (Self::FDotLast, 50, 60),
        (Self::LastDotFirst, 20, 30),
        (Self::FirstL, 30, 20),
        (Self::FirstUnderLast, 15, 25),
        (Self::LastF, 10, 20),
        (Self::Last, 15, 5),
        (Self::FirstDashLast, 10, 10),
        (Self::FirstDotL, 10, 10),
    ];

    /// The pattern in the braces of Hunter's domain search: `{first}.{last}`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstDotLast => "{first}.{last}",
            Self::FLast => "{f}{last}",
            Self::First => "{first}",
            Self::FirstLast => "{first}{last}",
            Self::FDotLast => "{f}.{last}",
            Self::LastDotFirst => "{last}.{first}",
            Self::FirstL => "{first}{l}",
            Self::FirstUnderLast => "{first}_{last}",
            Self::LastF => "{last}{f}",
            Self::Last => "{last}",
            Self::FirstDashLast => "{first}-{last}",
            Self::FirstDotL => "{first}.{l}",
        }
    }

    /// The part before the `@` for a name already spelt in plain letters. A missing half of the name
    /// leaves the other standing alone.
    pub(crate) fn local(self, first: &str, last: &str) -> String {
        if first.is_empty() || last.is_empty() {
            return format!("{first}{last}");
        }
        let head = |name: &str| name.chars().next().map(String::from).unwrap_or_default();
        self.as_str()
            .replace("{first}", first)
            .replace("{last}", last)
            .replace("{f}", &head(first))
            .replace("{l}", &head(last))
    }
}

/// How a domain spells names in its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spelling {
    /// `Müller` becomes `mueller` rather than `muller`.
    pub(crate) expand: bool,
    /// `Jean-Luc` becomes `jean-luc` rather than `jeanluc`.
    pub(crate) keep_hyphen: bool,
}

impl Spelling {
    pub(crate) fn of(self, name: &Name) -> String {
        if self.keep_hyphen && name.latin.contains('-') {
            let parts = name.latin.split('-').map(|p| Name {
                latin: String::new(),
                native: String::new(),
                folded: captely_contact::fold(p),
                expanded: super::names::expand(p),
            });
            let parts: Vec<String> =
                parts.map(|p| if self.expand { p.expanded } else { p.folded }).collect();
            return parts.join("-");
        }
        if self.expand { name.expanded.clone() } else { name.folded.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_builds_its_example() {
        for (pattern, local) in [
            (Pattern::FirstDotLast, "ada.lovelace"),
            (Pattern::FLast, "alovelace"),
            (Pattern::First, "ada"),
            (Pattern::FirstLast, "adalovelace"),
            (Pattern::FDotLast, "a.lovelace"),
            (Pattern::LastDotFirst, "lovelace.ada"),
            (Pattern::FirstL, "adal"),
            (Pattern::FirstUnderLast, "ada_lovelace"),
            (Pattern::LastF, "lovelacea"),
            (Pattern::Last, "lovelace"),
            (Pattern::FirstDashLast, "ada-lovelace"),
            (Pattern::FirstDotL, "ada.l"),
        ] {
            assert_eq!(pattern.local("ada", "lovelace"), local);
        }
        assert_eq!(Pattern::FLast.local("ada", ""), "ada");
    }
}
