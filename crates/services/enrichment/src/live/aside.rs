//! Credits of rows: set aside for a batch before any of its rows is walked, spent in the transaction that ends
//! the row for what was delivered, and given back for what was not.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use captely_contact::{Confidence, EmailStatus, Field};
use captely_credits::{Action, HoldId, Key, Order, Owed, Purpose, Refusal, SetAside};
use captely_platform::db::DbError;
use captely_platform::ids::ContactId;
use captely_waterfall::{Best, Policy};

use super::floor::Floor;

/// How long credits of a row whose process has died are away.
const LASTS: Duration = Duration::from_hours(24);

/// What was set aside for a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aside {
    held: Vec<(Field, SetAside)>,
    refused: Vec<(Field, Refusal)>,
}

impl Aside {
    /// The holds.
    pub(crate) fn holds(&self) -> Vec<HoldId> {
        self.held.iter().map(|(_, aside)| aside.hold).collect()
    }

    /// Why there were no credits for a field, if there were none.
    pub(crate) fn refused(&self) -> Option<&Refusal> {
        self.refused.first().map(|(_, why)| why)
    }

    /// A run's policy without the fields that there are no credits for.
    pub(crate) fn policy<'p>(&self, policy: &'p Policy) -> Cow<'p, Policy> {
        if self.refused.is_empty() {
            return Cow::Borrowed(policy);
        }
        let mut fewer = policy.clone();
        fewer.wants.retain(|field| self.refused.iter().all(|(refused, _)| refused != field));
        Cow::Owned(fewer)
    }

    /// What becomes of it, by what the row has in the end. What stood in the list was not delivered, and an
    /// address that does not work neither.
    pub(crate) fn owed(self, best: &Best) -> Vec<Owed> {
        let email = best.email.as_ref().filter(|found| {
            found.status != EmailStatus::Invalid && found.confidence > Confidence::NONE
        });
        let email = email.map(|found| found.source.as_str());
        let phone = best.phone.as_ref().map(|found| found.source.as_str());
        let owed = |(field, aside): (Field, SetAside)| {
            let source = if field == Field::Email { email } else { phone };
            let delivered_by = source.filter(|source| *source != "input").map(ToOwned::to_owned);
            Owed { aside, delivered_by }
        };
        self.held.into_iter().map(owed).collect()
    }
}

/// Sets credits aside for what the run wants of these contacts.
pub(crate) async fn set_aside(
    floor: &Floor,
    contacts: &[ContactId],
) -> Result<HashMap<ContactId, Aside>, DbError> {
    let wanted = |contact: &ContactId| {
        let contact = *contact;
        let fields = floor.settings.policy.wants.iter();
        fields.filter_map(move |field| Some((contact, *field, action(*field)?)))
    };
    let wanted: Vec<(ContactId, Field, Action)> = contacts.iter().flat_map(wanted).collect();
    let orders = wanted.iter().map(|(contact, _, action)| order(floor, *contact, *action));
    let held = floor.ledger.hold_afresh(floor.workspace, orders.collect(), LASTS).await?;
    let mut out: HashMap<ContactId, Aside> = HashMap::with_capacity(contacts.len());
    for ((contact, field, _), held) in wanted.into_iter().zip(held) {
        let row = out.entry(contact).or_default();
        match held {
            Ok(Some(aside)) => row.held.push((field, aside)),
            Ok(None) => {}
            Err(refusal) => row.refused.push((field, refusal)),
        }
    }
    Ok(out)
}

const fn action(field: Field) -> Option<Action> {
    match field {
        Field::Email => Some(Action::EmailReveal),
        Field::Phone => Some(Action::PhoneReveal),
        _ => None,
    }
}

fn order(floor: &Floor, contact: ContactId, action: Action) -> Order {
    Order {
        key: Key::new(format!("{} {contact} {action}", floor.run)),
        action,
        quantity: 1,
        purpose: Purpose {
            subject: Some(contact.as_uuid()),
            provider: None,
            run: Some(floor.run),
            member: floor.member,
        },
        run_max: floor.settings.credits_max,
    }
}

/// Gives back what is still set aside of these.
pub(crate) async fn give_back(floor: &Floor, holds: &[HoldId]) -> Result<(), DbError> {
    if holds.is_empty() {
        return Ok(());
    }
    let mut tx = floor.db.writer().await?;
    floor.ledger.release(&mut tx, floor.workspace, holds).await?;
    tx.commit().await
}
