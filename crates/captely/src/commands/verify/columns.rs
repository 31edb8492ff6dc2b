//! Which columns of a file hold what is to be checked.

use captely_contact::Domain;
use captely_tabular::{Reader, Role, recognise};
use captely_verify::{HomeCountry, PhoneVerdict, phone_at, syntax};

use super::answer::Kind;
use crate::exit::CliError;

/// Rows looked at to tell columns apart.
const SAMPLE_ROWS: usize = 50;

/// The columns of a file that matter here, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    email: Option<usize>,
    phone: Option<usize>,
    /// Where a country may stand, the nearest to the person first.
    countries: Vec<usize>,
    /// Where a domain or an address may stand whose ending may tell the country.
    domains: Vec<usize>,
    /// The first line is no header but a row: a plain list of addresses.
    pub(super) headerless: bool,
}

/// Columns that hold addresses, the best first.
const EMAILS: [Role; 3] = [Role::Email, Role::PersonalEmail, Role::OtherEmail];
/// Columns that hold numbers of a person, the best first, then those of the company.
const PHONES: [Role; 6] = [
    Role::WorkPhone,
    Role::MobilePhone,
    Role::Phone,
    Role::HomePhone,
    Role::OtherPhone,
    Role::CompanyPhone,
];

/// Columns that say whose national form a number is in.
const COUNTRIES: [Role; 2] = [Role::Country, Role::CompanyCountry];

/// Columns whose domain may tell that country where no column does.
const DOMAINS: [Role; 4] = [Role::Domain, Role::Website, Role::Email, Role::OtherEmail];

/// What is to be checked of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) text: String,
    /// `None` where there is nothing to check.
    pub(super) kind: Option<Kind>,
    /// The country that the row names; empty where it names none.
    country: String,
    /// The domain that the row names.
    domain: Option<Domain>,
}

impl Asked {
    /// A text that stands in no row.
    pub(super) fn alone(text: String) -> Self {
        let kind = if text.contains('@') { Kind::Email } else { Kind::Phone };
        Self { text, kind: Some(kind), country: String::new(), domain: None }
    }

    /// The text read as a number; `setting` is the country where the row says none, empty where none is set.
    pub(super) fn number(&self, setting: &str) -> PhoneVerdict {
        phone_at(&self.text, self.home(Some(setting).filter(|country| !country.is_empty())))
    }

    /// Whose national form a number of this row is read in: the country that the row names, else the
    /// one of its domain, else that of `setting`.
    fn home(&self, setting: Option<&str>) -> Option<HomeCountry> {
        let country = Some(self.country.as_str()).filter(|country| !country.is_empty());
        HomeCountry::first_of(country, self.domain.as_ref(), setting)
    }
}

impl Columns {
    /// From the header and the first rows.
    pub(super) fn of(reader: &mut Reader, file: &str) -> Result<Self, CliError> {
        let samples: Vec<_> =
            reader.peek_rows(SAMPLE_ROWS).into_iter().map(|row| row.cells).collect();
        Self::find(reader.header(), &samples).ok_or_else(|| {
            let seen: Vec<_> =
                reader.header().iter().take(12).map(|name| format!("{name:?}")).collect();
            let sentence = format!(
                "{file}, line {}: no column holds e-mail addresses or phone numbers",
                reader.facts().header_line
            );
            CliError::bad_input(sentence)
                .with_details(vec![format!("columns seen: {}", seen.join(", "))])
                .try_this("name the column email or phone")
        })
    }

    fn find(header: &[String], samples: &[Vec<String>]) -> Option<Self> {
        let address = header.iter().position(|name| name.contains('@') && syntax(name).is_ok());
        if address.is_some() {
            return Some(Self::bare(address, None));
        }
        if let [name] = header {
            let digits = name.chars().filter(char::is_ascii_digit).count();
            let letters = name.chars().any(char::is_alphabetic);
            if digits >= 7 && !letters {
                return Some(Self::bare(None, Some(0)));
            }
        }
        let mapping = recognise(header, samples);
        let first = |roles: &[Role]| roles.iter().find_map(|role| mapping.column(*role));
        let (email, phone) = (first(&EMAILS), first(&PHONES));
        let all = |roles: &[Role]| roles.iter().filter_map(|role| mapping.column(*role)).collect();
        (email.is_some() || phone.is_some()).then_some(Self {
            email,
            phone,
            countries: all(&COUNTRIES),
            domains: all(&DOMAINS),
            headerless: false,
        })
    }

