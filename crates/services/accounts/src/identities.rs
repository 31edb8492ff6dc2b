//! Accounts elsewhere and whose they are here.
//!
//! An account elsewhere is known by provider and subject. The first time, it is linked to the account
//! here that has its address, where the provider vouches that the address is this person's own. That is
//! sound because nobody can have waited here for them (pre-hijacking, Sudhodanan and Paverd, USENIX
//! Security 2022): accounts are only made after their address was shown to be one's own, by a code, by a
//! link, or by a provider. Two are not linked so: that of whoever set the installation up, whose address
//! was believed unseen; and one that is linked to another account at the same provider, since then the
//! address has passed to somebody else.

use captely_contact::EmailAddress;
use captely_platform::db::{DbError, Tx};
use captely_platform::http::SignedIn as Who;
use serde_json::json;

use crate::audit::Entry;
use crate::elsewhere::WayEnd;
use crate::error::AccountError;
use crate::ids::{SessionId, UserId};
use crate::model::{Origin, Person};
use crate::oidc::{ProviderName, SignedIn};
use crate::service::Accounts;
use crate::session::SignedBy;
use crate::store;
use crate::store::identity::OutsideIdentity;

const TAKEN: AccountError = AccountError::Conflict(
    "This account is linked to somebody else here, or you have linked another one of this provider.",
);

impl Accounts {
    /// Signs in whoever `there` is, making an account or a link where there is none.
    pub(crate) async fn sign_in_elsewhere(
        &self,
        there: &SignedIn,
        remember: bool,
        from: &Origin,
    ) -> Result<WayEnd, AccountError> {
        let mut tx = self.db.writer().await?;
        self.hold_subject(&mut tx, there).await?;
        let person = match self.owner_of(&mut tx, there).await? {
            Some(person) => person,
            None => self.person_for(&mut tx, there, from).await?,
        };
        if person.disabled {
            return Err(AccountError::Disabled);
        }
        let word = there.provider.word();
        store::identity::used(&mut tx, person.id, word, self.now()).await?;
        let challenge = self.second_factor_challenge(&mut tx, &person, remember).await?;
        let end = if let Some(challenge) = challenge {
            WayEnd::SecondFactor(challenge)
        } else {
            let by = SignedBy { means: word, remember };
            WayEnd::Opened(Box::new(self.open_session(&mut tx, &person, from, by).await?))
        };
        tx.commit().await?;
        Ok(end)
    }

    /// With other keys of the ring a subject may be there under another index: one at a time.
    async fn hold_subject(&self, tx: &mut Tx, there: &SignedIn) -> Result<(), DbError> {
        tx.one_at_a_time(&format!("account {} at {}", there.subject, there.provider.word())).await
    }

    async fn owner_of(&self, tx: &mut Tx, there: &SignedIn) -> Result<Option<Person>, DbError> {
        let indexes = self.subject_indexes(there);
        match store::identity::owner(tx, there.provider.word(), &indexes).await? {
            Some(user) => store::person::get_in(tx, user).await,
            None => Ok(None),
        }
    }

    /// The person that an account elsewhere belongs to from now on.
    async fn person_for(
        &self,
        tx: &mut Tx,
        there: &SignedIn,
        from: &Origin,
    ) -> Result<Person, AccountError> {
        let email = there.email.as_deref().filter(|_email| there.email_verified_owner);
        let email: Option<EmailAddress> = email.and_then(|email| email.parse().ok());
        let email = email.ok_or(AccountError::EmailUnverified(there.provider))?;
        let known = store::person::by_email_in(tx, &self.email_indexes(&email)).await?;
        let person = match known {
            Some(person) if person.disabled => return Err(AccountError::Disabled),
            Some(person) if person.superadmin => {
                return Err(AccountError::LinkFirst(there.provider));
            }
            Some(person) => person,
            None => self.sign_up_elsewhere(tx, there, &email, from).await?,
        };
        if !self.add_identity(tx, there, &person, from).await? {
            return Err(AccountError::LinkFirst(there.provider));
        }
        Ok(person)
    }

