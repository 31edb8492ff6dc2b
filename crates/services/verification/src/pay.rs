//! Credits of checks: set aside before an address is asked about, spent when its answer is final, and given back
//! when it was put off or failed through trouble of our own.

use std::time::Duration;

use captely_credits::{Action, HoldId, Key, Ledger, Order, Owed, Purpose, Refusal, SetAside};
use captely_platform::db::{Db, DbError, Tx};
use captely_platform::ids::WorkspaceId;

use crate::list::List;
use crate::model::Check;
use crate::remember::NOT_FINAL;

/// How long credits of a check whose process has died are away.
const LASTS: Duration = Duration::from_hours(24);
/// Who delivers.
const OURSELVES: &str = "captely";

fn order(key: String) -> Order {
    Order {
        key: Key::new(key),
        action: Action::EmailVerification,
        quantity: 1,
        // No provider of the plan's: we ask ourselves.
        purpose: Purpose::default(),
        run_max: None,
    }
}

/// The credits of a workspace.
#[derive(Clone)]
pub(crate) struct Purse {
    pub(crate) ledger: Ledger,
    pub(crate) workspace: WorkspaceId,
}

impl Purse {
    /// Sets credits aside for questions about these addresses, in their order; none where one costs nothing.
    pub(crate) async fn set_aside(
        &self,
        list: &List,
        emails: &[String],
    ) -> Result<Vec<Result<Option<SetAside>, Refusal>>, DbError> {
        let of_round = format!("check {} {}", list.id.simple(), list.since.as_micros());
        let orders = emails.iter().map(|email| order(format!("{of_round} {email}")));
        Ok(self.ledger.hold_afresh(self.workspace, orders.collect(), LASTS).await?)
    }

    /// Spends what was set aside for checks that are final now, and gives the rest back, in the transaction
    /// that writes them.
    pub(crate) async fn settle(&self, tx: &mut Tx, checks: &[Check]) -> Result<(), DbError> {
        let owed = checks.iter().filter_map(|check| {
            let delivered_by = is_final(check).then(|| OURSELVES.to_owned());
            Some(Owed { aside: check.aside.clone()?, delivered_by })
        });
        let owed: Vec<Owed> = owed.collect();
        Ok(self.ledger.settle(tx, self.workspace, &owed).await?)
    }

    /// Charges for checks that were put off before and are final now, each for the check that was put off.
    pub(crate) async fn charge(
        &self,
        tx: &mut Tx,
        answered: impl Iterator<Item = (&Check, String)>,
    ) -> Result<(), DbError> {
        let finals = answered.filter(|(check, _)| is_final(check));
        let orders: Vec<Order> =
            finals.map(|(_, put_off)| order(format!("again {put_off}"))).collect();
        let charged = self.ledger.charge(tx, self.workspace, &orders).await?;
        for refused in charged.iter().filter_map(|charged| charged.as_ref().err()) {
            tracing::warn!(%refused, "An address was answered late, and there were no credits left for it");
        }
        Ok(())
    }

    /// Gives back what is still set aside.
    pub(crate) async fn give_back(&self, db: &Db, holds: &[HoldId]) -> Result<(), DbError> {
        if holds.is_empty() {
            return Ok(());
        }
        let mut tx = db.writer().await?;
        self.ledger.release(&mut tx, self.workspace, holds).await?;
        tx.commit().await
    }
}

fn is_final(check: &Check) -> bool {
    check.good_for != NOT_FINAL
}
