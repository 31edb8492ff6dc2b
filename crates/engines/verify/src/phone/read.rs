use captely_contact::{CountrySource, Dial, E164, PhoneType};

use super::cell::{Cell, clean, digit_count};
use super::country::HomeCountry;
use super::placeholder::{is_date, is_pattern, is_placeholder};
use super::plan::{self, Length, Planned};
use super::reasons::{finding, unreadable};
use super::score;
use super::verdict::PhoneVerdict;

/// Longer texts hold no phone number (the ceiling of libphonenumber's parser).
const PHONE_BYTES_MAX: usize = 250;
/// Of a number without `+` and with its country code; shorter ones may well be national.
const INTERNATIONAL_DIGITS_MIN: usize = 11;
/// National numbers of fewer digits are judged by no pattern.
const JUNK_DIGITS_MIN: usize = 7;

/// Reads a phone number as people write it. `default_country`, as an ISO code or a name, is the row's:
/// whose national form a number without `+` is read in. A number is never completed by guessing.
pub fn phone(raw: &str, default_country: Option<&str>) -> PhoneVerdict {
    let home = default_country.and_then(|text| HomeCountry::from_text(text, CountrySource::Row));
    phone_at(raw, home)
}

/// As [`phone`], with a country whose source is known.
pub fn phone_at(raw: &str, home: Option<HomeCountry>) -> PhoneVerdict {
    if raw.len() > PHONE_BYTES_MAX {
        let reason = "The text is too long for a phone number.";
        return PhoneVerdict::unreadable("not_a_number", reason);
    }
    let Ok(cell) = clean(raw) else {
        let reason = "A spreadsheet has cut digits off; the number must be taken from its source.";
        return PhoneVerdict::unreadable("digits_lost", reason);
    };
    let mut verdict = judge(&cell, home);
    verdict.rest = cell.rest;
    if !cell.notes.is_empty() {
        let notes = cell.notes.into_iter().chain(verdict.repaired.as_deref());
        let notes = notes.collect::<Vec<_>>().join("; ");
        verdict.repaired = Some(notes);
        verdict.score = verdict.score.saturating_sub(score::REPAIRED);
    }
    verdict
}

fn judge(cell: &Cell<'_>, home: Option<HomeCountry>) -> PhoneVerdict {
    let text = cell.text.as_ref();
    if text.is_empty() {
        return PhoneVerdict::unreadable("empty", "Nothing is there.");
    }
    if is_placeholder(text) {
        return junk();
    }
    if is_date(text) {
        return PhoneVerdict::unreadable("date", "The text is a date, not a phone number.");
    }
    let first = read(text, home);
    if first.valid || first.code == "junk" {
        return first;
    }
    read_without_sign(text, home).unwrap_or(first)
}

/// A number written internationally without the sign for it: taken only where it is valid as a whole.
/// With `00` it is international nearly everywhere; bare digits are so only if no country is known, and
/// many enough for a country code and a number.
fn read_without_sign(text: &str, home: Option<HomeCountry>) -> Option<PhoneVerdict> {
    let bare = text.trim_start_matches(['(', ' ']);
    let (digits, doubt) = match bare.strip_prefix("00") {
        Some(digits) => (digits, score::REPAIRED),
        None if home.is_none() && digit_count(bare) >= INTERNATIONAL_DIGITS_MIN => {
            (bare, score::BARE)
        }
        None => return None,
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() && c != '0') {
        return None;
    }
    let mut verdict = Some(read(&format!("+{digits}"), None)).filter(|second| second.valid)?;
    verdict.repaired = Some("read as an international number".to_owned());
    verdict.score = verdict.score.saturating_sub(doubt);
    Some(verdict)
}

/// Reads the text as it stands.
fn read(text: &str, home: Option<HomeCountry>) -> PhoneVerdict {
    match plan::read(text, home.map(|home| home.region)) {
        Ok(planned) => verdict(planned, text, home),
        Err(why) => {
            let (code, reason) = unreadable(&why, text, home.is_some());
            PhoneVerdict::unreadable(code, reason)
        }
    }
}

fn junk() -> PhoneVerdict {
    PhoneVerdict::unreadable("junk", "The digits are a placeholder, not a number.")
}

