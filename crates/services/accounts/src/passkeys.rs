//! The passkeys of somebody who is signed in: adding, naming and taking them away.

use captely_platform::db::{DbError, Tx};
use captely_platform::http::SignedIn;
use serde::{Deserialize, Serialize};

use crate::audit::Entry;
use crate::challenge::ChallengeKind;
use crate::error::AccountError;
use crate::ids::{PasskeyId, SessionId, UserId};
use crate::model::Origin;
use crate::passkey::{
    CreationChallengeResponse, PASSKEYS_MAX, PasskeyError, PasskeyRegistration, Passkeys,
    RegisterPublicKeyCredential, StoredPasskey,
};
use crate::service::Accounts;
use crate::store;
use crate::store::passkey::{NewPasskey, PasskeyRow};

const SEAL: &str = "accounts.passkey";
const INDEX: &str = "accounts.passkey credential";

/// A ceremony of somebody signed in; it ends in the session in which it began.
#[derive(Serialize, Deserialize)]
pub(crate) struct InSession<T> {
    pub(crate) session: SessionId,
    pub(crate) ceremony: T,
}

impl Accounts {
    /// The ceremonies of this site, where its address allows any.
    pub(crate) fn ceremonies(&self) -> Result<&Passkeys, AccountError> {
        self.passkeys.as_ref().ok_or(AccountError::NoPasskeysHere)
    }

    /// Begins to add a passkey. Returns the challenge's token and what the browser needs.
    pub(crate) async fn start_adding_passkey(
        &self,
        who: &SignedIn,
    ) -> Result<(String, CreationChallengeResponse), AccountError> {
        let ceremonies = self.ceremonies()?;
        self.check_fresh(who)?;
        let person = self.person(who.user).await?;
        let email = self.open_email(&person.email_sealed)?;
        let existing = self.open_passkeys(&self.own_passkeys(who.user).await?)?;
        let (options, ceremony) =
            ceremonies.start_registration(who.user, &email, &person.name, &existing)?;
        let state = InSession { session: who.session, ceremony };
        let mut tx = self.db.writer().await?;
        let kind = ChallengeKind::AddPasskey;
        let token = self.begin_challenge(&mut tx, kind, Some(who.user), &state).await?;
        tx.commit().await?;
        Ok((token.expose().to_owned(), options))
    }

    /// Adds the passkey that the browser made.
    pub(crate) async fn finish_adding_passkey(
        &self,
        who: &SignedIn,
        token: &str,
        answer: &RegisterPublicKeyCredential,
        name: &str,
        from: &Origin,
    ) -> Result<PasskeyId, AccountError> {
        let ceremonies = self.ceremonies()?;
        let ceremony: PasskeyRegistration =
            self.take_in_session(ChallengeKind::AddPasskey, token, who).await?;
        let key = ceremonies.finish_registration(answer, &ceremony)?;
        let person = self.person(who.user).await?;
        let mut tx = self.db.writer().await?;
        let id = self.add_passkey(&mut tx, who.user, &key, name).await?;
        self.tell_of_factor(&mut tx, &person, "A passkey was added").await?;
        self.audit(&mut tx, from, Entry::own(who.user, "passkey.added").of(id)).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn add_passkey(
        &self,
        tx: &mut Tx,
        user: UserId,
        key: &StoredPasskey,
        name: &str,
    ) -> Result<PasskeyId, AccountError> {
        const TAKEN: AccountError =
            AccountError::Conflict("This passkey is in use already; choose another device.");
        self.hold_ways_in(tx, user).await?;
        if store::passkey::count(tx, user).await? >= PASSKEYS_MAX {
            return Err(PasskeyError::TooMany.into());
        }
        // With other keys of the ring it may be there under another index.
        if store::passkey::is_known(tx, &self.credential_indexes(key.credential_id())).await? {
            return Err(TAKEN);
        }
        let id = PasskeyId::from(self.ids.uuid());
        let new = NewPasskey {
            person: user,
            id,
            name,
            credential_hash: self.keys.blind_index(INDEX, key.credential_id()),
            credential_sealed: self.seal_passkey(key)?,
        };
        if store::passkey::add(tx, new, self.now()).await? { Ok(id) } else { Err(TAKEN) }
    }

    /// Ends a challenge that was begun in this very session.
    pub(crate) async fn take_in_session<T: serde::de::DeserializeOwned>(
        &self,
        kind: ChallengeKind,
        token: &str,
        who: &SignedIn,
    ) -> Result<T, AccountError> {
        let taken = self.take_challenge::<InSession<T>>(kind, token).await?;
        let own = taken
            .filter(|(person, state)| *person == Some(who.user) && state.session == who.session);
        let (_, state) = own.ok_or(AccountError::Expired("The challenge"))?;
        Ok(state.ceremony)
    }

    /// The passkeys of somebody, the oldest first.
    pub(crate) async fn own_passkeys(&self, user: UserId) -> Result<Vec<PasskeyRow>, DbError> {
        store::passkey::of_person(&self.db, user).await
    }

    /// Gives a passkey another name.
    pub(crate) async fn rename_passkey(
        &self,
        user: UserId,
        id: PasskeyId,
        name: &str,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let mut tx = self.db.writer().await?;
        if !store::passkey::rename(&mut tx, user, id, name).await? {
            return Err(AccountError::NotFound("passkey"));
        }
        self.audit(&mut tx, from, Entry::own(user, "passkey.renamed").of(id)).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a passkey away, unless it is the last way in.
    pub(crate) async fn remove_passkey(
        &self,
        who: &SignedIn,
        id: PasskeyId,
        from: &Origin,
    ) -> Result<(), AccountError> {
        self.check_fresh(who)?;
        let mut tx = self.db.writer().await?;
        self.hold_ways_in(&mut tx, who.user).await?;
        if !store::passkey::remove(&mut tx, who.user, id).await? {
            return Err(AccountError::NotFound("passkey"));
        }
        let person = self.check_way_in(&mut tx, who.user).await?;
        self.tell_of_factor(&mut tx, &person, "A passkey was taken away").await?;
        self.audit(&mut tx, from, Entry::own(who.user, "passkey.removed").of(id)).await?;
        Ok(tx.commit().await?)
    }

    /// By what a browser names a key, under each key of the ring: to look for.
    pub(crate) fn credential_indexes(&self, credential_id: &[u8]) -> Vec<[u8; 32]> {
        self.keys.blind_indexes(INDEX, credential_id)
    }

    pub(crate) fn seal_passkey(&self, key: &StoredPasskey) -> Result<String, AccountError> {
        let text = serde_json::to_vec(key)
            .map_err(|why| AccountError::Internal(format!("a passkey is no JSON: {why}")))?;
        Ok(self.keys.seal(SEAL, &text))
    }

    pub(crate) fn open_passkeys(&self, rows: &[PasskeyRow]) -> Result<Vec<StoredPasskey>, DbError> {
        let bad = |why: String| DbError::Decode(format!("a passkey: {why}"));
        let open = |row: &PasskeyRow| {
            let text = self.keys.open(SEAL, &row.credential_sealed);
            let text = text.map_err(|why| bad(why.to_string()))?;
            serde_json::from_slice(&text).map_err(|why| bad(why.to_string()))
        };
        rows.iter().map(open).collect()
    }
}
