use captely_contact::fold;
use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

use crate::lists::country_code;

/// The numbering plan of a country as people write it: `DE`, `deu`, `Germany`, `Deutschland`, `U.K.`.
pub(super) fn region(country: &str) -> Option<Region> {
    let folded = fold(country);
    let code = country_code(&folded)?;
    let region = Region::from_code(code).ok()?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_calling_code| region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_write_them() {
        for (text, code) in [
            ("US", "US"),
            ("usa", "US"),
            ("U.S.A.", "US"),
            ("United States", "US"),
            ("UK", "GB"),
            ("England", "GB"),
            ("Deutschland", "DE"),
            ("España", "ES"),
            ("Türkiye", "TR"),
            ("Côte d'Ivoire", "CI"),
            ("Ivory Coast", "CI"),
            (" The Netherlands ", "NL"),
            ("IND", "IN"),
        ] {
            let got = region(text).map(|r| r.as_region_str().as_str().to_owned());
            assert_eq!(got.as_deref(), Some(code), "{text}");
        }
        for text in ["", "Atlantis", "XX", "中国"] {
            assert!(region(text).is_none(), "{text}");
        }
    }
}
