//! One person of a call.

use std::borrow::Cow;

use captely_contact::{Domain, EmailAddress};
use captely_platform::db::DbError;
use uuid::Uuid;

use crate::details::{Details, json_of, parse};
use crate::keys::Mark;
use crate::model::FIELD_WORDS;
use crate::store::changes::Change;
use crate::store::people::ContactRow;
use crate::upsert::Desk;
use crate::upsert::decide::{Record, Rule};
use crate::upsert::tracked::{Tracked, hex};
use crate::{CompanyId, NewContact};

/// A contact with what this call makes of it.
pub(super) struct Person<'r> {
    /// Without fields and details where `fresh` has them.
    pub(super) row: ContactRow,
    details: Details,
    /// The one row of a new contact: its values are copied only where another adds to them, or to be written.
    fresh: Option<&'r NewContact>,
    /// Not stored yet.
    pub(super) is_new: bool,
    /// Made by this import, in this call or before.
    pub(super) ours: bool,
    /// Marks that were nobody's.
    pub(super) marks: Vec<Mark>,
    tracked: Tracked,
    /// Whom it went into in this call.
    pub(super) merged_into: Option<usize>,
}

impl<'r> Person<'r> {
    pub(super) fn stored(row: ContactRow, origin: Option<Uuid>) -> Result<Self, DbError> {
        Ok(Self {
            details: parse(&row.details)?,
            fresh: None,
            is_new: false,
            ours: row.origin.is_some() && row.origin == origin,
            marks: Vec::new(),
            tracked: Tracked::default(),
            merged_into: None,
            row,
        })
    }

    pub(super) fn new(desk: &Desk<'_>, row: &'r NewContact, company: Option<CompanyId>) -> Self {
        let at = row.as_of.map_or(desk.now, |at| at.min(desk.now));
        Self {
            row: ContactRow {
                id: desk.new_id().into(),
                fields: Default::default(),
                details: String::new(),
                company_id: company.map(CompanyId::as_uuid),
                marks: Vec::new(),
                origin: desk.how.origin,
                updated_at: at.as_micros(),
                merged_into: None,
            },
            details: Details::new(),
            fresh: Some(row),
            is_new: true,
            ours: true,
            marks: Vec::with_capacity(4),
            tracked: Tracked::default(),
            merged_into: None,
        }
    }

    /// One of [`FIELD_WORDS`], by its place; empty where there is none.
    pub(super) fn field(&self, place: usize) -> &str {
        let fresh = self.fresh.map(|row| fields(row).get(place).copied().flatten());
        let own = || self.row.fields.get(place).map(String::as_str);
        fresh.unwrap_or_else(own).unwrap_or_default()
    }

    /// Gives a new contact values of its own.
    fn copy(&mut self) {
        if let Some(row) = self.fresh.take() {
            self.row.fields = copied(row);
            let details = row.details.iter();
            self.details =
                details.map(|(word, value)| (word.word().into_owned(), value.clone())).collect();
        }
    }

    /// Takes of a row what the rule lets in: the words that changed.
    pub(super) fn add(
        &mut self,
        row: &NewContact,
        company: Option<CompanyId>,
        rule: &Rule<'_>,
    ) -> Vec<Cow<'static, str>> {
        self.copy();
        let mut changed = Vec::new();
        let record = Record { is_fresh: false, ours: self.ours, updated_at: self.row.updated_at };
        let company = company.map(CompanyId::as_uuid);
        // A blank domain beside another company's name would be filled with a stranger's.
        let is_elsewhere = self.row.company_id.is_some() && company != self.row.company_id;
        let mut moves = false;
        for ((word, new), stored) in FIELD_WORDS.iter().zip(fields(row)).zip(&mut self.row.fields) {
            let new = new.unwrap_or_default();
            let of_company = matches!(*word, "company" | "domain");
            if (of_company && is_elsewhere && stored.is_empty() && !moves)
                || !rule.takes(word, stored, new, record)
            {
                continue;
            }
            moves |= of_company;
            let old = std::mem::replace(stored, new.to_owned());
            self.tracked.set(Cow::Borrowed(*word), old, new.to_owned());
            changed.push(Cow::Borrowed(*word));
        }
        for (detail, new) in &row.details {
            let word = detail.word();
            let stored = self.details.get(word.as_ref()).map_or("", String::as_str);
            if rule.takes(&word, stored, new, record) {
                let old = self.details.insert(word.clone().into_owned(), new.clone());
                self.tracked.set(word.clone(), old.unwrap_or_default(), new.clone());
                changed.push(word);
            }
        }
        if company.is_some() && company != self.row.company_id && moves {
            self.move_to(company);
        }
        if !changed.is_empty() && rule.at > self.row.updated_at {
            let old = std::mem::replace(&mut self.row.updated_at, rule.at);
            self.tracked.set("updated_at".into(), old.to_string(), rule.at.to_string());
        }
        changed
    }

    fn move_to(&mut self, company: Option<Uuid>) {
        let text = |id: Option<Uuid>| id.map(|id| id.simple().to_string()).unwrap_or_default();
        let old = std::mem::replace(&mut self.row.company_id, company);
        self.tracked.set("company_id".into(), text(old), text(company));
    }

    /// Whether there is anything of it to write.
    pub(super) fn is_pending(&self) -> bool {
        self.is_new || !self.tracked.is_empty() || !self.marks.is_empty()
    }

    /// What undoes this call's changes of a contact that was there before the import. From now on the marks are
    /// the row's.
    pub(super) fn settle(&mut self) -> Result<Option<Change>, DbError> {
        let marks = std::mem::take(&mut self.marks);
        self.row.marks.extend(marks.iter().flatten());
        let mut tracked = std::mem::take(&mut self.tracked);
        if self.ours {
            return Ok(None);
        }
        if !marks.is_empty() {
            tracked.set("marks".into(), String::new(), hex(&marks.concat()));
        }
        tracked.into_change("contact", self.row.id.as_uuid())
    }

    /// The row as it is to be written.
    pub(super) fn unwritten(&self) -> Unwritten<'r> {
        let (row, details) = (self.row.clone(), self.details.clone());
        Unwritten { row, details, fresh: self.fresh }
    }
}

/// A contact's row, put together as late as it can be: while the database writes those before it.
pub(super) struct Unwritten<'r> {
    row: ContactRow,
    details: Details,
    fresh: Option<&'r NewContact>,
}

impl Unwritten<'_> {
    pub(super) fn into_row(self) -> ContactRow {
        let mut row = self.row;
        row.details = if let Some(fresh) = self.fresh {
            row.fields = copied(fresh);
            let values = fresh.details.iter();
            json_of(values.map(|(word, value)| (word.word(), value.as_str())))
        } else {
            let values = self.details.iter();
            json_of(values.map(|(word, value)| (word.as_str().into(), value.as_str())))
        };
        row
    }
}

fn copied(row: &NewContact) -> [String; 9] {
    fields(row).map(|text| text.unwrap_or_default().to_owned())
}

/// A row's values in the order of [`FIELD_WORDS`].
pub(super) fn fields(row: &NewContact) -> [Option<&str>; 9] {
    let person = &row.person;
    [
        Some(&person.first_name),
        Some(&person.last_name),
        Some(&person.company),
        person.domain.as_ref().map(Domain::as_str),
        Some(&person.title),
        Some(&person.linkedin_url),
        Some(&person.country),
        row.email.as_ref().map(EmailAddress::as_str),
        row.phone.as_deref(),
    ]
}
