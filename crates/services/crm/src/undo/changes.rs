use std::collections::{BTreeMap, HashMap};

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use super::UNDO_PAGE_MAX;
use super::carry::{Replaced, carry};
use super::passed::{SetBack, loaded, set_back, take_out};
use crate::details::{self, Details};
use crate::keys::Mark;
use crate::model::FIELD_WORDS;
use crate::store::companies::CompanyRow;
use crate::store::keys::{Keys, split};
use crate::store::people::ContactRow;
use crate::{CompanyId, barred, store};

/// Whose field it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Record {
    /// A contact's.
    Contact(ContactId),
    /// A company's.
    Company(CompanyId),
}

/// A field that somebody changed after the import did: it stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stayed {
    /// Whose.
    pub record: Record,
    /// Its word.
    pub word: String,
}

/// One page of changes that are no more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoneChanges {
    /// How many changes of records were taken back, in whole or in part; fewer than asked for means the end.
    pub changes: usize,
    /// Fields that stay.
    pub stayed: Vec<Stayed>,
}

/// What a change says: words and values.
type Words = BTreeMap<String, String>;

/// A contact or company whose fields are set back.
pub(super) trait Restored {
    fn get(&self, word: &str) -> String;
    fn set(&mut self, word: &str, value: &str);
    fn marks(&mut self) -> &mut Vec<u8>;
}

/// Takes back the newest `most` changes (at most [`UNDO_PAGE_MAX`]) that the import made of records that were
/// there, the newest first, and forgets them. A field is set back where it still has the value that the import gave
/// it, and in whom the contact went into since, where that got it from there; so do marks that the import added. What
/// replaced a value of the import gives back, once it is undone itself, what was there before the import.
pub async fn undo_changes(
    tx: &mut Tx,
    workspace: WorkspaceId,
    origin: Uuid,
    most: u32,
) -> Result<UndoneChanges, DbError> {
    barred::lock(tx, workspace).await?;
    let changes = store::undo::changes(tx, workspace, origin, most.min(UNDO_PAGE_MAX)).await?;
    let Some((lowest, ..)) = changes.last() else { return Ok(UndoneChanges::default()) };
    let lowest = *lowest;
    let of_kind = |kind: &str| -> Vec<Uuid> {
        let mut ids: Vec<Uuid> =
            changes.iter().filter(|change| change.1 == kind).map(|change| change.2).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let ids: Vec<ContactId> = of_kind("contact").into_iter().map(ContactId::from).collect();
    let mut people = HashMap::with_capacity(ids.len());
    for row in store::people::load(tx, workspace, &ids).await? {
        people.insert(row.id.as_uuid(), OfContact { details: details::parse(&row.details)?, row });
    }
    let ids: Vec<CompanyId> = of_kind("company").into_iter().map(CompanyId::from).collect();
    let mut companies = HashMap::with_capacity(ids.len());
    for row in store::companies::load(tx, workspace, &ids).await? {
        companies
            .insert(row.id.as_uuid(), OfCompany { details: details::parse(&row.details)?, row });
    }
    let mut out = UndoneChanges { changes: changes.len(), stayed: Vec::new() };
    let (mut of_people, mut of_companies) = (Vec::new(), Vec::new());
    let (mut replaced, mut passed, mut back) = (Vec::new(), Vec::new(), Vec::new());
    for (_, kind, id, before, after, at) in changes {
        let (before, after) = (words(&before)?, words(&after)?);
        let mut undo =
            Undo { id, at, origin, out: &mut out, replaced: &mut replaced, back: vec![] };
        if kind == "contact"
            && let Some(contact) = people.get_mut(&id)
        {
            let marks = undo.set_back(contact, Record::Contact(id.into()), &before, &after);
            if contact.row.merged_into.is_some() {
                back.append(&mut undo.back);
            }
            if !marks.is_empty() && contact.row.merged_into.is_some() {
                passed.push((ContactId::from(id), marks));
            } else {
                of_people.extend(marks.into_iter().map(|mark| (mark, id)));
            }
        } else if let Some(company) = companies.get_mut(&id) {
            let marks = undo.set_back(company, Record::Company(id.into()), &before, &after);
            of_companies.extend(marks.into_iter().map(|mark| (mark, id)));
        }
    }
    for (contact, marks) in passed {
        let kept = take_out(tx, workspace, contact, &marks).await?;
        if let Some(kept) = loaded(tx, workspace, kept, &mut people).await? {
            take_marks(kept, &marks);
        }
        of_people.extend(marks.into_iter().map(|mark| (mark, kept.as_uuid())));
    }
    for back in back {
        set_back(tx, workspace, back, &mut people, &mut replaced).await?;
    }
    carry(tx, workspace, &replaced).await?;
    let at = people.values().filter_map(|one| one.row.company_id).map(CompanyId::from).collect();
    let there = store::companies::known(tx, workspace, at).await?;
    for one in people.values_mut() {
        // An undo that came before took the company of before away: nobody was at it then.
        one.row.company_id = one.row.company_id.filter(|id| there.contains(id));
    }
    let rows = people.into_values().map(OfContact::finish).collect::<Result<Vec<_>, _>>()?;
    store::people::save(tx, workspace, Box::new(rows.into_iter())).await?;
    let rows = companies.into_values().map(OfCompany::finish).collect::<Result<_, _>>()?;
    store::companies::save(tx, workspace, rows).await?;
    store::keys::remove(tx, workspace, Keys::Contacts, of_people).await?;
    store::keys::remove(tx, workspace, Keys::Companies, of_companies).await?;
    store::undo::forget_changes(tx, workspace, origin, lowest).await?;
    Ok(out)
}

/// One change that is taken back.
struct Undo<'u> {
    id: Uuid,
    at: i64,
    origin: Uuid,
    out: &'u mut UndoneChanges,
    replaced: &'u mut Vec<Replaced>,
    /// What was set back.
    back: Vec<SetBack>,
}

