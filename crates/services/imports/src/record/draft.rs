use std::collections::BTreeMap;

use captely_contact::Timestamp;
use captely_crm::{CompanyDetail, ContactDetail, NewConsent};

use super::memo::Memo;
use super::plan::{Column, Job, Line, Mailbox, Part};
use super::{CellProblem, PROBLEM_VALUE_CHARS_MAX, amounts, consents, links};

/// Tags of one row, and characters of each.
const TAGS_MAX: usize = 100;
const TAG_CHARS_MAX: usize = 100;

pub(super) type Details = BTreeMap<ContactDetail, String>;
pub(super) type CompanyDetails = BTreeMap<CompanyDetail, String>;

/// A filled cell of a column that is for something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'r> {
    pub(super) column: &'r Column,
    pub(super) text: &'r str,
}

/// What the cells of a row say, gathered in the order of the file.
#[derive(Default)]
pub(super) struct Draft<'r> {
    pub(super) parts: Parts<'r>,
    pub(super) mails: Vec<(Mailbox, Cell<'r>)>,
    pub(super) phones: Vec<(Line, Cell<'r>)>,
    pub(super) company_country: Option<Cell<'r>>,
    pub(super) details: Details,
    pub(super) company: CompanyDetails,
    pub(super) tags: Vec<String>,
    pub(super) consents: Vec<NewConsent>,
    pub(super) as_of: Option<Timestamp>,
    pub(super) problems: Vec<CellProblem>,
}

/// Cells that are read together. Of several for one part the first filled one counts.
#[derive(Default)]
pub(super) struct Parts<'r> {
    pub(super) first: Option<Cell<'r>>,
    pub(super) last: Option<Cell<'r>>,
    pub(super) full: Option<Cell<'r>>,
    pub(super) prefix: Option<Cell<'r>>,
    pub(super) suffix: Option<Cell<'r>>,
    pub(super) company: Option<Cell<'r>>,
    pub(super) domain: Option<Cell<'r>>,
    pub(super) website: Option<Cell<'r>>,
    pub(super) title: Option<Cell<'r>>,
    pub(super) seniority: Option<Cell<'r>>,
    pub(super) department: Option<Cell<'r>>,
    pub(super) linkedin: Option<Cell<'r>>,
    pub(super) company_linkedin: Option<Cell<'r>>,
    pub(super) country: Option<Cell<'r>>,
    pub(super) location: Option<Cell<'r>>,
}

impl<'r> Parts<'r> {
    const fn place(&mut self, part: Part) -> &mut Option<Cell<'r>> {
        match part {
            Part::First => &mut self.first,
            Part::Last => &mut self.last,
            Part::Full => &mut self.full,
            Part::Prefix => &mut self.prefix,
            Part::Suffix => &mut self.suffix,
            Part::Company => &mut self.company,
            Part::Domain => &mut self.domain,
            Part::Website => &mut self.website,
            Part::Title => &mut self.title,
            Part::Seniority => &mut self.seniority,
            Part::Department => &mut self.department,
            Part::Linkedin => &mut self.linkedin,
            Part::CompanyLinkedin => &mut self.company_linkedin,
            Part::Country => &mut self.country,
            Part::Location => &mut self.location,
        }
    }
}

