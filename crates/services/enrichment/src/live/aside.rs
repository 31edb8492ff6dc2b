//! Credits of rows: set aside for a batch before any of its rows is walked, spent in the transaction that ends
//! the row for what was delivered, and given back for what was not.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use captely_contact::{Confidence, EmailStatus, Field};
use captely_credits::{
    Action, Capture, CaptureError, CreditError, Ending, Held, HoldId, Key, Ledger, Order, Purpose,
    Refusal,
};
use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use captely_waterfall::{Best, Policy};

use super::floor::Floor;

/// How long credits of a row whose process has died are away.
const LASTS: Duration = Duration::from_hours(24);
/// How often a row can be begun anew after its credits were given back.
const BEGINNINGS_MAX: u32 = 10_000;

/// What was set aside for a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aside {
    held: Vec<(Field, Order, HoldId)>,
    refused: Vec<(Field, Refusal)>,
}

/// What becomes of a hold when its row ends.
#[derive(Debug, Clone)]
pub(crate) struct Owed {
    hold: HoldId,
    /// Who delivered; none where nobody did.
    provider: Option<String>,
    /// To be charged where the hold's time was over.
    order: Order,
}

impl Aside {
    /// The holds.
    pub(crate) fn holds(&self) -> Vec<HoldId> {
        self.held.iter().map(|(_, _, hold)| *hold).collect()
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
        let owed = |(field, order, hold): (Field, Order, HoldId)| {
            let source = if field == Field::Email { email } else { phone };
            let provider = source.filter(|source| *source != "input").map(ToOwned::to_owned);
            Owed { hold, provider, order }
        };
        self.held.into_iter().map(owed).collect()
    }
}

/// Sets credits aside for what the run wants of these contacts.
pub(crate) async fn set_aside(
    floor: &Floor,
    contacts: &[ContactId],
) -> Result<HashMap<ContactId, Aside>, DbError> {
    let mut out: HashMap<ContactId, Aside> = HashMap::with_capacity(contacts.len());
    let wanted = |contact: &ContactId| {
        let contact = *contact;
        let fields = floor.settings.policy.wants.iter();
        fields.filter_map(move |field| Some((contact, *field, action(*field)?)))
    };
    let mut open: Vec<(ContactId, Field, Action)> = contacts.iter().flat_map(wanted).collect();
    for beginning in 0..BEGINNINGS_MAX {
        if open.is_empty() {
            break;
        }
        let mut again = Vec::new();
        let orders: Vec<Order> = open.iter().map(|it| order(floor, *it, beginning)).collect();
        let mut tx = floor.db.writer().await?;
        let held = floor.ledger.hold(&mut tx, floor.workspace, &orders, LASTS).await;
        let held = held.map_err(DbError::from)?;
        tx.commit().await?;
        for (((contact, field, action), order), held) in open.into_iter().zip(orders).zip(held) {
            let aside = out.entry(contact).or_default();
            match held {
                Ok(Held::Credits(hold)) => aside.held.push((field, order, hold.id)),
                Ok(Held::Free | Held::Ended(Ending::Captured(_))) => {}
                Ok(Held::Ended(Ending::Released)) => again.push((contact, field, action)),
                Err(refusal) => aside.refused.push((field, refusal)),
            }
        }
        open = again;
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

fn order(floor: &Floor, (contact, _, action): (ContactId, Field, Action), beginning: u32) -> Order {
    Order {
        key: Key::new(format!("{} {contact} {action} {beginning}", floor.run)),
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
    floor.ledger.release(&mut tx, floor.workspace, holds).await.map_err(DbError::from)?;
    tx.commit().await
}

/// Spends what was delivered and gives the rest back, in the transaction that ends the rows.
pub(crate) async fn settle_up(
    ledger: &Ledger,
    tx: &mut Tx,
    workspace: WorkspaceId,
    owed: &[Owed],
) -> Result<(), DbError> {
    let (delivered, not): (Vec<&Owed>, Vec<&Owed>) =
        owed.iter().partition(|owed| owed.provider.is_some());
    let captures: Vec<Capture> = delivered
        .iter()
        .map(|owed| Capture { hold: owed.hold, amount: None, provider: owed.provider.clone() })
        .collect();
    let captured = ledger.capture(tx, workspace, &captures).await?;
    let mut late = Vec::new();
    for (owed, captured) in delivered.into_iter().zip(captured) {
        match captured {
            Ok(_) => {}
            Err(CaptureError::Released | CaptureError::Unknown) => late.push(charge_of(owed)),
            Err(why) => return Err(DbError::Other(format!("{}: {why}", owed.hold))),
        }
    }
    charge_late(ledger, tx, workspace, &late).await?;
    let not: Vec<HoldId> = not.into_iter().map(|owed| owed.hold).collect();
    ledger.release(tx, workspace, &not).await?;
    Ok(())
}

/// The same once more, under a key of its own.
fn charge_of(owed: &Owed) -> Order {
    Order { key: Key::new(format!("late {}", owed.hold)), ..owed.order.clone() }
}

/// For what was delivered after its hold had come back: it took longer than a hold lasts, or another process
/// took this one for dead.
async fn charge_late(
    ledger: &Ledger,
    tx: &mut Tx,
    workspace: WorkspaceId,
    late: &[Order],
) -> Result<(), CreditError> {
    for refused in ledger.charge(tx, workspace, late).await?.iter().filter_map(|c| c.as_ref().err())
    {
        // It is delivered all the same: the provider was paid for it.
        tracing::warn!(%refused, "Something was delivered late, and there were no credits left for it");
    }
    Ok(())
}
