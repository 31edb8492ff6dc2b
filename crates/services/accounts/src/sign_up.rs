//! Signing up: an address is shown to be one's own by a code, then the account is made. Whether an
//! address has an account is never told.

use std::time::Duration;

use captely_contact::EmailAddress;
use captely_platform::access::Role;
use captely_platform::db::Tx;
use captely_platform::ids::WorkspaceId;
use captely_platform::mail::Template;
use captely_platform::secrets::Secret;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::code::{draw_code, hash_code, is_code};
use crate::email::masked;
use crate::error::AccountError;
use crate::ids::UserId;
use crate::model::{Opened, Origin, Person};
use crate::password::check_password;
use crate::service::Accounts;
use crate::session::SignedBy;
use crate::store;
use crate::store::person::NewPerson;
use crate::store::registration::Registration;
use crate::token::{Token, TokenKind};

/// How long a code is good (REQUIREMENTS IAM-09).
pub(crate) const CODE_MINUTES: u32 = 10;
const CODE_TIME: Duration = Duration::from_mins(10);
/// Codes sent to one address within an hour.
const CODES_PER_HOUR: u32 = 3;
const HOUR: Duration = Duration::from_hours(1);
/// Tries of one code.
const CODE_TRIES: u32 = 5;
/// How long a registration waits for its code.
const REGISTRATION_TIME: Duration = Duration::from_hours(2);

/// Somebody who wants an account.
#[derive(Debug, Clone)]
pub(crate) struct SignUp {
    pub(crate) email: EmailAddress,
    pub(crate) password: Secret,
    pub(crate) name: String,
    /// The name of their workspace; empty for one made of their own name.
    pub(crate) workspace: String,
}

impl Accounts {
    /// Begins: sends a code, and returns the token with which the code is handed in. The same is done
    /// where the address has an account, but for the mail, which says so to its owner.
    pub(crate) async fn sign_up(
        &self,
        wish: SignUp,
        from: &Origin,
    ) -> Result<Secret, AccountError> {
        if !self.settings.sign_up_open {
            return Err(AccountError::SignUpClosed);
        }
        self.settings.policy.check(&wish.email)?;
        check_password(&wish.password, &wish.email, &wish.name)?;
        let hash = self.passwords.hash(&wish.password).await?;
        let taken = store::person::by_email(&self.db, &self.email_indexes(&wish.email)).await?;
        let token = Token::draw(TokenKind::Registration, &self.chance);
        let code = draw_code(&self.chance);
        let now = self.now();
        let mut tx = self.db.writer().await?;
        self.count_code(&mut tx, &wish.email).await?;
        let new = Registration {
            email_sealed: self.seal_email(&wish.email),
            name: wish.name.clone(),
            password_hash: if taken.is_some() { String::new() } else { hash },
            workspace_name: wish.workspace,
            code_hash: hash_code(&self.keys, &wish.email, &code).to_vec(),
            code_expires_at: now.plus(CODE_TIME),
        };
        let expires_at = now.plus(REGISTRATION_TIME);
        store::registration::add(&mut tx, token.hash().as_bytes(), new, expires_at).await?;
        let template = self.sign_up_mail(taken.is_some(), &code);
        let (installation, to) = (WorkspaceId::INSTALLATION, wish.email.as_str());
        self.mail_to(&mut tx, installation, to, Some(&wish.name), template).await?;
        let entry = Entry::new(installation, Actor::Nobody, "account.requested");
        self.audit(&mut tx, from, entry.of(masked(&wish.email))).await?;
        tx.commit().await?;
        Ok(token.text().clone())
    }

    fn sign_up_mail(&self, taken: bool, code: &Secret) -> Template {
        if taken {
            Template::EmailInUse {
                sign_in_link: self.link("/login"),
                reset_link: self.link("/forgot-password"),
            }
        } else {
            Template::VerifyCode { code: code.expose().to_owned(), minutes: CODE_MINUTES }
        }
    }

