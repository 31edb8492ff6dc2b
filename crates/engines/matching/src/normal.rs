//! Normal forms: one text for the spellings of one value.

mod address;
mod company;
mod date;
mod name;
mod phone;
mod profile;
mod title;
mod words;

use captely_contact::{Domain, EmailAddress, duplicate_key};

pub use company::{CompanyName, company_name, written_company};
pub(crate) use date::day;
pub(crate) use name::nicknames;
pub use profile::profile_key;
pub use words::fold_words;
pub(crate) use words::words as words_of;

use crate::schema::Kind;

/// The normal form of a value; empty where nothing is left of it, which counts as missing.
pub fn normal_form(kind: Kind, value: &str) -> String {
    let value = value.trim();
    if value.is_empty() {
        return String::new();
    }
    match kind {
        Kind::Text | Kind::Place => fold_words(value),
        Kind::GivenName | Kind::FamilyName => name::name(value),
        Kind::Company => company_name(value).core,
        Kind::Title => title::title(value),
        Kind::Email => value
            .parse::<EmailAddress>()
            .map_or_else(|_| value.to_lowercase(), |email| duplicate_key(&email)),
        Kind::Domain => Domain::from_loose(value)
            .map_or_else(|_| value.to_lowercase(), |domain| domain.registrable().to_string()),
        Kind::Phone => phone::phone(value),
        Kind::Profile => profile_key(value),
        Kind::Date => date::date(value),
        Kind::Number => number(value),
        Kind::Postcode | Kind::Code => fold_words(value).replace(' ', ""),
        Kind::Address => address::address(value),
    }
}

/// A number as Rust writes it; a text that is none stands as it is.
fn number(value: &str) -> String {
    let plain: String = value.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    match plain.parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        _ => fold_words(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(kind: Kind, value: &str, expected: &str) {
        assert_eq!(normal_form(kind, value), expected, "{kind:?} {value:?}");
    }

    #[test]
    fn spellings_of_one_value_have_one_form() {
        check(Kind::Text, "  Zürich — Höngg ", "zurich hongg");
        check(Kind::Email, " A.d.A+news@GoogleMail.com", "ada@gmail.com");
        check(Kind::Email, "not an address", "not an address");
        check(Kind::Domain, "https://www.Mail.Example.co.uk/about", "example.co.uk");
        check(Kind::Number, " 1,200.50 ", "1200.5");
        check(Kind::Number, "1e400", "1e400");
        check(Kind::Postcode, "sw1a 1aa", "sw1a1aa");
        check(Kind::Code, "AB-12/34", "ab1234");
        check(Kind::Place, "Αθήνα", "athina");
        check(Kind::Text, " \u{200b} ", "");
    }

    const KINDS: [Kind; 14] = [
        Kind::Text,
        Kind::GivenName,
        Kind::FamilyName,
        Kind::Company,
        Kind::Title,
        Kind::Place,
        Kind::Email,
        Kind::Domain,
        Kind::Phone,
        Kind::Profile,
        Kind::Date,
        Kind::Number,
        Kind::Postcode,
        Kind::Address,
    ];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_has_a_form(value in "\\PC{0,40}") {
            for kind in KINDS {
                let form = normal_form(kind, &value);
                prop_assert!(!form.starts_with(' ') && !form.ends_with(' '), "{kind:?} {form:?}");
            }
        }

        #[test]
        fn the_form_of_words_is_its_own_form(value in "\\PC{0,40}") {
            let form = fold_words(&value);
            prop_assert_eq!(fold_words(&form), form);
        }
    }
}
