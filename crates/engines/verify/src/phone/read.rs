use captely_contact::PhoneType;
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat,
    PhoneNumberType, Region, ValidationError,
};

use super::country::region;
use super::repair::{Repair, repair};
use super::verdict::PhoneVerdict;

/// Longer texts hold no phone number (the ceiling of libphonenumber's parser).
const PHONE_BYTES_MAX: usize = 250;
/// National numbers of fewer digits are judged by no pattern.
const JUNK_DIGITS_MIN: usize = 6;

/// Reads a phone number as people write it. `default_country`, as an ISO code or a name, is whose
/// national form a number without `+` is read in; a number is never completed by guessing.
pub fn phone(raw: &str, default_country: Option<&str>) -> PhoneVerdict {
    if raw.len() > PHONE_BYTES_MAX {
        return PhoneVerdict::unreadable(
            "not_a_number",
            "The text is too long for a phone number.",
            None,
        );
    }
    let (text, note) = match repair(raw) {
        Repair::Whole(text) => (text.into(), None),
        Repair::Repaired(text, note) => (text, Some(note)),
        Repair::DigitsLost => {
            let reason =
                "A spreadsheet has cut digits off; the number must be taken from its source.";
            return PhoneVerdict::unreadable("digits_lost", reason, None);
        }
    };
    if text.is_empty() {
        return PhoneVerdict::unreadable("empty", "Nothing is there.", note);
    }
    if is_junk(&text) {
        return PhoneVerdict::unreadable(
            "junk",
            "The digits are a placeholder, not a number.",
            note,
        );
    }
    let home = default_country.and_then(region);
    let first = read(&text, home, note);
    if first.valid || text.starts_with('+') {
        return first;
    }
    // Written internationally without the sign for it: taken only where it is valid as a whole.
    let digits = text.trim_start_matches('0');
    let abroad = (text.starts_with("00") || home.is_none()).then(|| format!("+{digits}"));
    let second = abroad.map(|text| read(&text, None, Some("read as an international number")));
    second.filter(|second| second.valid).unwrap_or(first)
}

/// Reads the text as it stands.
fn read(text: &str, home: Option<Region>, note: Option<&str>) -> PhoneVerdict {
    match PHONE_NUMBER_UTIL.parse(text, home) {
        Ok(number) => judge(&number, note),
        Err(why) => {
            let (code, reason) = unreadable(&why, text, home);
            PhoneVerdict::unreadable(code, reason, note)
        }
    }
}

fn unreadable(why: &ParseError, text: &str, home: Option<Region>) -> (&'static str, &'static str) {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match why {
        ParseError::InvalidCountryCode if !text.starts_with('+') && home.is_none() => {
            ("no_country", "The number has no country code and no country is known for it.")
        }
        ParseError::InvalidCountryCode => {
            ("unknown_country_code", "No country has this country code.")
        }
        ParseError::TooLongNsn => ("too_long", "The number has too many digits."),
        ParseError::TooShortNsn | ParseError::TooShortAfterIdd => {
            ("too_short", "The number has too few digits.")
        }
        ParseError::NotANumber(_) if digits > 0 && digits < 4 => {
            ("too_short", "The number has too few digits.")
        }
        ParseError::NotANumber(_) => ("not_a_number", "The text is no phone number."),
    }
}