    /// The rules of signing up hold here too; only the code is left out.
    async fn sign_up_elsewhere(
        &self,
        tx: &mut Tx,
        there: &SignedIn,
        email: &EmailAddress,
        from: &Origin,
    ) -> Result<Person, AccountError> {
        if !self.settings.sign_up_open {
            return Err(AccountError::SignUpClosed);
        }
        self.settings.policy.check(email).map_err(AccountError::NotAdmitted)?;
        let name = there.name.as_deref().unwrap_or_else(|| email.local());
        let name: String = name.chars().take(NAME_CHARS_MAX).collect();
        let person = self.add_person(tx, email, &name, None, false).await?;
        let person = person.ok_or(AccountError::LinkFirst(there.provider))?;
        self.make_first_workspace(tx, &person, "", from).await?;
        Ok(person)
    }

    /// False where the account is somebody's already, or they have another at this provider.
    async fn add_identity(
        &self,
        tx: &mut Tx,
        there: &SignedIn,
        person: &Person,
        from: &Origin,
    ) -> Result<bool, AccountError> {
        let (word, index) = (there.provider.word(), self.subject_index(there));
        if !store::identity::add(tx, word, &index, person.id, self.now()).await? {
            return Ok(false);
        }
        let change = format!("Sign-in with {} was added", there.provider);
        self.tell_of_factor(tx, person, change).await?;
        let entry = Entry::own(person.id, "identity.linked").with(json!({ "provider": word }));
        self.audit(tx, from, entry).await?;
        Ok(true)
    }

    /// Links an account elsewhere to that of `user`, who began it in `session`.
    pub(crate) async fn link_identity(
        &self,
        there: &SignedIn,
        user: UserId,
        session: SessionId,
        from: &Origin,
    ) -> Result<WayEnd, AccountError> {
        let open = store::access::of_session(&self.db, session, user, None, self.now()).await?;
        if open.is_none() {
            return Err(AccountError::Expired("The session"));
        }
        let person = self.person(user).await?;
        let mut tx = self.db.writer().await?;
        self.hold_subject(&mut tx, there).await?;
        match self.owner_of(&mut tx, there).await? {
            Some(owner) if owner.id == user => return Ok(WayEnd::Linked),
            Some(_other) => return Err(TAKEN),
            None => {}
        }
        if !self.add_identity(&mut tx, there, &person, from).await? {
            return Err(TAKEN);
        }
        tx.commit().await?;
        Ok(WayEnd::Linked)
    }

    /// The accounts elsewhere of somebody.
    pub(crate) async fn identities(&self, user: UserId) -> Result<Vec<OutsideIdentity>, DbError> {
        store::identity::of_person(&self.db, user).await
    }

    /// Takes the link to a provider away, unless it is the last way in.
    pub(crate) async fn unlink(
        &self,
        who: &Who,
        provider: ProviderName,
        from: &Origin,
    ) -> Result<(), AccountError> {
        self.check_fresh(who)?;
        let mut tx = self.db.writer().await?;
        self.hold_ways_in(&mut tx, who.user).await?;
        if !store::identity::remove(&mut tx, who.user, provider.word()).await? {
            return Err(AccountError::NotFound("account elsewhere"));
        }
        let person = self.check_way_in(&mut tx, who.user).await?;
        let change = format!("Sign-in with {provider} was taken away");
        self.tell_of_factor(&mut tx, &person, change).await?;
        let detail = json!({ "provider": provider.word() });
        let entry = Entry::own(who.user, "identity.unlinked").with(detail);
        self.audit(&mut tx, from, entry).await?;
        Ok(tx.commit().await?)
    }
}

/// As long as a name may be where people type theirs.
const NAME_CHARS_MAX: usize = 100;
