//! One company of a call.

use std::borrow::Cow;

use captely_matching::company_name;

use super::Place;
use crate::NewContact;
use crate::details::Details;
use crate::keys::Mark;
use crate::store::companies::CompanyRow;
use crate::upsert::decide::{Record, Rule};
use crate::upsert::tracked::Tracked;

/// A company with what this call makes of it.
pub(super) struct Company {
    pub(super) row: CompanyRow,
    pub(super) details: Details,
    pub(super) is_new: bool,
    /// Named by a row that came in.
    pub(super) is_used: bool,
    pub(super) ours: bool,
    pub(super) marks: Vec<Mark>,
    pub(super) tracked: Tracked,
}

impl Company {
    /// Another spelling of the same name changes nothing: rows of one list spell it in many ways.
    pub(super) fn add_name(
        &mut self,
        row: &NewContact,
        rule: &Rule<'_>,
        record: Record,
        changed: &mut Vec<Cow<'static, str>>,
    ) {
        let Some(place) = Place::of(row) else { return };
        let word = Cow::Borrowed("company.name");
        if rule.takes(&word, &self.row.name, place.name, record)
            && (self.row.name.is_empty()
                || company_name(&self.row.name).core != company_name(place.name).core)
        {
            let old = std::mem::replace(&mut self.row.name, place.name.to_owned());
            self.set("name".into(), old, place.name.to_owned());
            changed.push(word);
        }
    }

    pub(super) fn add(
        &mut self,
        word: &str,
        value: &str,
        rule: &Rule<'_>,
        record: Record,
        changed: &mut Vec<Cow<'static, str>>,
    ) {
        let stored = self.details.get(word).map_or("", String::as_str);
        if stored == value {
            return;
        }
        let in_policy = Cow::Owned(format!("company.{word}"));
        if rule.takes(&in_policy, stored, value, record) {
            let old = self.details.insert(word.to_owned(), value.to_owned());
            self.set(word.to_owned().into(), old.unwrap_or_default(), value.to_owned());
            changed.push(in_policy);
        }
    }

    pub(super) fn set(&mut self, word: Cow<'static, str>, old: String, new: String) {
        if !self.is_new {
            self.tracked.set(word, old, new);
        }
    }

    /// The record is as new as the newest that changed it.
    pub(super) fn age(&mut self, at: i64) {
        if at > self.row.updated_at && !self.is_new {
            self.set("updated_at".into(), self.row.updated_at.to_string(), at.to_string());
            self.row.updated_at = at;
        }
    }
}
