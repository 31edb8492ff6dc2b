//! What is refused of how a list is to be imported, before any work: alike for a start, a dry run, leads and the
//! command line.

use captely_crm::{CompanyDetail, ContactDetail, FIELD_WORDS, Policy};
use strsim::osa_distance;

use crate::{ImportError, ImportsError};

/// Tags of one import at most.
pub const TAGS_MAX: usize = 20;
/// Characters of a tag at most.
pub const TAG_CHARS_MAX: usize = 60;
/// Slips of the keyboard by which a field's word may be missed and is still guessed.
const SLIPS_MAX: usize = 2;
/// What stands before the words of a company's fields.
const OF_COMPANY: &str = "company.";

/// Why it is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Of the request.
    field: &'static str,
    /// What is allowed, in a sentence.
    why: String,
}

impl Refused {
    /// The same of a request that calls it otherwise.
    pub(crate) fn at(self, field: &'static str) -> Self {
        Self { field, ..self }
    }
}

impl From<Refused> for ImportsError {
    fn from(Refused { field, why }: Refused) -> Self {
        Self::Invalid { field, why }
    }
}

impl From<Refused> for ImportError {
    fn from(refused: Refused) -> Self {
        Self::Asked(refused.why)
    }
}

/// Refuses fields that no contact and no company has, too many tags, and tags that are none.
pub(crate) fn check(policy: &Policy, tags: &[String]) -> Result<(), Refused> {
    if let Some(why) = policy.fields.keys().find_map(|word| no_field(word)) {
        return Err(Refused { field: "fields", why });
    }
    let fits = |tag: &String| {
        let chars = tag.chars().count();
        (1..=TAG_CHARS_MAX).contains(&chars) && tag.trim() == tag && !tag.contains(char::is_control)
    };
    if tags.len() <= TAGS_MAX && tags.iter().all(fits) {
        return Ok(());
    }
    let why = format!(
        "there may be {TAGS_MAX} tags, each of 1 to {TAG_CHARS_MAX} characters without blanks at its ends and \
         without control characters"
    );
    Err(Refused { field: "tags", why })
}

/// Why a word names no field, in a sentence; none where it names one.
fn no_field(word: &str) -> Option<String> {
    let known = known();
    let custom = word.strip_prefix(OF_COMPANY).unwrap_or(word);
    if known.iter().any(|one| one == word) {
        return None;
    }
    if custom.starts_with("custom.") {
        return custom.parse::<ContactDetail>().err();
    }
    let near = known.iter().map(|one| (osa_distance(one, word), one));
    let near = near.filter(|(slips, _)| *slips <= SLIPS_MAX).min();
    let begun =
        || known.iter().filter(|one| word.starts_with(one.as_str())).max_by_key(|one| one.len());
    Some(match near.map(|(_, one)| one).or_else(begun) {
        Some(one) => format!("{word:?} is no field; did you mean {one}?"),
        None => format!("{word:?} is no field; use custom.NAME or one of {}", known.join(", ")),
    })
}

/// The words of all fields but the workspace's own.
fn known() -> Vec<String> {
    let company = CompanyDetail::KNOWN.iter().map(|detail| format!("{OF_COMPANY}{detail}"));
    let contact = ContactDetail::KNOWN.iter().map(ToString::to_string);
    let plain = FIELD_WORDS.iter().map(|word| (*word).to_owned());
    plain.chain(contact).chain([format!("{OF_COMPANY}name")]).chain(company).collect()
}

#[cfg(test)]
mod tests {
    use captely_crm::OnMatch;

    use super::*;

    #[test]
    fn fields_are_known() {
        let check = |word: &str, said: Option<&str>| {
            let fields = [(word.to_owned(), OnMatch::Overwrite)].into();
            let refused = super::check(&Policy { fields, ..Policy::default() }, &[]).err();
            let told = refused.as_ref().map(|refused| (refused.field, refused.why.as_str()));
            match (told, said) {
                (None, None) => {}
                (Some(("fields", why)), Some(said)) => assert!(why.contains(said), "{why}"),
                (told, _) => panic!("{word}: {told:?}"),
            }
        };
        for word in [
            "title",
            "seniority",
            "custom.Region",
            "company.name",
            "company.industry",
            "company.custom.x",
        ] {
            check(word, None);
        }
        check("titel", Some("\"titel\" is no field; did you mean title?"));
        check("company_name", Some("did you mean company.name?"));
        check("email_address", Some("did you mean email?"));
        check("company.industri", Some("did you mean company.industry?"));
        check("shoe size", Some("use custom.NAME or one of first_name, "));
        check("custom.", Some("1 to 100 characters"));
    }

    #[test]
    fn tags_are_some() {
        let check = |tags: &[&str], fits: bool| {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            assert_eq!(super::check(&Policy::default(), &tags).is_ok(), fits, "{tags:?}");
        };
        check(&["fair-2026", "Ä"], true);
        for tag in ["", " ", "x ", "a\u{7}b", &"x".repeat(TAG_CHARS_MAX + 1)] {
            check(&[tag], false);
        }
        check(&["x"; TAGS_MAX], true);
        check(&["x"; TAGS_MAX + 1], false);
    }
}