impl<'r> Draft<'r> {
    /// Takes a filled cell.
    pub(super) fn take(
        &mut self,
        column: &'r Column,
        text: &'r str,
        now: Timestamp,
        memo: &mut Memo,
    ) {
        let cell = Cell { column, text };
        if text.len() > column.bytes_max {
            let limit = column.bytes_max;
            return self.fault(cell, format!("it is longer than {limit} bytes; it was left out"));
        }
        match &column.job {
            Job::Part(part) => {
                self.parts.place(*part).get_or_insert(cell);
            }
            Job::Mail(mailbox) => self.mails.push((*mailbox, cell)),
            Job::Phone(line) => self.phones.push((*line, cell)),
            Job::Contact(detail) => put(&mut self.details, detail.clone(), text),
            Job::Company(detail) => put_company(&mut self.company, detail.clone(), text),
            Job::ContactLink(detail) => self.link(detail.clone(), cell),
            Job::CompanyCountry => {
                self.company_country.get_or_insert(cell);
            }
            Job::Keywords(detail) => {
                let words: Vec<&str> = listed(text).collect();
                put_company(&mut self.company, detail.clone(), words.join("; "));
            }
            Job::CreatedAt(order) => match amounts::moment(text, *order) {
                Ok(moment) => {
                    self.in_time(moment.timestamp(), cell, now);
                    put(&mut self.details, ContactDetail::SourceCreatedAt, moment.iso());
                }
                Err(fault) => self.fault(cell, fault),
            },
            Job::ChangedAt(order) => match amounts::moment(text, *order) {
                Ok(moment) => {
                    // A change in the future is none that anything is newer than.
                    let moment = self.in_time(moment.timestamp(), cell, now);
                    self.as_of = self.as_of.or(moment);
                }
                Err(fault) => self.fault(cell, fault),
            },
            Job::Employees(unit) => {
                self.amount(CompanyDetail::Employees, amounts::employees(text, *unit), cell);
            }
            Job::Revenue(unit) => {
                self.amount(CompanyDetail::Revenue, amounts::revenue(text, *unit), cell);
            }
            Job::FoundedYear => match amounts::year(text) {
                Some(year) => put_company(&mut self.company, CompanyDetail::FoundedYear, year),
                None => self.fault(cell, "this is no year; it was left out"),
            },
            Job::Tags => self.tags(cell, memo),
            Job::EmailStatus | Job::LeadStatus => self.status(cell, memo),
            Job::Consent(channel, asks) => {
                let said = consents::read(*channel, *asks, &column.name, text);
                self.consents.extend(said);
                if consents::is_dead(text) {
                    put(&mut self.details, ContactDetail::EmailStatus, text);
                }
            }
        }
    }

    /// Notes that a cell could not be used, or not as it stands.
    pub(super) fn fault(&mut self, cell: Cell<'_>, reason: impl Into<String>) {
        self.problems.push(CellProblem {
            column: cell.column.at.saturating_add(1),
            name: std::sync::Arc::clone(&cell.column.name),
            value: cell.text.chars().take(PROBLEM_VALUE_CHARS_MAX).collect(),
            reason: reason.into(),
        });
    }

    fn link(&mut self, detail: ContactDetail, cell: Cell<'_>) {
        let page = match detail {
            ContactDetail::TwitterUrl => links::twitter(cell.text),
            _ => links::facebook(cell.text),
        };
        match page {
            Some(page) => put(&mut self.details, detail, page),
            None => self.fault(cell, links::NO_PAGE),
        }
    }

    /// A moment that lies in the past; one that does not is told.
    fn in_time(
        &mut self,
        moment: Option<Timestamp>,
        cell: Cell<'_>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let late = moment.is_some_and(|moment| moment > now);
        if late {
            self.fault(cell, "the date lies in the future");
        }
        moment.filter(|_| !late)
    }

    fn amount(&mut self, detail: CompanyDetail, amount: Option<String>, cell: Cell<'_>) {
        match amount {
            Some(amount) => put_company(&mut self.company, detail, amount),
            None => self.fault(cell, "this is no number; it was left out"),
        }
    }

    fn tags(&mut self, cell: Cell<'_>, memo: &mut Memo) {
        for tag in listed(cell.text) {
            if tag.chars().nth(TAG_CHARS_MAX).is_some() || self.tags.len() >= TAGS_MAX {
                let limits = format!("{TAGS_MAX} tags of {TAG_CHARS_MAX} characters");
                return self
                    .fault(cell, format!("a row has at most {limits}; the rest was left out"));
            }
            if !self.tags.iter().any(|known| known == tag) {
                self.tags.push(tag.to_owned());
            }
            if memo.refusals.of(tag, consents::refuses) {
                self.consents.push(consents::refusal(&cell.column.name, tag));
            }
        }
    }

    fn status(&mut self, cell: Cell<'_>, memo: &mut Memo) {
        if memo.refusals.of(cell.text, consents::refuses) {
            self.consents.push(consents::refusal(&cell.column.name, cell.text));
        }
        let detail = match cell.column.job {
            Job::EmailStatus => ContactDetail::EmailStatus,
            _ => ContactDetail::LeadStatus,
        };
        put(&mut self.details, detail, cell.text);
    }
}

/// Keeps a detail unless it is empty or there is one already.
pub(super) fn put(details: &mut Details, detail: ContactDetail, value: impl Into<String>) {
    let value = value.into();
    if !value.is_empty() {
        details.entry(detail).or_insert(value);
    }
}

/// The same of a company.
pub(super) fn put_company(
    details: &mut CompanyDetails,
    detail: CompanyDetail,
    value: impl Into<String>,
) {
    let value = value.into();
    if !value.is_empty() {
        details.entry(detail).or_insert(value);
    }
}

/// The entries of a cell with commas, semicolons, bars or line ends between them.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|', '\n']).map(str::trim).filter(|entry| !entry.is_empty())
}
