//! Credits are set aside before what they pay for is done.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use captely_contact::{Credits, Timestamp};
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::account::Kind;
use crate::desk::{Decision, Desk, asked};
use crate::entry::Entry;
use crate::key::{KeyHash, end_of};
use crate::model::HOLD_TIME_MAX;
use crate::session::Session;
use crate::store::entry::{Line, of_keys};
use crate::store::hold::{self, HoldRow};
use crate::{CreditError, Ending, Held, Hold, HoldId, Ledger, Limit, Order, Refusal};

impl Ledger {
    /// Sets credits aside for each order, or says which limit stands in its way; one refused does not keep the
    /// others. The same key again finds the same hold, which then lasts as long as one that is made now. Holds
    /// that nobody ends come back after `lasts`, at most a week.
    pub async fn hold(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        orders: &[Order],
        lasts: Duration,
    ) -> Result<Vec<Result<Held, Refusal>>, CreditError> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = Session::open(self, tx, workspace).await?;
        let keys = orders.iter().map(|order| order.key.hash());
        let known = of_keys(session.tx, workspace, keys).await?;
        let earlier = Earlier::read(&mut session, &known).await?;
        let mut desk = Desk::open(&mut session, orders).await?;
        let expires_at = session.now.plus(lasts.min(HOLD_TIME_MAX));
        let (mut rows, mut out) = (Vec::new(), Vec::with_capacity(orders.len()));
        let mut found = Vec::new();
        let mut here: HashMap<KeyHash, (KeyHash, Held)> = HashMap::new();
        for order in orders {
            let key = order.key.hash();
            if let Some(lines) = known.get(&key) {
                let held = earlier.hold(lines, asked("hold", order))?;
                if let Held::Credits(hold) = held {
                    found.push(hold.id);
                }
                out.push(Ok(held));
                continue;
            }
            if let Some((request, held)) = here.get(&key) {
                if *request != asked("hold", order) {
                    return Err(CreditError::KeyReused);
                }
                out.push(Ok(*held));
                continue;
            }
            match desk.decide(&mut session, order).await? {
                Err(refusal) => {
                    session.was_refused(&refusal);
                    out.push(Err(refusal));
                }
                Ok(Decision::Free) => out.push(Ok(Held::Free)),
                Ok(Decision::Price(price)) => {
                    let held = set_aside(&mut session, order, price, expires_at, &mut rows).await?;
                    desk.count(&mut session, order, price);
                    here.insert(key, (asked("hold", order), held));
                    out.push(Ok(held));
                }
            }
        }
        hold::extend(session.tx, workspace, &found, expires_at).await?;
        desk.close(&mut session);
        session.holds.extend(rows);
        session.finish().await?;
        Ok(out)
    }
}

async fn set_aside(
    session: &mut Session<'_>,
    order: &Order,
    price: i64,
    expires_at: Timestamp,
    rows: &mut Vec<HoldRow>,
) -> Result<Held, CreditError> {
    let id = HoldId::from(session.ledger.ids().uuid());
    for (line, (grant, part)) in (0..).zip(session.draw(price).await?) {
        let mut entry = order_entry(Kind::Hold, order, part, "hold");
        entry.hold = Some(id);
        session.post(entry.of_grant(grant).at_line(line))?;
        rows.push(HoldRow {
            id,
            line,
            grant,
            amount: part,
            action: order.action,
            quantity: order.quantity,
            provider: order.purpose.provider.clone(),
            run: order.purpose.run,
            subject: order.purpose.subject,
            member: order.purpose.member,
            at: session.now,
            expires_at,
        });
    }
    Ok(Held::Credits(Hold { id, amount: Credits::millis(price) }))
}

/// An entry that says what an order says.
pub(crate) fn order_entry(kind: Kind, order: &Order, amount: i64, what: &str) -> Entry {
    Entry {
        action: Some(order.action),
        quantity: order.quantity,
        provider: order.purpose.provider.clone(),
        run: order.purpose.run,
        subject: order.purpose.subject,
        member: order.purpose.member,
        ..Entry::new(kind, amount, order.key.hash()).asked(asked(what, order))
    }
}

/// Holds that were made before under keys that are asked for again: which are open, and how the others ended.
struct Earlier {
    open: HashSet<HoldId>,
    ended: HashMap<KeyHash, Vec<Line>>,
}

impl Earlier {
    async fn read(
        session: &mut Session<'_>,
        known: &HashMap<KeyHash, Vec<Line>>,
    ) -> Result<Self, CreditError> {
        let of_holds = known.values().filter_map(|lines| lines.first()?.hold);
        let ids: Vec<HoldId> = of_holds.collect();
        if ids.is_empty() {
            return Ok(Self { open: HashSet::new(), ended: HashMap::new() });
        }
        let rows = hold::of_ids(session.tx, session.workspace, &ids).await?;
        let open: HashSet<HoldId> = rows.into_iter().map(|row| row.id).collect();
        let gone = ids.into_iter().filter(|id| !open.contains(id)).map(end_of);
        let ended = of_keys(session.tx, session.workspace, gone).await?;
        Ok(Self { open, ended })
    }

    /// What became of the one whose lines these are.
    fn hold(&self, lines: &[Line], request: KeyHash) -> Result<Held, CreditError> {
        let first = lines.first().ok_or(CreditError::KeyReused)?;
        let id = match (first.kind, first.hold) {
            (Kind::Hold, Some(id)) if first.request == request => id,
            _ => return Err(CreditError::KeyReused),
        };
        if self.open.contains(&id) {
            let amount = lines.iter().map(|line| line.amount).sum();
            return Ok(Held::Credits(Hold { id, amount: Credits::millis(amount) }));
        }
        let lines = self.ended.get(&end_of(id)).map(Vec::as_slice).unwrap_or_default();
        Ok(Held::Ended(ending(lines).unwrap_or(Ending::Released)))
    }
}

/// How a hold ended, by the lines of its end; none where there are none.
pub(crate) fn ending(lines: &[Line]) -> Option<Ending> {
    let spent = lines.iter().filter(|line| line.kind == Kind::Capture).map(|line| line.amount);
    match spent.sum::<i64>() {
        0 if lines.is_empty() => None,
        0 => Some(Ending::Released),
        spent => Some(Ending::Captured(Credits::millis(spent))),
    }
}

impl Session<'_> {
    /// Whoever is refused for want of credits is told, once.
    pub(crate) fn was_refused(&mut self, refusal: &Refusal) {
        if refusal.limit == Limit::Balance {
            self.ran_dry = true;
        }
    }
}