    /// Sends another code for a registration; the one before is of no use any more.
    pub(crate) async fn send_code_again(&self, token: &str) -> Result<(), AccountError> {
        let gone = AccountError::Expired("The registration");
        let Ok(token) = Token::parse(TokenKind::Registration, token) else { return Err(gone) };
        let (hash, now) = (*token.hash().as_bytes(), self.now());
        let mut tx = self.db.writer().await?;
        let Some(found) = store::registration::find(&mut tx, &hash, now).await? else {
            return Err(gone);
        };
        let email = self.open_email(&found.email_sealed)?;
        self.count_code(&mut tx, &email).await?;
        let code = draw_code(&self.chance);
        let code_hash = hash_code(&self.keys, &email, &code);
        store::registration::new_code(&mut tx, &hash, &code_hash, now.plus(CODE_TIME)).await?;
        let template = self.sign_up_mail(found.password_hash.is_empty(), &code);
        let installation = WorkspaceId::INSTALLATION;
        self.mail_to(&mut tx, installation, email.as_str(), Some(&found.name), template).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Counts a code to an address, whoever asks for it.
    async fn count_code(&self, tx: &mut Tx, email: &EmailAddress) -> Result<(), AccountError> {
        self.count_mail(tx, "sign-up code", email, CODES_PER_HOUR, HOUR).await
    }

    /// Ends: with the code, the account and its first workspace are made, and a session is opened.
    pub(crate) async fn finish_sign_up(
        &self,
        token: &str,
        code: &Secret,
        remember: bool,
        from: &Origin,
    ) -> Result<Opened, AccountError> {
        let gone = AccountError::Expired("The registration");
        let Ok(token) = Token::parse(TokenKind::Registration, token) else { return Err(gone) };
        let (hash, now) = (*token.hash().as_bytes(), self.now());
        // The try is counted before the code is looked at, and stays counted whatever comes.
        let mut tx = self.db.writer().await?;
        let may = store::registration::count_try(&mut tx, &hash, CODE_TRIES, now).await?;
        let found = store::registration::find(&mut tx, &hash, now).await?;
        tx.commit().await?;
        let found = found.ok_or(gone)?;
        let email = self.open_email(&found.email_sealed)?;
        let stored: [u8; 32] = found.code_hash.as_slice().try_into().unwrap_or_default();
        let right = is_code(&self.keys, &email, code, &stored);
        let open = may && now < found.code_expires_at && !found.password_hash.is_empty();
        if !right || !open {
            let entry = Entry::new(WorkspaceId::INSTALLATION, Actor::Nobody, "account.verified");
            self.audit_alone(from, entry.of(masked(&email)).refused()).await?;
            return Err(AccountError::WrongCode);
        }
        let mut tx = self.db.writer().await?;
        if !store::registration::take(&mut tx, &hash).await? {
            return Err(AccountError::Expired("The registration"));
        }
        let person = self
            .add_person(&mut tx, &email, &found.name, Some(found.password_hash), false)
            .await?
            .ok_or(AccountError::Conflict("This address has an account; sign in."))?;
        self.make_first_workspace(&mut tx, &person, &found.workspace_name, from).await?;
        let by = SignedBy { means: "password", remember };
        let opened = self.open_session(&mut tx, &person, from, by).await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// Adds somebody; none where the address has an account.
    pub(crate) async fn add_person(
        &self,
        tx: &mut Tx,
        email: &EmailAddress,
        name: &str,
        password_hash: Option<String>,
        superadmin: bool,
    ) -> Result<Option<Person>, AccountError> {
        let id = UserId::from(self.ids.uuid());
        // With other keys of the ring it may be there under another index.
        tx.one_at_a_time(&format!("account of {}", email.as_str())).await?;
        if store::person::by_email_in(tx, &self.email_indexes(email)).await?.is_some() {
            return Ok(None);
        }
        let new = NewPerson {
            id,
            email_sealed: self.seal_email(email),
            email_index: self.email_index(email),
            name,
            password_hash,
            superadmin,
        };
        if !store::person::add(tx, new, self.now()).await? {
            return Ok(None);
        }
        Ok(store::person::get_in(tx, id).await?)
    }

    /// The workspace that somebody begins with; they own it.
    pub(crate) async fn make_first_workspace(
        &self,
        tx: &mut Tx,
        person: &Person,
        name: &str,
        from: &Origin,
    ) -> Result<WorkspaceId, AccountError> {
        let own = format!("{}'s workspace", person.name);
        let name = if name.is_empty() { own.as_str() } else { name };
        self.make_workspace(tx, person.id, name, from).await
    }

    /// A workspace of which `person` is the owner.
    pub(crate) async fn make_workspace(
        &self,
        tx: &mut Tx,
        person: UserId,
        name: &str,
        from: &Origin,
    ) -> Result<WorkspaceId, AccountError> {
        let id = WorkspaceId::from(self.ids.uuid());
        let now = self.now();
        store::workspace::add(tx, id, name, self.settings.tier.as_str(), now).await?;
        store::member::add(tx, id, person, Role::Owner, now).await?;
        let entry = Entry::new(id, Actor::Person(person), "workspace.created").of(id);
        self.audit(tx, from, entry.with(json!({ "name": name }))).await?;
        self.workspace_made(tx, id).await?;
        Ok(id)
    }
}
