use captely_contact::{CountrySource, Domain, country_code};
use rlibphonenumber::Region;

use super::domain::country_of_domain;
use super::plan::has_plan;

/// Whose national form a number without `+` is read in, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HomeCountry {
    pub(super) region: Region,
    pub(super) source: CountrySource,
}

impl HomeCountry {
    /// The country as people write it: `DE`, `deu`, `Germany`, `Deutschland`, `U.K.`. None for texts
    /// that name no country with a numbering plan.
    pub fn from_text(country: &str, source: CountrySource) -> Option<Self> {
        region(country).map(|region| Self { region, source })
    }

    /// The first that is known of: the country that the row names, the one that the ending of its
    /// domain stands for, the one of the setting. A row that says nothing readable (`n/a`) is passed
    /// over.
    pub fn first_of(
        row: Option<&str>,
        domain: Option<&Domain>,
        setting: Option<&str>,
    ) -> Option<Self> {
        row.and_then(|country| Self::from_text(country, CountrySource::Row))
            .or_else(|| {
                let code = country_of_domain(domain?)?;
                Self::from_text(&code, CountrySource::Domain)
            })
            .or_else(|| Self::from_text(setting?, CountrySource::Setting))
    }

    /// ISO 3166-1 alpha-2.
    pub fn code(&self) -> String {
        self.region.as_region_str().as_str().to_owned()
    }

    /// Where the country comes from.
    pub const fn source(&self) -> CountrySource {
        self.source
    }
}

fn region(country: &str) -> Option<Region> {
    let by_code = |code: &str| Region::from_code(code).ok().filter(|region| has_plan(*region));
    let is_code = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    // `001` is the library's word for no country at all.
    is_code.then(|| by_code(country)).flatten().or_else(|| by_code(country_code(country)?))
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
            ("中国", "CN"),
        ] {
            let got = HomeCountry::from_text(text, CountrySource::Row);
            assert_eq!(got.map(|home| home.code()).as_deref(), Some(code), "{text}");
        }
        for text in ["", "n/a", "Atlantis", "XX", "ZZ", "001"] {
            assert_eq!(HomeCountry::from_text(text, CountrySource::Row), None, "{text}");
        }
    }

    #[test]
    fn row_then_domain_then_setting() {
        let domain: Domain = "acme.co.uk".parse().unwrap();
        let generic: Domain = "acme.io".parse().unwrap();
        for (row, domain, setting, code, source) in [
            (Some("France"), Some(&domain), Some("US"), "FR", CountrySource::Row),
            (Some("n/a"), Some(&domain), Some("US"), "GB", CountrySource::Domain),
            (None, Some(&domain), Some("US"), "GB", CountrySource::Domain),
            (Some(""), Some(&generic), Some("US"), "US", CountrySource::Setting),
        ] {
            let home = HomeCountry::first_of(row, domain, setting).unwrap();
            assert_eq!((home.code().as_str(), home.source()), (code, source));
        }
        assert_eq!(HomeCountry::first_of(None, Some(&generic), None), None);
    }
}
