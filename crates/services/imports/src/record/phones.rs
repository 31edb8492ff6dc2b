use captely_verify::{HomeCountry, phone_at};

/// What a cell with a phone number holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The number in E.164; as it stands in the cell where it is one but cannot be written so.
    pub(super) number: Option<String>,
    /// Further numbers of the cell, and the number with its extension.
    pub(super) further: Vec<String>,
    /// Why it is not in E.164 or not taken, in a sentence's words.
    pub(super) fault: Option<String>,
}

/// Reads the number of a cell, and those behind it.
pub(super) fn read(text: &str, home: Option<HomeCountry>) -> Found {
    /// Numbers of one cell that are looked at.
    const NUMBERS_MAX: usize = 5;
    let mut found = Found::default();
    let mut next = Some(text.to_owned());
    for _ in 0..NUMBERS_MAX {
        let Some(text) = next.take() else { break };
        let verdict = phone_at(&text, home);
        next = verdict.rest.filter(|rest| rest.bytes().filter(u8::is_ascii_digit).count() >= 6);
        let first = found.number.is_none() && found.fault.is_none();
        let number = match (verdict.e164.filter(|_| verdict.valid), verdict.code) {
            (Some(number), _) => {
                if let Some(extension) = verdict.extension {
                    found.further.push(format!("{number} ext. {extension}"));
                }
                Some(number.as_str().to_owned())
            }
            (None, "empty") => None,
            (None, code) => {
                let kept = is_kept(code);
                let became = if kept { "it was kept as it stands" } else { "it was left out" };
                let said = verdict.reason.trim_end_matches('.');
                found.fault = found.fault.or_else(|| Some(format!("{said}; {became}")));
                kept.then_some(text)
            }
        };
        match number {
            Some(number) if first => found.number = Some(number),
            Some(number) => found.further.push(number),
            None => {}
        }
    }
    found
}

/// Whether a text that is no whole number may be one with something missing.
fn is_kept(code: &str) -> bool {
    matches!(
        code,
        "invalid" | "incomplete" | "no_country" | "too_short" | "too_long" | "unknown_country_code"
    )
}

#[cfg(test)]
mod tests {
    use captely_contact::CountrySource;

    use super::*;

    #[track_caller]
    fn check(text: &str, country: &str, number: Option<&str>, further: &[&str], fault: &str) {
        let found = read(text, HomeCountry::from_text(country, CountrySource::Row));
        assert_eq!(found.number.as_deref(), number, "{text}: {found:?}");
        assert_eq!(found.further, further, "{text}");
        let said = found.fault.unwrap_or_default();
        assert!(said.ends_with(fault) && said.is_empty() == fault.is_empty(), "{text}: {said}");
    }

    #[test]
    fn numbers_as_lists_have_them() {
        check("+44 20 7946 0958", "", Some("+442079460958"), &[], "");
        check("'+14155552671", "", Some("+14155552671"), &[], "");
        check("15551234567", "US", Some("15551234567"), &[], "it was kept as it stands");
        check("14155552671", "US", Some("+14155552671"), &[], "");
        check("504-621-8927", "United States", Some("+15046218927"), &[], "");
        check("504-621-8927", "", Some("504-621-8927"), &[], "it was kept as it stands");
        check("621-8927", "US", Some("621-8927"), &[], "it was kept as it stands");
        check("162189275", "US", Some("162189275"), &[], "it was kept as it stands");
        check("9.87654E+09", "US", None, &[], "from its source; it was left out");
        check("2021-05-12", "US", None, &[], "it was left out");
        check("call me", "US", None, &[], "it was left out");
        check("0000000000", "US", None, &[], "it was left out");
        check("020 7946 0958 / 020 7946 0959", "GB", Some("+442079460958"), &["+442079460959"], "");
        check("504-621-8927 ext 42", "US", Some("+15046218927"), &["+15046218927 ext. 42"], "");
    }
}
