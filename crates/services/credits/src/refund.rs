//! Charges are given back, in whole or in part, never more than was charged.

use captely_contact::Credits;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::account::Kind;
use crate::counters::Counters;
use crate::entry::Entry;
use crate::grant::cut;
use crate::grants::{GrantRow, State};
use crate::key::{self, KeyHash, end_of};
use crate::session::Session;
use crate::store::entry::{Line, of_keys};
use crate::store::{charged, refunded};
use crate::turn::next;
use crate::{Action, CreditError, GrantSource, Key, Ledger, Of, Refund};

impl Ledger {
    /// Gives a charge back; how much that was. The credits go back to the grants they came from, or where those
    /// have ended to one without end. Once all of it is back, the same of the contact is paid for again
    /// when it is delivered again. The same key again gives nothing more.
    pub async fn refund(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        key: &Key,
        what: &Refund,
    ) -> Result<Credits, CreditError> {
        let mut session = Session::open(self, tx, workspace).await?;
        let given = refund(&mut session, key.hash(), what).await?;
        session.finish().await?;
        Ok(Credits::millis(given))
    }

    /// Gives back what was paid for an address of a contact that turned out to bounce for good, where the
    /// workspace's policy says so; how much that was, nothing where nothing was paid or it was given back
    /// before.
    pub async fn refund_bounce(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        contact: Uuid,
    ) -> Result<Credits, CreditError> {
        let mut session = Session::open(self, tx, workspace).await?;
        if !session.policy.refund_on_bounce {
            return Ok(Credits::ZERO);
        }
        let marks = charged::of_subject(session.tx, workspace, contact).await?;
        let Some(mark) = marks.into_iter().find(|mark| mark.action == Action::EmailReveal) else {
            return Ok(Credits::ZERO);
        };
        // One charge is given back once, however often the bounce is told.
        let once = key::own("bounce", &mark.key);
        let (of, reason) = (Of::Subject(contact, mark.action), "hard bounce".to_owned());
        let given = refund(&mut session, once, &Refund { of, amount: None, reason }).await?;
        session.finish().await?;
        Ok(Credits::millis(given))
    }
}

/// A charge with what is known of it.
struct Charge {
    key: KeyHash,
    lines: Vec<Line>,
    of: Option<(Uuid, Action)>,
}

pub(crate) async fn refund(
    session: &mut Session<'_>,
    key: KeyHash,
    what: &Refund,
) -> Result<i64, CreditError> {
    let request = key::request(&format!("refund|{:?}|{:?}", what.of, what.amount));
    let known = of_keys(session.tx, session.workspace, std::iter::once(key)).await?;
    if let Some(lines) = known.get(&key) {
        if lines.iter().any(|line| line.request != request) {
            return Err(CreditError::KeyReused);
        }
        let back = lines.iter().filter(|line| line.kind == Kind::Refund);
        return Ok(back.map(|line| line.amount).sum());
    }
    let charge = find(session, &what.of).await?;
    let charged: i64 = charge.lines.iter().map(|line| line.amount).sum();
    let before = refunded::get(session.tx, session.workspace, charge.key).await?;
    let left = charged - before;
    let amount = what.amount.map_or(left, Credits::as_millis);
    if amount <= 0 && left > 0 {
        return Err(CreditError::Amount(Credits::millis(amount)));
    }
    if amount > left || left == 0 {
        let (wanted, left) = (Credits::millis(amount.max(0)), Credits::millis(left));
        return Err(CreditError::AboveCharge { wanted, left });
    }
    let reason = cut(&what.reason);
    give(session, &charge, (key, request), (before, amount), &reason).await?;
    refunded::add(session.tx, session.workspace, charge.key, amount).await?;
    if amount == left
        && let Some((subject, action)) = charge.of
    {
        charged::remove(session.tx, session.workspace, subject, action, charge.key).await?;
    }
    Ok(amount)
}

/// Back to the grants, those that were drawn from last first; `before` was given back before.
async fn give(
    session: &mut Session<'_>,
    charge: &Charge,
    (key, request): (KeyHash, KeyHash),
    (before, amount): (i64, i64),
    reason: &str,
) -> Result<(), CreditError> {
    let (mut skip, mut left, mut line) = (before, amount, 0);
    let mut counters = Counters::default();
    for of in charge.lines.iter().rev() {
        let skipped = of.amount.min(skip);
        skip -= skipped;
        let part = (of.amount - skipped).min(left);
        let (Some(grant), true) = (of.grant, part > 0) else { continue };
        left -= part;
        let grant = grant_for(session, grant).await?;
        let entry = Entry {
            of_key: Some(charge.key),
            hold: of.hold,
            action: charge.of.map(|(_, action)| action),
            subject: charge.of.map(|(subject, _)| subject),
            run: of.run,
            member: of.member,
            ..Entry::new(Kind::Refund, part, key).asked(request).because(reason.to_owned())
        };
        session.post(entry.of_grant(grant).at_line(next(&mut line)))?;
        session.give_back(grant, part, key, &mut line).await?;
        counters.credits(of.member, of.run, of.at, -part);
    }
    session.counters.join(counters);
    Ok(())
}

/// The grant itself, or one for refunds where its time is over.
async fn grant_for(session: &mut Session<'_>, grant: Uuid) -> Result<Uuid, CreditError> {
    let now = session.now;
    if !session.grant(grant).await?.is_over(now) {
        return Ok(grant);
    }
    session.grant_of_refunds().await
}

impl Session<'_> {
    /// The grant of refunds whose own is over; made where there is none.
    pub(crate) async fn grant_of_refunds(&mut self) -> Result<Uuid, CreditError> {
        if let Some(open) = self.grants().await?.of_refunds() {
            return Ok(open);
        }
        let id = self.ledger.ids().uuid();
        let now = self.now.as_micros();
        let row = GrantRow {
            id,
            source: GrantSource::Refund,
            amount: 0,
            left: 0,
            priority: i64::from(GrantSource::Refund.priority()),
            effective_at: now,
            expires_at: None,
            rollover: None,
            rolled_to: None,
            state: State::Active,
            note: "refund".to_owned(),
            request: KeyHash::default(),
            created_at: now,
        };
        self.grants().await?.put(row, true);
        Ok(id)
    }
}

async fn find(session: &mut Session<'_>, of: &Of) -> Result<Charge, CreditError> {
    let (key, pair) = match of {
        Of::Hold(hold) => (end_of(*hold), None),
        Of::Charge(key) => (key.hash(), None),
        Of::Subject(subject, action) => {
            let marks = charged::of_subject(session.tx, session.workspace, *subject).await?;
            let mark = marks.into_iter().find(|mark| mark.action == *action);
            let mark = mark.ok_or(CreditError::NotFound("charge"))?;
            (mark.key, Some((*subject, *action)))
        }
    };
    let mut known = of_keys(session.tx, session.workspace, std::iter::once(key)).await?;
    let mut lines = known.remove(&key).unwrap_or_default();
    lines.retain(|line| matches!(line.kind, Kind::Capture | Kind::Charge));
    if lines.is_empty() {
        return Err(CreditError::NotFound("charge"));
    }
    Ok(Charge { key, of: pair.or_else(|| lines.first().and_then(Line::pair)), lines })
}