fn judge(number: &PhoneNumber, note: Option<&str>) -> PhoneVerdict {
    let valid = number.is_valid();
    let length = number.is_possible_with_reason();
    let whole = matches!(length, Ok(NumberLengthType::IsPossible));
    let (code, reason) = match &length {
        _ if valid => ("valid", "The number lies in a range that its country has given out."),
        Ok(NumberLengthType::IsPossible) => (
            "invalid",
            "The number has the right length, but its country has not given out this range.",
        ),
        Ok(NumberLengthType::IsPossibleLocalOnly) => {
            ("incomplete", "The area code is missing; it is not guessed.")
        }
        Err(ValidationError::TooShort) => ("too_short", "The number has too few digits."),
        Err(ValidationError::TooLong) => ("too_long", "The number has too many digits."),
        Err(ValidationError::InvalidCountryCode) => {
            ("unknown_country_code", "No country has this country code.")
        }
        Err(ValidationError::InvalidLength) => {
            ("invalid", "No number of this country has this many digits.")
        }
    };
    let kind = if valid { kind(number.get_type()) } else { PhoneType::Unknown };
    PhoneVerdict {
        e164: if whole || valid {
            number.format_as(PhoneNumberFormat::E164).parse().ok()
        } else {
            None
        },
        valid,
        possible: whole || valid,
        kind,
        country: country(number, valid),
        extension: number.extension.clone().filter(|e| !e.is_empty()),
        score: score(valid, whole, kind, note.is_some()),
        code,
        reason: reason.to_owned(),
        repaired: note.map(str::to_owned),
    }
}

/// The country whose range holds the number; for a number in no range the one that its country code
/// belongs to, where that is one country alone.
fn country(number: &PhoneNumber, valid: bool) -> Option<String> {
    let region = if valid {
        number.get_region_code()?
    } else {
        let mut all =
            PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(number.country_code)?;
        let only = all.next()?;
        if all.next().is_some() {
            return None;
        }
        only
    };
    (region != Region::World).then(|| region.as_region_str().as_str().to_owned())
}

const fn kind(kind: PhoneNumberType) -> PhoneType {
    match kind {
        PhoneNumberType::Mobile => PhoneType::Mobile,
        PhoneNumberType::FixedLine => PhoneType::Fixed,
        PhoneNumberType::FixedLineOrMobile => PhoneType::FixedOrMobile,
        PhoneNumberType::VoIP => PhoneType::Voip,
        PhoneNumberType::TollFree => PhoneType::TollFree,
        PhoneNumberType::PremiumRate => PhoneType::Premium,
        PhoneNumberType::UAN => PhoneType::Uan,
        PhoneNumberType::SharedCost
        | PhoneNumberType::PersonalNumber
        | PhoneNumberType::Pager
        | PhoneNumberType::VoiceMail => PhoneType::Other,
        PhoneNumberType::Unknown => PhoneType::Unknown,
    }
}

/// How likely a call reaches the person meant: a mobile best, a company-wide number hardly, one that
/// costs extra never to be dialled unasked. A repair takes a little off.
fn score(valid: bool, whole: bool, kind: PhoneType, repaired: bool) -> u8 {
    let base: u8 = match kind {
        PhoneType::Mobile => 95,
        PhoneType::Fixed | PhoneType::FixedOrMobile => 90,
        PhoneType::Voip => 75,
        PhoneType::TollFree | PhoneType::Uan => 45,
        PhoneType::Other => 40,
        PhoneType::Premium => 20,
        PhoneType::Unknown if valid => 60,
        PhoneType::Unknown if whole => 15,
        PhoneType::Unknown => 5,
    };
    if repaired { base.saturating_sub(5) } else { base }
}

/// `00000 000000`, `1111111111`, `1234567890`: what people type into a field they must fill.
fn is_junk(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    if digits.is_empty() {
        return false;
    }
    // A `+1` or a trunk `0` before the pattern does not make it a number.
    let bare = digits.iter().skip_while(|&&d| d == b'0').copied().collect::<Vec<u8>>();
    if bare.is_empty() {
        return true;
    }
    if digits.len() < JUNK_DIGITS_MIN {
        return false;
    }
    let (_, behind_first) = bare.split_first().unwrap_or((&0, &[]));
    let same = |d: &[u8]| d.len() >= JUNK_DIGITS_MIN && d.windows(2).all(|w| w.first() == w.last());
    let steps = |d: &[u8], by: u8| {
        let step = |w: &[u8]| match w {
            // 9 is followed by 0 in a row of keys.
            [a, b] => (a - b'0' + by) % 10 == b - b'0',
            _ => false,
        };
        d.len() >= 9 && d.windows(2).all(step)
    };
    let run = |d: &[u8]| steps(d, 1) || steps(d, 9);
    same(&bare) || same(behind_first) || run(&bare) || run(&digits)
}

