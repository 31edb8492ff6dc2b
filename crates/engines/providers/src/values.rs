//! Providers' texts turned into our values.

use captely_contact::{
    Confidence, Domain, E164, EmailAddress, EmailStatus, Field, Person, PhoneType,
};
use serde_json::Value;

use crate::{FoundEmail, FoundPhone, json};

/// The address, if the text is one.
pub(crate) fn email(text: &str, percent: u8, status: Option<EmailStatus>) -> Option<FoundEmail> {
    let email: EmailAddress = text.parse().ok()?;
    Some(FoundEmail { email, confidence: Confidence::percent(percent), status })
}

/// A number as the provider wrote it, and in international form where its text has that form.
pub(crate) fn phone(raw: &str, kind: PhoneType, percent: u8) -> FoundPhone {
    let confidence = Confidence::percent(percent);
    FoundPhone { raw: raw.to_owned(), e164: international(raw), kind, confidence }
}

/// `+91 98200 00000` → `+919820000000`. A text without a leading `+` needs a country to be read and
/// is left to engine `verify`; a trunk zero in brackets, as in `+44 (0)20`, is left out.
pub(crate) fn international(raw: &str) -> Option<E164> {
    let raw = raw.trim();
    if !raw.starts_with('+') {
        return None;
    }
    let raw = raw.replace("(0)", "");
    let spacing = |c: &char| !matches!(c, ' ' | '.' | '-' | '(' | ')' | '/' | '\u{a0}');
    raw.chars().filter(spacing).collect::<String>().parse().ok()
}

/// The text under each key, where there is one, as a value that rides along.
pub(crate) fn extras(value: &Value, keys: &[(Field, &str)]) -> Vec<(Field, String)> {
    let found = keys.iter().filter_map(|(field, key)| {
        let text = json::text(value, key)?;
        let text = match field {
            Field::Domain => Domain::from_loose(text).ok()?.as_str().to_owned(),
            _ => text.to_owned(),
        };
        Some((*field, text))
    });
    found.collect()
}

/// The company to look in, as providers take it: its domain where known, else its name.
pub(crate) fn domain_or_company(person: &Person) -> &str {
    person.domain.as_ref().map_or(person.company.as_str(), Domain::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn international_form_where_the_text_has_it() {
        for (raw, expected) in [
            ("+91 98200 00000", Some("+919820000000")),
            ("+44 (0)20 7946-0000", Some("+442079460000")),
            ("+33.1.99.00.00.00", Some("+33199000000")),
            ("020 7946 0000", None),
            ("+1 800 FLOWERS", None),
            ("", None),
        ] {
            let got = international(raw);
            assert_eq!(got.as_ref().map(E164::as_str), expected, "{raw}");
        }
    }
}
