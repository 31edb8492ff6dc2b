//! Phone numbers: from ranges set aside for fiction where a country has them and libphonenumber's plan
//! still holds them, otherwise of the plan's shape with conspicuous zeros. None is meant to be called.

use crate::chance::{again, below, pick};

/// The numbers of one kind in one country: calling code, an area, a serial number, and an end.
#[derive(Debug)]
struct Range {
    country: &'static str,
    calling: &'static str,
    areas: &'static [&'static str],
    /// The first serial number, how many there are, and with how many digits they are written.
    serials: (u64, u64, usize),
    end: &'static str,
}

/// Serial numbers `000` to `999`.
const THREE: (u64, u64, usize) = (0, 1_000, 3);

const fn range(
    country: &'static str,
    calling: &'static str,
    areas: &'static [&'static str],
    serials: (u64, u64, usize),
    end: &'static str,
) -> Range {
    Range { country, calling, areas, serials, end }
}

/// Area codes before `55501xx`: the North American plan keeps `555-0100` to `555-0199` for fiction.
/// Here the first half are mobiles and the second half switchboards; the plan tells them not apart.
const US_AREAS: [&str; 24] = [
    "20255501", "20655501", "21255501", "21355501", "21455501", "21655501", "30355501", "30555501",
    "31255501", "31355501", "40455501", "41255501", "41555501", "50355501", "51255501", "60255501",
    "61255501", "61455501", "61755501", "70255501", "71355501", "71855501", "80155501", "91955501",
];

/// The mobiles of each country; the last row serves countries that have none of their own.
const MOBILES: [Range; 20] = [
    range("US", "1", &US_AREAS, (0, 50, 2), ""),
    // Ofcom's numbers for drama, 07700 900000 to 900999, are no longer in libphonenumber's plan.
    range("GB", "44", &["7400000"], THREE, ""),
    // Nor are those that Arcep keeps for works of fiction, 06 39 98.
    range("FR", "33", &["600000"], THREE, ""),
    // Bundesnetzagentur's mobile numbers for media: 0176 040690xx.
    range("DE", "49", &["176040690"], (0, 100, 2), ""),
    range("IE", "353", &["850000"], THREE, ""),
    // PTS keeps 070-1740605 to 1740699.
    range("SE", "46", &["701740"], (605, 95, 3), ""),
    // ACMA keeps 0491 570 006 and some neighbours.
    range("AU", "61", &["49157000", "49157015"], (6, 1, 1), ""),
    range("ES", "34", &["600000"], THREE, ""),
    range("IT", "39", &["3200000"], THREE, ""),
    range("NL", "31", &["610000"], THREE, ""),
    range("PL", "48", &["500000"], THREE, ""),
    range("CZ", "420", &["601000"], THREE, ""),
    range("BR", "55", &["11900000"], THREE, ""),
    range("MX", "52", &["5550000"], THREE, ""),
    range("IN", "91", &["9820000"], THREE, ""),
    range("JP", "81", &["9010000"], THREE, ""),
    range("VN", "84", &["900000"], THREE, ""),
    range("TR", "90", &["5300000"], THREE, ""),
    range("UA", "380", &["500000"], THREE, ""),
    range("GR", "30", &["6900000"], THREE, ""),
];

/// The switchboards of each country, in the same order.
const SWITCHBOARDS: [Range; 20] = [
    range("US", "1", &US_AREAS, (50, 50, 2), ""),
    // Ofcom: London 020 7946 0xxx, Leeds 0113 496 0xxx, Manchester 0161 496 0xxx.
    range("GB", "44", &["2079460", "1134960", "1614960"], THREE, ""),
    // Arcep keeps 01 99 00.
    range("FR", "33", &["199000"], THREE, ""),
    // Bundesnetzagentur: Berlin 030 23125 xxx.
    range("DE", "49", &["3023125"], THREE, ""),
    range("IE", "353", &["1500"], THREE, "0"),
    // PTS: Stockholm 08-465 004 xx.
    range("SE", "46", &["8465004"], (0, 100, 2), ""),
    // ACMA keeps 5550 xxxx in the eastern states.
    range("AU", "61", &["255500"], THREE, ""),
    range("ES", "34", &["910000"], THREE, ""),
    range("IT", "39", &["065550"], THREE, ""),
    range("NL", "31", &["205550"], THREE, ""),
    range("PL", "48", &["225550"], THREE, ""),
    range("CZ", "420", &["225550"], THREE, ""),
    range("BR", "55", &["1155500"], THREE, ""),
    range("MX", "52", &["555550"], THREE, "0"),
    range("IN", "91", &["225550"], THREE, "0"),
    range("JP", "81", &["35550"], THREE, "0"),
    range("VN", "84", &["245550"], THREE, "0"),
    range("TR", "90", &["212555"], THREE, "0"),
    range("UA", "380", &["44555"], THREE, "0"),
    range("GR", "30", &["210555"], THREE, "0"),
];

impl Range {
    fn number(&self, draw: u64) -> String {
        let (first, count, digits) = self.serials;
        let serial = first + below(again(draw, 1), count);
        let area = pick(again(draw, 2), self.areas);
        format!("+{}{area}{serial:0digits$}{}", self.calling, self.end)
    }

    fn has(&self, number: &str) -> bool {
        let (first, count, digits) = self.serials;
        let own = number.strip_prefix('+').and_then(|n| n.strip_prefix(self.calling));
        let Some(own) = own.and_then(|own| own.strip_suffix(self.end)) else { return false };
        let serials = self.areas.iter().filter_map(|area| own.strip_prefix(area));
        serials.filter(|serial| serial.len() == digits).any(|serial| {
            serial.parse().is_ok_and(|serial: u64| (first..first + count).contains(&serial))
        })
    }
}

fn of<'r>(ranges: &'r [Range; 20], country: &str) -> &'r Range {
    let [.., last] = ranges;
    ranges.iter().find(|range| range.country == country).unwrap_or(last)
}

/// A mobile number of the country in E.164.
pub(crate) fn mobile(country: &str, draw: u64) -> String {
    of(&MOBILES, country).number(draw)
}

/// A company's switchboard in E.164.
pub(crate) fn switchboard(country: &str, draw: u64) -> String {
    of(&SWITCHBOARDS, country).number(draw)
}

/// Country (ISO 3166-1 alpha-2), calling code, and whether it is a mobile, of a number (E.164) out of
/// the world's ranges.
pub(super) fn place(number: &str) -> Option<(&'static str, &'static str, bool)> {
    let within = |ranges: &'static [Range]| ranges.iter().find(|range| range.has(number));
    let mobile = within(&MOBILES).map(|range| (range.country, range.calling, true));
    mobile.or_else(|| within(&SWITCHBOARDS).map(|range| (range.country, range.calling, false)))
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
    fn every_number_is_known_again() {
        for country in &COUNTRIES {
            for n in 0..200 {
                let drawn = again(n, 9);
                let (mobile, fixed) =
                    (mobile(country.code, drawn), switchboard(country.code, drawn));
                let (at, calling, is_mobile) = place(&mobile).unwrap();
                assert!(
                    is_mobile && at == country.code && mobile.starts_with(&format!("+{calling}"))
                );
                assert_eq!(place(&fixed).map(|(at, _, is)| (at, is)), Some((country.code, false)));
            }
        }
        for stranger in ["+12025550200", "+447400000", "+4474000001234", "447400000123", "+", ""] {
            assert_eq!(place(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn fiction_ranges() {
        assert!(mobile("US", 5).contains("55501"));
        assert!(switchboard("FR", 5).starts_with("+3319900"));
    }
}