#[cfg(test)]
mod tests {
    use super::super::verdict::CODES;
    use super::*;

    #[track_caller]
    fn check(raw: &str, country: Option<&str>, expected: (&str, Option<&str>, PhoneType)) {
        let got = phone(raw, country);
        let e164 = got.e164.as_ref().map(captely_contact::E164::as_str);
        assert_eq!((got.code, e164, got.kind), expected, "{raw:?} {country:?}: {got:?}");
        assert!(CODES.contains(&got.code) && got.score <= 100 && got.reason.ends_with('.'));
        assert_eq!(got.valid, got.code == "valid");
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
            "0151 23456789",
            Some("Germany"),
            ("valid", Some("+4915123456789"), PhoneType::Mobile),
        );
        check(
            "(02) 9374 4000",
            Some("Australia"),
            ("valid", Some("+61293744000"), PhoneType::Fixed),
        );
        check("+1 800 356 9377", None, ("valid", Some("+18003569377"), PhoneType::TollFree));
        check("1-800-FLOWERS", Some("US"), ("valid", Some("+18003569377"), PhoneType::TollFree));
        check("09067 123456", None, ("no_country", None, PhoneType::Unknown));
        check("+91 98765 43210", None, ("valid", Some("+919876543210"), PhoneType::Mobile));
        check("+800 1234 5678", None, ("valid", Some("+80012345678"), PhoneType::TollFree));
        check("+39 06 6982", None, ("valid", Some("+39066982"), PhoneType::Fixed));
    }

    #[test]
    fn what_it_is_not() {
        check("00000 000000", Some("GB"), ("junk", None, PhoneType::Unknown));
        check("0000000000", None, ("junk", None, PhoneType::Unknown));
        check("+1 111 111 1111", None, ("junk", None, PhoneType::Unknown));
        check("1234567890", Some("US"), ("junk", None, PhoneType::Unknown));
        check("0123456789", Some("FR"), ("junk", None, PhoneType::Unknown));
        check("621-8927", Some("US"), ("incomplete", None, PhoneType::Unknown));
        check("9.8765E+09", Some("IN"), ("digits_lost", None, PhoneType::Unknown));
        check("2009-2011", Some("US"), ("too_short", None, PhoneType::Unknown));
        check("call me", Some("US"), ("not_a_number", None, PhoneType::Unknown));
        check("", Some("US"), ("empty", None, PhoneType::Unknown));
        check("+999 123456789", None, ("unknown_country_code", None, PhoneType::Unknown));
        check("504-621-8927", None, ("no_country", None, PhoneType::Unknown));
        check(&"9".repeat(10_000_000), None, ("not_a_number", None, PhoneType::Unknown));
    }

    #[test]
    fn repaired_with_a_note() {
        for (raw, country) in [
            ("'+14155552671", None),
            ("0044 20 7946 0958", Some("US")),
            ("442079460958", None),
            ("9.812345067E+09", Some("IN")),
        ] {
            let got = phone(raw, country);
            assert!(got.valid && got.repaired.is_some(), "{raw}: {got:?}");
        }
        let plain = phone("0044 20 7946 0958", Some("GB"));
        assert!(plain.valid && plain.repaired.is_none());
    }

    #[test]
    fn country_and_extension() {
        let got = phone("+1 416 967 1111 ext. 42", None);
        assert_eq!((got.country.as_deref(), got.extension.as_deref()), (Some("CA"), Some("42")));
        let kept: PhoneVerdict =
            serde_json::from_str(&serde_json::to_string(&got).unwrap()).unwrap();
        assert_eq!(kept, got);
    }
}
