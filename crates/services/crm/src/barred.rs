//! People who were erased, and addresses and domains that are suppressed: no list brings them back.

use std::collections::HashMap;

use captely_contact::{Domain, EmailAddress, Timestamp, duplicate_key};
use captely_matching::company_name;
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;

use crate::keys::{self, Mark, Marks, hash};
use crate::{ContactDetail, NewContact, SkipReason, store};

/// The words in the database.
pub(crate) const ERASED: &str = "erased";
const SUPPRESSED: &str = "suppressed";

/// What is not to be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suppression {
    /// One address, however its provider lets it be written.
    Address(EmailAddress),
    /// Every address at a domain and at those below it, and everybody who works there.
    Domain(Domain),
}

impl Suppression {
    fn mark(&self) -> Mark {
        match self {
            Self::Address(email) => address_mark(email),
            Self::Domain(domain) => domain_mark(domain.as_str()),
        }
    }
}

/// Suppresses an address or a domain: upserts leave such people out. Those that are there stay as they are.
pub async fn suppress(
    tx: &mut Tx,
    workspace: WorkspaceId,
    what: &Suppression,
    now: Timestamp,
) -> Result<(), DbError> {
    lock(tx, workspace).await?;
    store::barred::insert(tx, workspace, &[what.mark()], SUPPRESSED, now).await
}

/// Takes a suppression back; whether there was one. Who was erased stays erased.
pub async fn unsuppress(
    tx: &mut Tx,
    workspace: WorkspaceId,
    what: &Suppression,
) -> Result<bool, DbError> {
    lock(tx, workspace).await?;
    store::barred::remove(tx, workspace, &what.mark(), SUPPRESSED).await
}

/// One transaction at a time changes who is known in a workspace.
pub(crate) async fn lock(tx: &mut Tx, workspace: WorkspaceId) -> Result<(), DbError> {
    tx.one_at_a_time(&format!("contacts of {workspace}")).await
}

/// Whether the workspace bars anybody at all.
pub(crate) async fn is_anybody(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool, DbError> {
    store::barred::any(tx, workspace).await
}

/// Why each row may not come in, where something speaks against it; `None` where nobody is barred at all,
/// which costs one statement.
pub(crate) async fn of_rows(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rows: &[NewContact],
) -> Result<Option<Vec<Option<SkipReason>>>, DbError> {
    if !is_anybody(tx, workspace).await? {
        return Ok(None);
    }
    let marks: Vec<Vec<Mark>> = rows.iter().map(barring_marks).collect();
    let found = store::barred::find(tx, workspace, marks.concat()).await?;
    Ok(Some(marks.iter().map(|marks| reason(marks, &found)).collect()))
}

/// What speaks against rows by the marks that they have once their companies are known, of those that `of_rows` lets
/// in: an erased person is known again by the name at a company, however the row calls that. Whether anything does.
pub(crate) async fn of_marks(
    tx: &mut Tx,
    workspace: WorkspaceId,
    reasons: &mut [Option<SkipReason>],
    marks: &[Marks],
) -> Result<bool, DbError> {
    let asked = marks.iter().flatten().flatten().copied().collect();
    let found = store::barred::find(tx, workspace, asked).await?;
    let mut any = false;
    for (why, marks) in reasons.iter_mut().zip(marks).filter(|(why, _)| why.is_none()) {
        *why = reason(marks.iter().flatten(), &found);
        any |= why.is_some();
    }
    Ok(any)
}

fn reason<'m>(
    marks: impl IntoIterator<Item = &'m Mark>,
    found: &HashMap<Mark, String>,
) -> Option<SkipReason> {
    let reasons = marks.into_iter().filter_map(|mark| found.get(mark));
    let erased = |why: &String| {
        if why == ERASED { SkipReason::Erased } else { SkipReason::Suppressed }
    };
    // Erasure says more than suppression.
    reasons.map(erased).min_by_key(|why| *why != SkipReason::Erased)
}

/// Every mark that bars this row if it is barred.
pub(crate) fn barring_marks(contact: &NewContact) -> Vec<Mark> {
    let mut marks = person_marks(contact);
    let others = other_addresses(contact);
    for email in contact.email.iter().chain(&others) {
        marks.push(address_mark(email));
        push_domains(&mut marks, email.domain_str());
    }
    if let Some(domain) = &contact.person.domain {
        push_domains(&mut marks, domain.as_str());
    }
    marks
}

/// The marks of a domain and of those above it.
fn push_domains(marks: &mut Vec<Mark>, domain: &str) {
    let mut rest = domain;
    while let Some((_, parent)) = rest.split_once('.') {
        marks.push(domain_mark(rest));
        rest = parent;
    }
}

/// By what an erased person is known again without any record of them or of their company: each address, profile
/// and number (of a role's address and of a number only with the name), the name at the domain and at the
/// company's name.
pub(crate) fn person_marks(contact: &NewContact) -> Vec<Mark> {
    let person = &contact.person;
    let name = keys::name(person);
    let named = name.as_deref().unwrap_or_default();
    let mut marks: Vec<Mark> = keys::marks(contact, None).into_iter().flatten().collect();
    marks.extend(other_addresses(contact).iter().map(|email| keys::email_mark(email, named)));
    for number in values_of(contact, &OTHER_NUMBERS) {
        marks.extend(keys::phone_mark(Some(number), name.as_deref(), false));
    }
    if let Some(name) = &name {
        if let Some(domain) = &person.domain {
            marks.push(hash("nd", &[name.as_bytes(), domain.registrable().as_str().as_bytes()]));
        }
        let core = company_name(&person.company).core;
        if !core.is_empty() {
            marks.push(hash("nc", &[name.as_bytes(), core.as_bytes()]));
        }
    }
    marks
}

/// The marks that keep an erased person out: [`person_marks`], and each number alone, which a row of nothing but the
/// number would bring back.
pub(crate) fn erased_marks(contact: &NewContact) -> Vec<Mark> {
    let own = contact.phone.as_deref().into_iter();
    let numbers = own.chain(values_of(contact, &OTHER_NUMBERS));
    let alone = numbers.filter_map(|number| keys::phone_mark(Some(number), None, true));
    alone.chain(person_marks(contact)).collect()
}

const OTHER_ADDRESSES: [ContactDetail; 2] =
    [ContactDetail::PersonalEmail, ContactDetail::OtherEmail];
const OTHER_NUMBERS: [ContactDetail; 4] = [
    ContactDetail::WorkPhone,
    ContactDetail::MobilePhone,
    ContactDetail::HomePhone,
    ContactDetail::OtherPhone,
];

fn other_addresses(contact: &NewContact) -> Vec<EmailAddress> {
    values_of(contact, &OTHER_ADDRESSES).filter_map(|text| text.parse().ok()).collect()
}

/// The single values of details that may hold several.
fn values_of<'c>(
    contact: &'c NewContact,
    details: &'static [ContactDetail],
) -> impl Iterator<Item = &'c str> {
    let values = details.iter().filter_map(|detail| contact.details.get(detail));
    values.flat_map(|text| text.split("; "))
}

fn address_mark(email: &EmailAddress) -> Mark {
    hash("a", &[duplicate_key(email).as_bytes()])
}

fn domain_mark(domain: &str) -> Mark {
    hash("s", &[domain.as_bytes()])
}
