use std::sync::Arc;

use captely_contact::Timestamp;
use captely_crm::{Channel, CompanyDetail, ContactDetail};
use captely_tabular::Role;
use captely_tabular::value::{Asks, DateOrder, Unit};
use captely_verify::HomeCountry;

use super::{ColumnFacts, LONG_TEXT_BYTES_MAX, ReadingRules, TEXT_BYTES_MAX};
use crate::{ColumnMap, Target};

/// What each column of a file is for, worked out once.
#[derive(Debug)]
pub(super) struct Plan {
    /// Those that are for something, in the order of the file.
    pub(super) columns: Vec<Column>,
    /// Where phone numbers are from that nothing else tells of.
    pub(super) usual_country: Option<HomeCountry>,
    pub(super) now: Timestamp,
}

/// A column that is for something.
#[derive(Debug)]
pub(super) struct Column {
    /// Its place, from 0.
    pub(super) at: usize,
    pub(super) name: Arc<str>,
    pub(super) job: Job,
    /// Longer values are left out.
    pub(super) bytes_max: usize,
}

/// What is done with the values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Job {
    /// Read together with others.
    Part(Part),
    Mail(Mailbox),
    Phone(Line),
    /// Kept as it stands.
    Contact(ContactDetail),
    Company(CompanyDetail),
    ContactLink(ContactDetail),
    CompanyCountry,
    Keywords(CompanyDetail),
    CreatedAt(DateOrder),
    ChangedAt(DateOrder),
    Employees(Unit),
    Revenue(Unit),
    FoundedYear,
    Tags,
    EmailStatus,
    /// Kept as it stands, unless it says that somebody refused.
    LeadStatus,
    Consent(Channel, Asks),
}

/// Values that are read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    First,
    Last,
    Full,
    Prefix,
    Suffix,
    Company,
    Domain,
    Website,
    Title,
    Seniority,
    Department,
    Linkedin,
    CompanyLinkedin,
    Country,
    Location,
}

/// Whose address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mailbox {
    Work,
    Other,
    Personal,
}

/// Which line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Any,
    Work,
    Mobile,
    Home,
    Other,
    Company,
    Fax,
}

impl Plan {
    pub(super) fn new(map: &ColumnMap, facts: &[ColumnFacts], rules: &ReadingRules) -> Self {
        let columns = map.header().iter().zip(map.columns()).enumerate();
        let column = |(at, (name, column)): (usize, (&String, &crate::MappedColumn))| {
            let order = facts.get(at).map_or(DateOrder::Unknown, |facts| facts.date_order);
            let order = match (order, rules.date_order) {
                (DateOrder::Unknown | DateOrder::Mixed, Some(given)) => given,
                (found, _) => found,
            };
            let unit = facts.get(at).map_or(Unit { factor: 1, currency: None }, |f| f.unit);
            let job = job(&column.target, name, order, unit)?;
            let bytes_max = if job.is_long() { LONG_TEXT_BYTES_MAX } else { TEXT_BYTES_MAX };
            Some(Column { at, name: name.trim().replace('\0', "").into(), job, bytes_max })
        };
        let usual = rules.usual_country.as_deref();
        Self {
            columns: columns.filter_map(column).collect(),
            usual_country: HomeCountry::first_of(None, None, usual),
            now: rules.now,
        }
    }
}

impl Job {
    const fn is_long(&self) -> bool {
        matches!(
            self,
            Self::Mail(_)
                | Self::Keywords(_)
                | Self::Tags
                | Self::Part(Part::Location)
                | Self::Contact(
                    ContactDetail::Notes
                        | ContactDetail::Content
                        | ContactDetail::Street
                        | ContactDetail::Custom(_)
                )
        )
    }
}

