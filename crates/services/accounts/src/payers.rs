//! Who is told of what a workspace pays: for the service billing.

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;
use captely_platform::mail::Mailbox;

use crate::service::Accounts;
use crate::store;

impl Accounts {
    /// The name of a workspace; none where there is no such workspace.
    pub async fn workspace_name(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<Option<String>, DbError> {
        store::workspace::name(tx, workspace).await
    }

    /// The addresses of its owners whose account is not switched off, in the order of joining, 10 at most.
    pub async fn owners(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
    ) -> Result<Vec<Mailbox>, DbError> {
        let owners = store::member::owners(tx, workspace).await?;
        let mut out = Vec::new();
        for (sealed, name) in owners {
            let email = self.open_email(&sealed)?;
            let to = Mailbox::new(email.as_str(), Some(&name));
            out.push(to.map_err(|why| DbError::Other(why.to_string()))?);
        }
        Ok(out)
    }
}
