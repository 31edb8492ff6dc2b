//! How a number may be dialled, and how good it is for calling a person. The table stands in
//! docs/verification/phones.md too; a test holds both together.

use captely_contact::{CountrySource, Dial, PhoneType};

/// Of a number of the right length in no range that is given out.
pub(super) const INVALID: u8 = 15;
/// Of a number that lacks digits or has too many.
pub(super) const NOT_WHOLE: u8 = 5;
/// Taken off where the text had to be repaired.
pub(super) const REPAIRED: u8 = 5;
/// Taken off where bare digits were read as an international number: they may be national somewhere.
pub(super) const BARE: u8 = 20;

/// How a valid number of this kind may be dialled, and its score.
pub(super) const fn of_kind(kind: PhoneType) -> (Dial, u8) {
    match kind {
        PhoneType::Mobile => (Dial::Person, 95),
        PhoneType::Fixed | PhoneType::FixedOrMobile => (Dial::Person, 90),
        PhoneType::Voip => (Dial::Person, 75),
        PhoneType::Personal => (Dial::Person, 60),
        PhoneType::TollFree | PhoneType::Uan => (Dial::Organisation, 45),
        PhoneType::Other | PhoneType::Unknown => (Dial::Organisation, 40),
        PhoneType::SharedCost => (Dial::CostsExtra, 25),
        PhoneType::Premium => (Dial::CostsExtra, 10),
        PhoneType::Pager | PhoneType::Voicemail => (Dial::No, 5),
    }
}

/// Taken off where the country does not come from the number or its row: the ending of a domain, and
/// still more a setting, may be wrong for this row.
pub(super) const fn of_source(source: CountrySource) -> u8 {
    match source {
        CountrySource::Number | CountrySource::Row => 0,
        CountrySource::Domain => 5,
        CountrySource::Setting => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::super::verdict::CODES;
    use super::*;

    const PAGE: &str = include_str!("../../../../../docs/verification/phones.md");

    #[test]
    fn the_page_for_users_holds_this_table() {
        for kind in PhoneType::ALL.iter().filter(|kind| **kind != PhoneType::Unknown) {
            let (dial, score) = of_kind(*kind);
            let row = format!("| `{kind}` | `{dial}` | {score} |");
            assert!(PAGE.contains(&row), "{row}");
        }
        for source in CountrySource::ALL {
            let row = format!("| `{source}` | {} |", of_source(*source));
            assert!(PAGE.contains(&row), "{row}");
        }
        for (what, score) in [
            ("of no range", INVALID),
            ("not whole", NOT_WHOLE),
            ("repaired", REPAIRED),
            ("bare digits read as international", BARE),
        ] {
            let row = format!("| {what} | {score} |");
            assert!(PAGE.contains(&row), "{row}");
        }
        for code in CODES {
            assert!(PAGE.contains(&format!("| `{code}` |")), "{code}");
        }
    }
}