/// What is done with the values of a column; `None` where nothing is.
fn job(target: &Target, name: &str, order: DateOrder, unit: Unit) -> Option<Job> {
    let role = match target {
        Target::Role(role) => *role,
        Target::Custom(name) => return Some(Job::Contact(ContactDetail::Custom(name.clone()))),
        Target::ChangedAt => return Some(Job::ChangedAt(order)),
    };
    Some(match role {
        Role::FirstName => Job::Part(Part::First),
        Role::LastName => Job::Part(Part::Last),
        Role::FullName => Job::Part(Part::Full),
        Role::NamePrefix => Job::Part(Part::Prefix),
        Role::NameSuffix => Job::Part(Part::Suffix),
        Role::Company => Job::Part(Part::Company),
        Role::Domain => Job::Part(Part::Domain),
        Role::Website => Job::Part(Part::Website),
        Role::Title => Job::Part(Part::Title),
        Role::Seniority => Job::Part(Part::Seniority),
        Role::Department => Job::Part(Part::Department),
        Role::LinkedinUrl => Job::Part(Part::Linkedin),
        Role::CompanyLinkedinUrl => Job::Part(Part::CompanyLinkedin),
        Role::Country => Job::Part(Part::Country),
        Role::Location | Role::Address => Job::Part(Part::Location),
        Role::Email => Job::Mail(Mailbox::Work),
        Role::PersonalEmail => Job::Mail(Mailbox::Personal),
        Role::OtherEmail => Job::Mail(Mailbox::Other),
        Role::EmailStatus => Job::EmailStatus,
        Role::Phone => Job::Phone(Line::Any),
        Role::WorkPhone => Job::Phone(Line::Work),
        Role::MobilePhone => Job::Phone(Line::Mobile),
        Role::HomePhone => Job::Phone(Line::Home),
        Role::OtherPhone => Job::Phone(Line::Other),
        Role::CompanyPhone => Job::Phone(Line::Company),
        Role::Fax => Job::Phone(Line::Fax),
        Role::FacebookUrl => Job::ContactLink(ContactDetail::FacebookUrl),
        Role::TwitterUrl => Job::ContactLink(ContactDetail::TwitterUrl),
        Role::CompanyCountry => Job::CompanyCountry,
        Role::Employees => Job::Employees(unit),
        Role::Revenue => Job::Revenue(unit),
        Role::FoundedYear => Job::FoundedYear,
        Role::Keywords => Job::Keywords(CompanyDetail::Keywords),
        Role::Technologies => Job::Keywords(CompanyDetail::Technologies),
        Role::Tags => Job::Tags,
        Role::LeadStatus => Job::LeadStatus,
        Role::CreatedAt => Job::CreatedAt(order),
        Role::Consent => Job::Consent(Channel::Email, Asks::of(name)),
        // Whatever the column is called, a yes forbids.
        Role::DoNotCall => Job::Consent(Channel::Call, Asks::Refusal),
        Role::CompanyStreet => Job::Company(CompanyDetail::Street),
        Role::CompanyCity => Job::Company(CompanyDetail::City),
        Role::CompanyState => Job::Company(CompanyDetail::State),
        Role::CompanyPostalCode => Job::Company(CompanyDetail::PostalCode),
        Role::CompanyLocation => Job::Company(CompanyDetail::Location),
        Role::Industry => Job::Company(CompanyDetail::Industry),
        Role::MiddleName => Job::Contact(ContactDetail::MiddleName),
        Role::Street => Job::Contact(ContactDetail::Street),
        Role::City => Job::Contact(ContactDetail::City),
        Role::State => Job::Contact(ContactDetail::State),
        Role::PostalCode => Job::Contact(ContactDetail::PostalCode),
        Role::LeadSource => Job::Contact(ContactDetail::LeadSource),
        Role::Owner => Job::Contact(ContactDetail::Owner),
        Role::ExternalId => Job::Contact(ContactDetail::ExternalId),
        Role::Notes => Job::Contact(ContactDetail::Notes),
        Role::UtmSource => Job::Contact(ContactDetail::UtmSource),
        Role::UtmMedium => Job::Contact(ContactDetail::UtmMedium),
        Role::UtmCampaign => Job::Contact(ContactDetail::UtmCampaign),
        Role::Ignore | Role::Unknown => return None,
    })
}