    /// Of a list without a header.
    const fn bare(email: Option<usize>, phone: Option<usize>) -> Self {
        Self { email, phone, countries: Vec::new(), domains: Vec::new(), headerless: true }
    }

    /// What is to be checked of a row.
    pub(super) fn pick(&self, cells: &[String]) -> Asked {
        let cell = |at: Option<usize>| {
            at.and_then(|at| cells.get(at)).map(|text| text.trim()).unwrap_or_default()
        };
        let (text, kind) = match (cell(self.email), cell(self.phone)) {
            ("", "") => ("", None),
            ("", number) => (number, Some(Kind::Phone)),
            (address, _) => (address, Some(Kind::Email)),
        };
        let countries = self.countries.iter().map(|at| cell(Some(*at)));
        let country = countries.filter(|text| !text.is_empty()).take(1).collect();
        let domains = self.domains.iter().map(|at| cell(Some(*at)));
        let domain = domains.filter(|_| kind == Some(Kind::Phone)).find_map(|text| {
            let domain = text.rsplit_once('@').map_or(text, |(_, domain)| domain);
            Domain::from_loose(domain).ok()
        });
        Asked { text: text.to_owned(), kind, country, domain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &[&str], cells: &[&str], expected: Option<(&str, Option<Kind>, bool)>) {
        let own = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let found = Columns::find(&own(header), &[own(cells)]);
        let cells = own(cells);
        let got = found.as_ref().map(|columns| {
            let asked = columns.pick(&cells);
            (asked.text, asked.kind, columns.headerless)
        });
        let expected = expected.map(|(text, kind, bare)| (text.to_owned(), kind, bare));
        assert_eq!(got, expected, "{header:?}");
    }

    #[test]
    fn columns_are_found() {
        let (email, phone) = (Some(Kind::Email), Some(Kind::Phone));
        check(&["Name", "E-mail"], &["Ada", "a@x.com"], Some(("a@x.com", email, false)));
        check(
            &["Email", "Phone"],
            &["", "+44 20 7946 0018"],
            Some(("+44 20 7946 0018", phone, false)),
        );
        check(&["Email", "Phone"], &[" ", ""], Some(("", None, false)));
        check(&["a@x.com"], &["b@x.com"], Some(("b@x.com", email, true)));
        check(&["+44 20 7946 0018"], &["1"], Some(("1", phone, true)));
        check(&["Name", "Company"], &["Ada", "Example"], None);
    }

    #[test]
    fn whose_national_form() {
        let own = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let header = own(&["Phone", "Company Country", "Country", "Website"]);
        let row = own(&["020 7946 0018", "IN", "GB", "https://www.beispiel.de/kontakt"]);
        let columns = Columns::find(&header, std::slice::from_ref(&row)).expect("columns");
        let home = |cells: &[&str]| columns.pick(&own(cells)).home(Some("FR")).map(|h| h.code());
        let site = "https://www.beispiel.de/kontakt";
        assert_eq!(home(&["1", "IN", "GB", site]).as_deref(), Some("GB"), "the person's");
        assert_eq!(home(&["1", "IN", " ", site]).as_deref(), Some("IN"), "the company's");
        assert_eq!(home(&["1", "", "n/a", site]).as_deref(), Some("DE"), "the domain's");
        assert_eq!(home(&["1", "", "", "beispiel.com"]).as_deref(), Some("FR"), "the setting's");
        assert_eq!(columns.pick(&own(&["1", "", "", ""])).home(None), None);
    }
}
