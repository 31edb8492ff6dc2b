//! Holds for work that can be begun again: where its credits came back meanwhile, they are set aside anew.

use std::time::Duration;

use captely_platform::ids::WorkspaceId;

use crate::{CreditError, Ending, Held, HoldId, Key, Ledger, Order, Refusal};

/// How often the same work can be begun.
const BEGINNINGS_MAX: u32 = 10_000;

/// Credits that are set aside for a piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The hold.
    pub hold: HoldId,
    /// What was asked for, under the key of this beginning.
    pub order: Order,
}

impl Ledger {
    /// Sets credits aside for pieces of work known by their keys, in transactions of its own. The same work
    /// again finds its open hold; where that came back since, another one is made. None where nothing is to be
    /// paid: it is free, or was paid for.
    pub async fn hold_afresh(
        &self,
        workspace: WorkspaceId,
        work: Vec<Order>,
        lasts: Duration,
    ) -> Result<Vec<Result<Option<SetAside>, Refusal>>, CreditError> {
        let mut out: Vec<Result<Option<SetAside>, Refusal>> = vec![Ok(None); work.len()];
        let mut open: Vec<(usize, Order)> = work.into_iter().enumerate().collect();
        for beginning in 0..BEGINNINGS_MAX {
            if open.is_empty() {
                break;
            }
            let key = |order: &Order| Key::new(format!("{} {beginning}", order.key.as_str()));
            let orders: Vec<Order> =
                open.iter().map(|(_, order)| Order { key: key(order), ..order.clone() }).collect();
            let mut tx = self.db().writer().await?;
            let held = self.hold(&mut tx, workspace, &orders, lasts).await?;
            tx.commit().await?;
            let mut again = Vec::new();
            for (((place, work), order), held) in open.into_iter().zip(orders).zip(held) {
                let Some(at) = out.get_mut(place) else { continue };
                match held {
                    Ok(Held::Credits(hold)) => *at = Ok(Some(SetAside { hold: hold.id, order })),
                    Ok(Held::Free | Held::Ended(Ending::Captured(_))) => {}
                    Ok(Held::Ended(Ending::Released)) => again.push((place, work)),
                    Err(refusal) => *at = Err(refusal),
                }
            }
            open = again;
        }
        if !open.is_empty() {
            return Err(CreditError::Broken("work was begun too often"));
        }
        Ok(out)
    }
}
