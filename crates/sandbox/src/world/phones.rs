//! Phone numbers: from ranges set aside for fiction where a country has them and libphonenumber's plan
//! still holds them, otherwise of the plan's shape with conspicuous zeros. None is meant to be called.

use crate::chance::{again, below, pick};

/// Area codes for `555-0100` to `555-0199`, which the North American plan keeps for fiction.
const US_AREAS: [&str; 24] = [
    "202", "206", "212", "213", "214", "216", "303", "305", "312", "313", "404", "412", "415",
    "503", "512", "602", "612", "614", "617", "702", "713", "718", "801", "919",
];

/// A mobile number of the country in E.164.
pub(crate) fn mobile(country: &str, draw: u64) -> String {
    let two = || format!("{:02}", below(again(draw, 1), 100));
    let three = || format!("{:03}", below(again(draw, 1), 1_000));
    match country {
        "US" => format!("+1{}55501{}", pick(again(draw, 2), &US_AREAS), two()),
        // Ofcom's numbers for drama, 07700 900000 to 900999, are no longer in libphonenumber's plan.
        "GB" => format!("+447400000{}", three()),
        // Nor are those that Arcep keeps for works of fiction, 06 39 98.
        "FR" => format!("+33600000{}", three()),
        // Bundesnetzagentur's mobile numbers for media: 0176 040690xx.
        "DE" => format!("+49176040690{}", two()),
        "IE" => format!("+353850000{}", three()),
        // PTS keeps 070-1740605 to 1740699.
        "SE" => format!("+46701740{}", 605 + below(again(draw, 1), 95)),
        // ACMA keeps 0491 570 006 and some neighbours.
        "AU" => format!("+61{}", pick(again(draw, 2), &["491570006", "491570156", "491570157"])),
        "ES" => format!("+34600000{}", three()),
        "IT" => format!("+393200000{}", three()),
        "NL" => format!("+31610000{}", three()),
        "PL" => format!("+48500000{}", three()),
        "CZ" => format!("+420601000{}", three()),
        "BR" => format!("+5511900000{}", three()),
        "MX" => format!("+525550000{}", three()),
        "IN" => format!("+919820000{}", three()),
        "JP" => format!("+819010000{}", three()),
        "VN" => format!("+84900000{}", three()),
        "TR" => format!("+905300000{}", three()),
        "UA" => format!("+380500000{}", three()),
        _ => format!("+306900000{}", three()),
    }
}

/// A company's switchboard in E.164.
pub(crate) fn switchboard(country: &str, draw: u64) -> String {
    let two = || format!("{:02}", below(again(draw, 1), 100));
    let three = || format!("{:03}", below(again(draw, 1), 1_000));
    match country {
        "US" => format!("+1{}55501{}", pick(again(draw, 2), &US_AREAS), two()),
        // Ofcom: London 020 7946 0xxx, Leeds 0113 496 0xxx, Manchester 0161 496 0xxx.
        "GB" => {
            let area = pick(again(draw, 2), &["2079460", "1134960", "1614960"]);
            format!("+44{area}{}", three())
        }
        // Arcep keeps 01 99 00.
        "FR" => format!("+33199000{}", three()),
        // Bundesnetzagentur: Berlin 030 23125 xxx.
        "DE" => format!("+493023125{}", three()),
        // PTS: Stockholm 08-465 004 xx.
        "SE" => format!("+468465004{}", two()),
        // ACMA keeps 5550 xxxx in the eastern states.
        "AU" => format!("+61255500{}", three()),
        "IE" => format!("+3531500{}0", three()),
        "ES" => format!("+34910000{}", three()),
        "IT" => format!("+39065550{}", three()),
        "NL" => format!("+31205550{}", three()),
        "PL" => format!("+48225550{}", three()),
        "CZ" => format!("+420225550{}", three()),
        "BR" => format!("+551155500{}", three()),
        "MX" => format!("+52555550{}0", three()),
        "IN" => format!("+91225550{}0", three()),
        "JP" => format!("+8135550{}0", three()),
        "VN" => format!("+84245550{}0", three()),
        "TR" => format!("+90212555{}0", three()),
        "UA" => format!("+38044555{}0", three()),
        _ => format!("+30210555{}0", three()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::countries::COUNTRIES;

    #[test]
    fn every_number_is_in_international_form() {
        for country in &COUNTRIES {
            for n in 0..200 {
                for number in
                    [mobile(country.code, again(n, 9)), switchboard(country.code, again(n, 9))]
                {
                    let parsed = number.parse::<captely_contact::E164>();
                    assert!(parsed.is_ok(), "{} {number}", country.code);
                }
            }
        }
    }

    /// Libphonenumber's plans accept every number as one of its country, and mobiles as mobiles.
    #[test]
    fn the_numbering_plans_accept_them() {
        let mut refused: Vec<String> = Vec::new();
        for country in &COUNTRIES {
            for n in 0..200 {
                let drawn = again(n, 9);
                for (number, is_mobile) in
                    [(mobile(country.code, drawn), true), (switchboard(country.code, drawn), false)]
                {
                    refused.extend(
                        refusal(&number, is_mobile)
                            .map(|why| format!("{} {number}: {why}", country.code)),
                    );
                }
            }
        }
        assert!(refused.is_empty(), "{refused:?}");
    }

    fn refusal(number: &str, is_mobile: bool) -> Option<String> {
        use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberType};
        let parsed = PHONE_NUMBER_UTIL.parse(number, None).unwrap();
        if !PHONE_NUMBER_UTIL.is_valid_number(&parsed) {
            return Some("is not valid".to_owned());
        }
        let kind = PHONE_NUMBER_UTIL.get_number_type(&parsed);
        let fits = match kind {
            PhoneNumberType::FixedLineOrMobile => true,
            PhoneNumberType::Mobile => is_mobile,
            PhoneNumberType::FixedLine => !is_mobile,
            _ => false,
        };
        (!fits).then(|| format!("is {kind:?}"))
    }

    #[test]
    fn fiction_ranges() {
        assert!(mobile("US", 5).contains("55501"));
        assert!(switchboard("FR", 5).starts_with("+3319900"));
    }
}
