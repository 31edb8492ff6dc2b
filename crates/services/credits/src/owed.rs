//! What becomes of credits that were set aside, when the work they are for has ended.

use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;

use crate::{Capture, CaptureError, CreditError, HoldId, Key, Ledger, Order, SetAside};

/// A piece of work that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// What was set aside for it.
    pub aside: SetAside,
    /// Who delivered; none where nobody did, and the credits come back.
    pub delivered_by: Option<String>,
}

impl Ledger {
    /// Spends for what was delivered and gives the rest back, in the transaction that ends the work. What was
    /// delivered although its credits had come back is charged anew; where there are none left it is delivered
    /// all the same, since whoever delivered it was paid.
    pub async fn settle(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        owed: &[Owed],
    ) -> Result<(), CreditError> {
        let (delivered, not): (Vec<&Owed>, Vec<&Owed>) =
            owed.iter().partition(|owed| owed.delivered_by.is_some());
        let capture = |owed: &&Owed| Capture {
            hold: owed.aside.hold,
            amount: None,
            provider: owed.delivered_by.clone(),
        };
        let captures: Vec<Capture> = delivered.iter().map(capture).collect();
        let captured = self.capture(tx, workspace, &captures).await?;
        let mut late = Vec::new();
        for (owed, captured) in delivered.into_iter().zip(captured) {
            match captured {
                Ok(_) => {}
                Err(CaptureError::Released | CaptureError::Unknown) => late.push(anew(owed)),
                Err(
                    CaptureError::Otherwise(_) | CaptureError::TooMuch(_) | CaptureError::Negative,
                ) => {
                    return Err(CreditError::Broken("a whole hold was captured otherwise"));
                }
            }
        }
        for refused in
            self.charge(tx, workspace, &late).await?.iter().filter_map(|c| c.as_ref().err())
        {
            tracing::warn!(%refused, "Something was delivered late, and there were no credits left");
        }
        let not: Vec<HoldId> = not.into_iter().map(|owed| owed.aside.hold).collect();
        self.release(tx, workspace, &not).await?;
        Ok(())
    }
}

/// The same once more, under a key of its own.
fn anew(owed: &Owed) -> Order {
    Order { key: Key::new(format!("late {}", owed.aside.hold)), ..owed.aside.order.clone() }
}
