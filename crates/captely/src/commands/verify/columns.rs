//! Which columns of a file hold what is to be checked.

use captely_tabular::{Reader, Role, recognise};
use captely_verify::syntax;

use super::check::Kind;
use crate::exit::CliError;

/// Rows looked at to tell columns apart.
const SAMPLE_ROWS: usize = 50;

/// The columns of a file that matter here, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    email: Option<usize>,
    phone: Option<usize>,
    country: Option<usize>,
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
            return Some(Self { email: address, phone: None, country: None, headerless: true });
        }
        if let [name] = header {
            let digits = name.chars().filter(char::is_ascii_digit).count();
            let letters = name.chars().any(char::is_alphabetic);
            if digits >= 7 && !letters {
                return Some(Self { email: None, phone: Some(0), country: None, headerless: true });
            }
        }
        let mapping = recognise(header, samples);
        let first = |roles: &[Role]| roles.iter().find_map(|role| mapping.column(*role));
        let (email, phone) = (first(&EMAILS), first(&PHONES));
        let country = mapping.column(Role::Country);
        (email.is_some() || phone.is_some()).then_some(Self {
            email,
            phone,
            country,
            headerless: false,
        })
    }

    /// What is to be checked of a row, and the country that it names.
    pub(super) fn pick<'r>(&self, cells: &'r [String]) -> (&'r str, Option<Kind>, &'r str) {
        let cell = |at: Option<usize>| {
            at.and_then(|at| cells.get(at)).map(|text| text.trim()).unwrap_or_default()
        };
        let country = cell(self.country);
        match (cell(self.email), cell(self.phone)) {
            ("", "") => ("", None, country),
            ("", number) => (number, Some(Kind::Phone), country),
            (address, _) => (address, Some(Kind::Email), country),
        }
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
            let (text, kind, _country) = columns.pick(&cells);
            (text, kind, columns.headerless)
        });
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
}
