//! The first person of an installation: owner of the first workspace, and superadmin.

use captely_contact::EmailAddress;
use captely_platform::db::DbError;
use captely_platform::secrets::Secret;

use crate::audit::Entry;
use crate::error::AccountError;
use crate::model::{Opened, Origin};
use crate::password::check_password;
use crate::service::Accounts;
use crate::session::SignedBy;
use crate::store;

/// Who sets the installation up.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// Their address. It is believed: whoever sets up owns the machine.
    pub email: EmailAddress,
    /// Their password.
    pub password: Secret,
    /// Their name.
    pub name: String,
    /// The name of the first workspace; empty for one made of their name.
    pub workspace: String,
}

impl Accounts {
    /// Whether nobody has an account yet.
    pub async fn needs_set_up(&self) -> Result<bool, DbError> {
        let mut tx = self.db.reader().await?;
        Ok(store::person::count(&mut tx).await? == 0)
    }

    /// Makes the first account. `trusted` says that it is asked for on the machine itself; else `token`
    /// must be the one that the server printed.
    pub async fn set_up(
        &self,
        wish: SetUp,
        token: Option<&str>,
        trusted: bool,
        from: &Origin,
    ) -> Result<Opened, AccountError> {
        if !self.needs_set_up().await? {
            return Err(AccountError::SetUp);
        }
        let known = match token {
            Some(token) => self.is_set_up_token(token).await?,
            None => trusted,
        };
        if !known {
            return Err(AccountError::WrongSetUpToken);
        }
        check_password(&wish.password, &wish.email, &wish.name)?;
        let hash = self.passwords.hash(&wish.password).await?;
        let mut tx = self.db.writer().await?;
        tx.one_at_a_time("set-up").await?;
        if store::person::count(&mut tx).await? > 0 {
            return Err(AccountError::SetUp);
        }
        let person = self.add_person(&mut tx, &wish.email, &wish.name, Some(hash), true).await?;
        let person = person.ok_or(AccountError::SetUp)?;
        self.make_first_workspace(&mut tx, &person, &wish.workspace, from).await?;
        store::installation::remove(&mut tx, Self::set_up_token_name()).await?;
        self.audit(&mut tx, from, Entry::own(person.id, "installation.set_up")).await?;
        let by = SignedBy { means: "set-up", remember: false };
        let opened = self.open_session(&mut tx, &person, from, by).await?;
        tx.commit().await?;
        Ok(opened)
    }
}
