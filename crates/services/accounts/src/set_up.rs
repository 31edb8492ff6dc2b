//! Whoever sets an installation up: owner of a workspace, and superadmin.

use captely_contact::EmailAddress;
use captely_platform::db::{DbError, Tx};
use captely_platform::secrets::Secret;

use crate::audit::Entry;
use crate::error::AccountError;
use crate::model::{Opened, Origin};
use crate::password::check_password;
use crate::service::Accounts;
use crate::session::SignedBy;
use crate::store;
use crate::token::{Token, TokenKind};

/// In the table `installation`: when it was set up.
const SET_UP_NAME: &str = "set_up";
/// There, until then: the token that the server prints, sealed.
const TOKEN_NAME: &str = "set_up_token";
/// One at a time: setting up, and drawing the token for it.
const LOCK: &str = "set-up";

/// Who sets the installation up.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// Their address. It is believed: whoever sets up owns the machine.
    pub email: EmailAddress,
    /// Their password.
    pub password: Secret,
    /// Their name.
    pub name: String,
    /// The name of their workspace; empty for one made of their name.
    pub workspace: String,
}

impl Accounts {
    /// Whether nobody has set the installation up yet. People may have signed up all the same.
    pub async fn needs_set_up(&self) -> Result<bool, DbError> {
        Ok(store::installation::get(&self.db, SET_UP_NAME).await?.is_none())
    }

    /// The token with which the installation can be set up from another machine; none where it is set up.
    /// All processes have the same one, after a restart too. One that does not open, because it was sealed
    /// with keys that are gone, is replaced.
    pub async fn set_up_token(&self) -> Result<Option<Secret>, DbError> {
        let mut tx = self.db.writer().await?;
        tx.one_at_a_time(LOCK).await?;
        if store::installation::get_in(&mut tx, SET_UP_NAME).await?.is_some() {
            return Ok(None);
        }
        if let Some(token) = self.kept_set_up_token(&mut tx).await? {
            return Ok(Some(token.text().clone()));
        }
        let token = Token::draw(TokenKind::SetUp, &self.chance);
        let sealed = self.keys.seal(TOKEN_NAME, token.text().expose().as_bytes());
        store::installation::put(&mut tx, TOKEN_NAME, &sealed).await?;
        tx.commit().await?;
        Ok(Some(token.text().clone()))
    }

    async fn kept_set_up_token(&self, tx: &mut Tx) -> Result<Option<Token>, DbError> {
        let sealed = store::installation::get_in(tx, TOKEN_NAME).await?;
        let opened = sealed.and_then(|sealed| self.keys.open(TOKEN_NAME, &sealed).ok());
        let text = opened.and_then(|bytes| String::from_utf8(bytes).ok()).map(Secret::from);
        Ok(text.and_then(|text| Token::parse(TokenKind::SetUp, text.expose()).ok()))
    }

    /// Whether this is the token that was printed; compared in constant time.
    async fn is_set_up_token(&self, text: &str) -> Result<bool, DbError> {
        let Ok(token) = Token::parse(TokenKind::SetUp, text.trim()) else { return Ok(false) };
        let kept = self.kept_set_up_token(&mut self.db.reader().await?).await?;
        Ok(kept.is_some_and(|kept| kept.hash() == token.hash()))
    }

    /// Makes the account of whoever runs the installation, once. `trusted` says that it is asked for on the
    /// machine itself; else `token` must be the one that the server printed.
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
        tx.one_at_a_time(LOCK).await?;
        let now = self.now().to_string();
        if !store::installation::put_first(&mut tx, SET_UP_NAME, &now).await? {
            return Err(AccountError::SetUp);
        }
        let person = self.add_person(&mut tx, &wish.email, &wish.name, Some(hash), true).await?;
        let person = person.ok_or(AccountError::Conflict(
            "This address has an account; set up with another one.",
        ))?;
        self.make_first_workspace(&mut tx, &person, &wish.workspace, from).await?;
        store::installation::remove(&mut tx, TOKEN_NAME).await?;
        self.audit(&mut tx, from, Entry::own(person.id, "installation.set_up")).await?;
        let by = SignedBy { means: "set-up", remember: false };
        let opened = self.open_session(&mut tx, &person, from, by).await?;
        tx.commit().await?;
        Ok(opened)
    }
}
