//! Whoever runs the installation adds credits or takes them away, and says why.

use captely_accounts::{Accounts, Actor, Entry, Origin};
use captely_contact::Credits;
use captely_platform::http::SignedIn;
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use crate::store::entry::of_keys;
use crate::{Adjustment, CreditError, Key, Ledger};

const ACTION: captely_accounts::Action = "credits.adjusted";

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ByHand {
    /// What is available now.
    pub(crate) available: Credits,
    /// It was done before under the same key: nothing was done now.
    pub(crate) again: bool,
}

impl Ledger {
    /// Adds or takes away, and notes it in the log of the workspace and in that of the installation, all or
    /// nothing. `key` is the caller's own; the keys of others and of the program are different ones.
    pub(crate) async fn adjust_by_hand(
        &self,
        accounts: &Accounts,
        who: &SignedIn,
        from: &Origin,
        (workspace, key): (WorkspaceId, &Key),
        what: &Adjustment,
    ) -> Result<ByHand, CreditError> {
        let mut tx = self.db().writer().await?;
        if !accounts.has_workspace(&mut tx, workspace).await? {
            return Err(CreditError::NotFound("workspace"));
        }
        // Of two at once with one key the second finds what the first did.
        tx.one_at_a_time(&format!("credits of {workspace} by hand")).await?;
        let known = of_keys(&mut tx, workspace, std::iter::once(key.hash())).await?;
        let available = self.adjust(&mut tx, workspace, key, what).await?;
        let again = !known.is_empty();
        if !again {
            let change = Credits::millis(what.by_millis).to_string();
            let detail = json!({ "change": change, "reason": what.reason });
            for log in [workspace, WorkspaceId::INSTALLATION] {
                let entry = Entry::new(log, Actor::Person(who.user), ACTION).of(workspace);
                accounts.audit(&mut tx, from, entry.with(detail.clone())).await?;
            }
        }
        tx.commit().await?;
        Ok(ByHand { available, again })
    }
}