fn verdict(number: Planned, text: &str, home: Option<HomeCountry>) -> PhoneVerdict {
    let national = number.national().bytes();
    if national.len() >= JUNK_DIGITS_MIN && is_pattern(national) {
        return junk();
    }
    let (code, reason) = finding(&number);
    let source = source(&number, text, home);
    let whole = number.length == Length::Whole;
    let (dial, score) = match (number.valid, whole) {
        (true, _) => score::of_kind(number.kind),
        (false, true) => (Dial::No, score::INVALID),
        (false, false) => (Dial::No, score::NOT_WHOLE),
    };
    PhoneVerdict {
        e164: whole.then_some(number.international).and_then(|text| E164::try_from(text).ok()),
        valid: number.valid,
        possible: whole,
        kind: if number.valid { number.kind } else { PhoneType::Unknown },
        dial,
        country: number.region.map(|region| region.as_region_str().as_str().to_owned()),
        country_source: Some(source),
        calling_code: Some(number.calling_code),
        extension: number.extension,
        rest: None,
        score: score.saturating_sub(score::of_source(source)),
        code,
        reason: reason.to_owned(),
        repaired: None,
    }
}

/// A number without `+` that came out with the country code of its home was read as at home.
fn source(number: &Planned, text: &str, home: Option<HomeCountry>) -> CountrySource {
    match home {
        Some(home)
            if !text.contains('+')
                && plan::calling_code(home.region) == Some(number.calling_code) =>
        {
            home.source
        }
        _ => CountrySource::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::super::verdict::CODES;
    use super::*;

    #[track_caller]
    fn check(raw: &str, country: Option<&str>, expected: (&str, Option<&str>, PhoneType)) {
        let got = phone(raw, country);
        let e164 = got.e164.as_ref().map(E164::as_str);
        assert_eq!((got.code, e164, got.kind), expected, "{raw:?} {country:?}: {got:?}");
        assert!(CODES.contains(&got.code) && got.score <= 100 && got.reason.ends_with('.'));
        assert_eq!(got.valid, got.code == "valid");
    }

    #[test]
    fn a_link_behind_its_context_is_read_without_it() {
        let text = "201-555-0123;phone-context=+1 tel:4";
        check(text, Some("US"), ("valid", Some("+12015550123"), PhoneType::FixedOrMobile));
    }

    #[test]
    fn real_numbers() {
        check(
            "504-621-8927",
            Some("US"),
            ("valid", Some("+15046218927"), PhoneType::FixedOrMobile),
        );
        check("+44 20 7946 0958", None, ("valid", Some("+442079460958"), PhoneType::Fixed));
        check(
            "0151 23456788",
            Some("Germany"),
            ("valid", Some("+4915123456788"), PhoneType::Mobile),
        );
        check(
            "(02) 9374 4000",
            Some("Australia"),
            ("valid", Some("+61293744000"), PhoneType::Fixed),
        );
        check("+1 800 356 9377", None, ("valid", Some("+18003569377"), PhoneType::TollFree));
        check("1-800-FLOWERS", Some("US"), ("valid", Some("+18003569377"), PhoneType::TollFree));
        check("09067 123456", None, ("no_country", None, PhoneType::Unknown));
        check("+91 98765 43211", None, ("valid", Some("+919876543211"), PhoneType::Mobile));
        check("+800 1234 5679", None, ("valid", Some("+80012345679"), PhoneType::TollFree));
        check("+39 06 6982", None, ("valid", Some("+39066982"), PhoneType::Fixed));
        check("٠٢٠ ٧٩٤٦ ٠٩٥٨", Some("GB"), ("valid", Some("+442079460958"), PhoneType::Fixed));
    }

    #[test]
    fn what_it_is_not() {
        check("00000 000000", Some("GB"), ("junk", None, PhoneType::Unknown));
        check("0000000000", None, ("junk", None, PhoneType::Unknown));
        check("+1 111 111 1111", None, ("junk", None, PhoneType::Unknown));
        check("+91 99999 99999", None, ("junk", None, PhoneType::Unknown));
        check("٠٠٠٠٠٠٠٠", Some("GB"), ("junk", None, PhoneType::Unknown));
        check("1234567890", Some("US"), ("junk", None, PhoneType::Unknown));
        check("0123456789", Some("FR"), ("junk", None, PhoneType::Unknown));
        check("621-8927", Some("US"), ("incomplete", None, PhoneType::Unknown));
        check("9.8765E+09", Some("IN"), ("digits_lost", None, PhoneType::Unknown));
        check("2009-2011", Some("US"), ("date", None, PhoneType::Unknown));
        check("2021-05-12", Some("DE"), ("date", None, PhoneType::Unknown));
        check("call me", Some("US"), ("not_a_number", None, PhoneType::Unknown));
        check("", Some("US"), ("empty", None, PhoneType::Unknown));
        check("+999 123456780", None, ("unknown_country_code", None, PhoneType::Unknown));
        check("504-621-8927", None, ("no_country", None, PhoneType::Unknown));
        // Not +1 512 345 6788, not +47 55 55 12 34.
        check("0151 23456788", None, ("no_country", None, PhoneType::Unknown));
        check("4755551234", None, ("no_country", None, PhoneType::Unknown));
    }

    #[test]
    fn repaired_with_a_note() {
        for (raw, country) in [
            ("'+14155552671", None),
            ("0044 20 7946 0958", Some("US")),
            ("442079460958", None),
            ("(0044) 20 7946 0958", None),
            ("9.812345067E+09", Some("IN")),
            ("\u{201c}+14155552671\u{201d}", None),
        ] {
            let got = phone(raw, country);
            assert!(got.valid && got.repaired.is_some(), "{raw}: {got:?}");
        }
        let plain = phone("0044 20 7946 0958", Some("GB"));
        assert!(plain.valid && plain.repaired.is_none());
        let both = phone("'442079460958", None);
        let notes = "a leading apostrophe was removed; read as an international number";
        assert_eq!((both.repaired.as_deref(), both.score), (Some(notes), 65));
        let two = phone("'020 7946 0958 / 020 7946 0959", Some("GB"));
        assert_eq!(two.rest.as_deref(), Some("020 7946 0959"));
        let notes = "a leading apostrophe was removed; the first of several numbers was taken";
        assert_eq!(two.repaired.as_deref(), Some(notes));
    }

    #[test]
    fn where_the_country_comes_from() {
        let at = |raw, source| phone_at(raw, HomeCountry::from_text("DE", source));
        let row = at("030 1234560", CountrySource::Row);
        let domain = at("030 1234560", CountrySource::Domain);
        let setting = at("030 1234560", CountrySource::Setting);
        assert_eq!((row.score, domain.score, setting.score), (90, 85, 80));
        for (verdict, source) in [
            (row, CountrySource::Row),
            (domain, CountrySource::Domain),
            (setting, CountrySource::Setting),
            (at("+49 30 1234560", CountrySource::Setting), CountrySource::Number),
            (at("0044 20 7946 0958", CountrySource::Setting), CountrySource::Number),
        ] {
            assert_eq!(verdict.country_source, Some(source), "{verdict:?}");
        }
        assert_eq!(at("call me", CountrySource::Row).country_source, None);
    }

    #[test]
    fn how_it_may_be_dialled() {
        for (raw, dial) in [
            ("+44 7911 123456", Dial::Person),
            ("+49 700 12345678", Dial::Person),
            ("+1 800 356 9377", Dial::Organisation),
            ("+44 909 879 0123", Dial::CostsExtra),
            ("+44 20 7946", Dial::No),
            ("call me", Dial::No),
        ] {
            let got = phone(raw, None);
            assert_eq!(got.dial, dial, "{got:?}");
        }
    }

    #[test]
    fn country_and_extension() {
        let got = phone("+1 416 967 1111 ext. 42", None);
        assert_eq!((got.country.as_deref(), got.extension.as_deref()), (Some("CA"), Some("42")));
        let kept: PhoneVerdict =
            serde_json::from_str(&serde_json::to_string(&got).unwrap()).unwrap();
        assert_eq!(kept, got);
        for raw in [
            "030 1234560 x42",
            "030 1234560 #42",
            "030 1234560 Durchwahl 42",
            "030 1234560,,42",
            "030 1234560 доб. 42",
        ] {
            let got = phone(raw, Some("DE"));
            assert!(got.valid && got.extension.as_deref() == Some("42"), "{got:?}");
        }
    }
}