impl Undo<'_> {
    /// Sets fields back; the marks that go.
    fn set_back(
        &mut self,
        of: &mut impl Restored,
        record: Record,
        before: &Words,
        after: &Words,
    ) -> Vec<Mark> {
        let added = after.get("marks").map(|text| split(&bytes(text)).collect::<Vec<Mark>>());
        let added = added.unwrap_or_default();
        take_marks(of, &added);
        for (word, after) in after.iter().filter(|(word, _)| *word != "marks") {
            let before = before.get(word).map_or("", String::as_str);
            let now = of.get(word);
            if now == *after {
                of.set(word, before);
                if word != "updated_at" {
                    let (before, after) = (before.to_owned(), after.clone());
                    let contact = self.id.into();
                    self.back.push(SetBack { contact, word: word.clone(), before, after });
                }
                continue;
            }
            self.replaced.push(Replaced {
                record: self.id,
                origin: Some(self.origin),
                at: self.at,
                word: word.clone(),
                before: Some(before.to_owned()),
                after: Some(after.clone()),
            });
            if now != before && !matches!(word.as_str(), "updated_at" | "company_id") {
                self.out.stayed.push(Stayed { record, word: word.clone() });
            }
        }
        added
    }
}

/// Takes marks out of a record.
fn take_marks(of: &mut impl Restored, gone: &[Mark]) {
    if !gone.is_empty() {
        let left = split(of.marks()).filter(|mark| !gone.contains(mark)).collect::<Vec<Mark>>();
        *of.marks() = left.concat();
    }
}

pub(super) struct OfContact {
    pub(super) row: ContactRow,
    pub(super) details: Details,
}

impl OfContact {
    fn finish(mut self) -> Result<ContactRow, DbError> {
        self.row.details = details::json(&self.details)?;
        Ok(self.row)
    }
}

impl Restored for OfContact {
    fn get(&self, word: &str) -> String {
        match word {
            "updated_at" => self.row.updated_at.to_string(),
            "company_id" => {
                self.row.company_id.map(|id| id.simple().to_string()).unwrap_or_default()
            }
            _ => {
                let field = FIELD_WORDS.iter().zip(&self.row.fields).find(|(own, _)| **own == word);
                let value = field.map(|(_, value)| value).or_else(|| self.details.get(word));
                value.cloned().unwrap_or_default()
            }
        }
    }

    fn set(&mut self, word: &str, value: &str) {
        match word {
            "updated_at" => self.row.updated_at = value.parse().unwrap_or(self.row.updated_at),
            "company_id" => self.row.company_id = Uuid::try_parse(value).ok(),
            _ => {
                let mut fields = FIELD_WORDS.iter().zip(&mut self.row.fields);
                match fields.find(|(own, _)| **own == word) {
                    Some((_, field)) => value.clone_into(field),
                    None => details::put(&mut self.details, word, value),
                }
            }
        }
    }

    fn marks(&mut self) -> &mut Vec<u8> {
        &mut self.row.marks
    }
}

struct OfCompany {
    row: CompanyRow,
    details: Details,
}

impl OfCompany {
    fn finish(mut self) -> Result<CompanyRow, DbError> {
        self.row.details = details::json(&self.details)?;
        Ok(self.row)
    }
}

impl Restored for OfCompany {
    fn get(&self, word: &str) -> String {
        match word {
            "updated_at" => self.row.updated_at.to_string(),
            "name" => self.row.name.clone(),
            "domain" => self.row.domain.clone().unwrap_or_default(),
            _ => self.details.get(word).cloned().unwrap_or_default(),
        }
    }

    fn set(&mut self, word: &str, value: &str) {
        match word {
            "updated_at" => self.row.updated_at = value.parse().unwrap_or(self.row.updated_at),
            "name" => value.clone_into(&mut self.row.name),
            "domain" => self.row.domain = (!value.is_empty()).then(|| value.to_owned()),
            _ => details::put(&mut self.details, word, value),
        }
    }

    fn marks(&mut self) -> &mut Vec<u8> {
        &mut self.row.marks
    }
}

fn words(json: &str) -> Result<Words, DbError> {
    serde_json::from_str(json).map_err(|why| DbError::Decode(format!("a change: {why}")))
}

/// The bytes of hexadecimal digits; what is none is left out.
fn bytes(hex: &str) -> Vec<u8> {
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at.saturating_add(2))?, 16).ok();
    (0..hex.len()).step_by(2).filter_map(pair).collect()
}
