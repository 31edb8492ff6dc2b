use std::fmt;

use super::Mapping;
use super::alias;
use super::role::Role;
use super::words::{squashed, words};

/// So many columns are named in the message.
const SEEN_MAX: usize = 12;

/// The columns without which nobody can be looked up are not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumns {
    /// The header as it stands in the file.
    pub seen: Vec<String>,
    /// What is missing.
    pub needs: Vec<Need>,
}

/// Something that is missing, and the column that comes closest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What is missing, with its article.
    pub what: &'static str,
    /// The role that would serve.
    pub role: Role,
    /// Columns that would serve as well, for the message.
    pub examples: &'static str,
    /// The name of the closest column.
    pub guess: Option<String>,
}

pub(super) fn find(header: &[String], mapping: &Mapping) -> Option<MissingColumns> {
    let has = |roles: &[Role]| mapping.columns.iter().any(|c| roles.contains(&c.role));
    let names = [Role::FirstName, Role::LastName, Role::FullName];
    let places = [Role::Company, Role::Domain, Role::Website, Role::Email];
    let mut needs = Vec::new();
    if !has(&names) {
        needs.push(Need {
            what: "a person's name",
            role: Role::FullName,
            examples: "First Name and Last Name, or Full Name",
            guess: closest(header, mapping, &names),
        });
    }
    if !has(&places) {
        needs.push(Need {
            what: "a company",
            role: Role::Company,
            examples: "Company, Domain, Website or Email",
            guess: closest(header, mapping, &places),
        });
    }
    (!needs.is_empty()).then(|| MissingColumns { seen: header.to_vec(), needs })
}

/// The unknown column whose name is nearest to a name of one of the roles.
fn closest(header: &[String], mapping: &Mapping, roles: &[Role]) -> Option<String> {
    let free = |column: &super::Recognised| matches!(column.role, Role::Unknown | Role::Ignore);
    let named = header.iter().zip(&mapping.columns).filter(|(_, column)| free(column));
    closest_name(named.map(|(name, _)| name.as_str()), roles).map(|(name, _)| name.to_owned())
}

/// The column whose name is nearest to a usual name of one of the roles, and which role that is; `None` where
/// none is near.
pub fn closest_name<'n>(
    names: impl Iterator<Item = &'n str>,
    roles: &[Role],
) -> Option<(&'n str, Role)> {
    let near = |name: &'n str| {
        let (whole, parts) = (squashed(name), words(name));
        let known = roles.iter().flat_map(|r| alias::KNOWN.of(*r).map(|known| (known, *r)));
        let steps = known.filter_map(|(known, role)| {
            if parts.len() > 1 && known.len() > 3 && parts.iter().any(|p| p == known) {
                return Some((1, role));
            }
            near_enough(&whole, known).map(|steps| (steps, role))
        });
        steps.min_by_key(|(steps, _)| *steps).map(|(steps, role)| (steps, name.trim(), role))
    };
    names.filter_map(near).min_by_key(|(steps, ..)| *steps).map(|(_, name, role)| (name, role))
}

/// The steps between a word and a known one, if they may be slips: one in a short word, two in a long one (a
/// swap counts as two).
fn near_enough(word: &str, known: &str) -> Option<usize> {
    let allowed = match known.chars().count() {
        0..=3 => 0,
        4..=5 => 1,
        _ => 2,
    };
    let steps = edits(word, known);
    (steps <= allowed).then_some(steps)
}

/// Letters to change, add or drop to make one text the other (Levenshtein).
pub(super) fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(64).collect();
    let mut costs: Vec<usize> = (0..=other.len()).collect();
    for (row, a) in one.chars().take(64).enumerate() {
        let mut diagonal = row;
        let mut left = row + 1;
        if let Some(first) = costs.first_mut() {
            *first = left;
        }
        for (b, cost) in other.iter().zip(costs.iter_mut().skip(1)) {
            let changed = diagonal + usize::from(a != *b);
            diagonal = *cost;
            left = changed.min(*cost + 1).min(left + 1);
            *cost = left;
        }
    }
    costs.last().copied().unwrap_or(0)
}

impl fmt::Display for MissingColumns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, need) in self.needs.iter().enumerate() {
            let lead = if index == 0 { "no column is" } else { "; nor is one" };
            write!(f, "{lead} {} ({})", need.what, need.examples)?;
            if let Some(guess) = &need.guess {
                write!(
                    f,
                    "; {guess:?} looks close: rename it or pass --map {guess:?}={}",
                    need.role
                )?;
            }
        }
        let seen: Vec<String> =
            self.seen.iter().take(SEEN_MAX).map(|n| format!("{:?}", n.trim())).collect();
        let more = self.seen.len().saturating_sub(SEEN_MAX);
        write!(f, ". Columns seen: {}", seen.join(", "))?;
        if more > 0 {
            write!(f, " and {more} more")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise;

    #[test]
    fn steps_between_words() {
        for (one, other, steps) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("compny", "company", 1),
            ("kitten", "sitting", 3),
            ("", "ab", 2),
        ] {
            assert_eq!(edits(one, other), steps, "{one} {other}");
        }
    }

    #[track_caller]
    fn check(header: &[&str], expected: Option<&[(&str, Option<&str>)]>) {
        let header: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
        let problem = recognise(&header, &[]).problem();
        let found = problem
            .as_ref()
            .map(|p| p.needs.iter().map(|n| (n.what, n.guess.as_deref())).collect::<Vec<_>>());
        assert_eq!(found.as_deref(), expected, "{header:?}: {problem:?}");
    }

    #[test]
    fn what_is_missing_is_named_with_a_guess() {
        check(&["First Name", "Company"], None);
        check(&["Vorname", "Nachname", "Firma"], None);
        check(
            &["Frist Nmae", "Compnay"],
            Some(&[("a person's name", None), ("a company", Some("Compnay"))]),
        );
        check(&["Full Name", "Firma Ref"], Some(&[("a company", Some("Firma Ref"))]));
        check(&["x", "y"], Some(&[("a person's name", None), ("a company", None)]));
    }

    #[test]
    fn the_message_says_what_to_do() {
        let header = ["Ful Name", "Order"].map(str::to_owned);
        let message = recognise(&header, &[]).problem().unwrap().to_string();
        assert!(message.contains("--map \"Ful Name\"=full_name"), "{message}");
        assert!(message.contains("Columns seen: \"Ful Name\", \"Order\""), "{message}");
    }
}
