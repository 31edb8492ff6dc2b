//! Holds that are open, for people to see.

use captely_contact::{Credits, Timestamp};
use captely_platform::ids::{RunId, UserId, WorkspaceId};
use uuid::Uuid;

use crate::{Action, CreditError, HoldId, Ledger, store};

/// A hold that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenHold {
    pub(crate) id: HoldId,
    pub(crate) amount: Credits,
    pub(crate) action: Action,
    pub(crate) quantity: u32,
    pub(crate) provider: Option<String>,
    pub(crate) run: Option<RunId>,
    pub(crate) subject: Option<Uuid>,
    pub(crate) member: Option<UserId>,
    pub(crate) at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl Ledger {
    /// Open holds behind `after`, the oldest first.
    pub(crate) async fn open_holds(
        &self,
        workspace: WorkspaceId,
        after: Option<HoldId>,
        limit: u32,
    ) -> Result<Vec<OpenHold>, CreditError> {
        let mut tx = self.db().reader().await?;
        let mut out: Vec<OpenHold> = Vec::new();
        for row in store::hold::page(&mut tx, workspace, after, limit).await? {
            // A row a grant that it draws from.
            if let Some(last) = out.last_mut().filter(|last| last.id == row.id) {
                last.amount = last.amount.plus(Credits::millis(row.amount));
                continue;
            }
            out.push(OpenHold {
                id: row.id,
                amount: Credits::millis(row.amount),
                action: row.action,
                quantity: row.quantity,
                provider: row.provider,
                run: row.run,
                subject: row.subject,
                member: row.member,
                at: row.at,
                expires_at: row.expires_at,
            });
        }
        Ok(out)
    }
}
