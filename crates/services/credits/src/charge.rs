//! Credits are spent at once for what is already here.

use std::collections::{HashMap, HashSet};

use captely_contact::Credits;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::account::Kind;
use crate::desk::{Decision, Desk, asked};
use crate::hold::order_entry;
use crate::key::KeyHash;
use crate::session::Session;
use crate::store::charged::Mark;
use crate::store::entry::{Line, of_keys};
use crate::{Action, Charged, CreditError, Ledger, Order, Refusal};

impl Ledger {
    /// Spends for each order, or says which limit stands in its way; one refused does not keep the others.
    /// The same key again finds the same charge.
    pub async fn charge(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        orders: &[Order],
    ) -> Result<Vec<Result<Charged, Refusal>>, CreditError> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = Session::open(self, tx, workspace).await?;
        let keys = orders.iter().map(|order| order.key.hash());
        let known = of_keys(session.tx, workspace, keys).await?;
        let mut desk = Desk::open(&mut session, orders).await?;
        let mut here: HashSet<(Uuid, Action)> = HashSet::new();
        // Two orders of one key in one call: the second is the first said again.
        let mut same: HashMap<KeyHash, (KeyHash, Charged)> = HashMap::new();
        let mut out = Vec::with_capacity(orders.len());
        for order in orders {
            if let Some(lines) = known.get(&order.key.hash()) {
                out.push(Ok(again(lines, order)?));
                continue;
            }
            if let Some((request, charged)) = same.get(&order.key.hash()) {
                if *request != asked("charge", order) {
                    return Err(CreditError::KeyReused);
                }
                out.push(Ok(*charged));
                continue;
            }
            let pair = order.purpose.subject.map(|subject| (subject, order.action));
            if pair.is_some_and(|pair| here.contains(&pair)) {
                out.push(Ok(Charged::Free));
                continue;
            }
            match desk.decide(&mut session, order).await? {
                Err(refusal) => {
                    session.was_refused(&refusal);
                    out.push(Err(refusal));
                }
                Ok(Decision::Free) => out.push(Ok(Charged::Free)),
                Ok(Decision::Price(price)) => {
                    spend(&mut session, order, price).await?;
                    desk.count(&mut session, order, price);
                    if let Some((subject, action)) = pair {
                        here.insert((subject, action));
                        let (key, at) = (order.key.hash(), session.now);
                        session.marks.push(Mark { subject, action, key, amount: price, at });
                    }
                    let charged = Charged::Spent(Credits::millis(price));
                    same.insert(order.key.hash(), (asked("charge", order), charged));
                    out.push(Ok(charged));
                }
            }
        }
        desk.close(&mut session);
        session.finish().await?;
        Ok(out)
    }
}

async fn spend(session: &mut Session<'_>, order: &Order, price: i64) -> Result<(), CreditError> {
    for (line, (grant, part)) in (0..).zip(session.draw(price).await?) {
        let entry = order_entry(Kind::Charge, order, part, "charge");
        session.post(entry.of_grant(grant).at_line(line))?;
    }
    Ok(())
}

fn again(lines: &[Line], order: &Order) -> Result<Charged, CreditError> {
    let same = |line: &Line| line.kind == Kind::Charge && line.request == asked("charge", order);
    if !lines.iter().all(same) {
        return Err(CreditError::KeyReused);
    }
    Ok(Charged::Spent(Credits::millis(lines.iter().map(|line| line.amount).sum())))
}
