//! Signing in by passkey, and showing by one who one is. The device has checked who holds it, so that
//! a passkey stands for the password and the second factor (NIST SP 800-63B-4 §2.2.1).

use captely_platform::http::SignedIn;
use captely_platform::ids::WorkspaceId;
use serde_json::json;

use crate::audit::{Actor, Entry};
use crate::challenge::ChallengeKind;
use crate::error::AccountError;
use crate::ids::UserId;
use crate::model::{Opened, Origin};
use crate::passkey::{
    DiscoverableAuthentication, PasskeyAuthentication, PasskeyError, PublicKeyCredential,
    RequestChallengeResponse, StoredPasskey,
};
use crate::passkeys::InSession;
use crate::service::Accounts;
use crate::session::SignedBy;
use crate::store;
use crate::store::passkey::PasskeyRow;

impl Accounts {
    /// Begins to sign in somebody who has not said who they are.
    pub(crate) async fn start_passkey_sign_in(
        &self,
    ) -> Result<(String, RequestChallengeResponse), AccountError> {
        let (options, ceremony) = self.ceremonies()?.start_sign_in()?;
        let mut tx = self.db.writer().await?;
        let kind = ChallengeKind::PasskeySignIn;
        let token = self.begin_challenge(&mut tx, kind, None, &ceremony).await?;
        tx.commit().await?;
        Ok((token.expose().to_owned(), options))
    }

    /// Signs in whoever's passkey answered.
    pub(crate) async fn finish_passkey_sign_in(
        &self,
        token: &str,
        answer: &PublicKeyCredential,
        remember: bool,
        from: &Origin,
    ) -> Result<Opened, AccountError> {
        let kind = ChallengeKind::PasskeySignIn;
        let taken = self.take_challenge(kind, token).await?;
        let (_, ceremony) = taken.ok_or(AccountError::Expired("The challenge"))?;
        let (user, row, key) = match self.sign_in_key(answer, ceremony).await {
            Ok(found) => found,
            Err(AccountError::Passkey(why)) => {
                self.note_refused(from, &why).await?;
                return Err(AccountError::Passkey(why));
            }
            Err(other) => return Err(other),
        };
        let mut tx = self.db.writer().await?;
        let person = store::person::get_in(&mut tx, user).await?;
        let person = person.filter(|person| !person.disabled).ok_or(PasskeyError::None)?;
        let sealed = self.seal_passkey(&key)?;
        if !store::passkey::used(&mut tx, user, &row, &sealed, self.now()).await? {
            return Err(PasskeyError::None.into());
        }
        let by = SignedBy { means: "passkey", remember };
        let opened = self.open_session(&mut tx, &person, from, by).await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// Whose key answered, as it was stored and as it is now.
    async fn sign_in_key(
        &self,
        answer: &PublicKeyCredential,
        ceremony: DiscoverableAuthentication,
    ) -> Result<(UserId, PasskeyRow, StoredPasskey), AccountError> {
        let ceremonies = self.ceremonies()?;
        let (user, credential_id) = ceremonies.claimed_by(answer)?;
        let rows = self.own_passkeys(user).await?;
        let keys = self.open_passkeys(&rows)?;
        let mut both = rows.into_iter().zip(keys);
        let found = both.find(|(_, key)| key.credential_id() == credential_id);
        let (row, mut key) = found.ok_or(PasskeyError::None)?;
        ceremonies.finish_sign_in(answer, ceremony, &mut key)?;
        Ok((user, row, key))
    }

    async fn note_refused(&self, from: &Origin, why: &PasskeyError) -> Result<(), AccountError> {
        let entry =
            Entry::new(WorkspaceId::INSTALLATION, Actor::Nobody, "session.opened").refused();
        let why = match why {
            PasskeyError::Copied => "passkey seems copied",
            _ => "wrong passkey",
        };
        Ok(self.audit_alone(from, entry.with(json!({ "why": why }))).await?)
    }

    /// Begins to take a passkey as fresh proof.
    pub(crate) async fn start_passkey_confirm(
        &self,
        who: &SignedIn,
    ) -> Result<(String, RequestChallengeResponse), AccountError> {
        let keys = self.open_passkeys(&self.own_passkeys(who.user).await?)?;
        let (options, ceremony) = self.ceremonies()?.start_authentication(&keys)?;
        let state = InSession { session: who.session, ceremony };
        let mut tx = self.db.writer().await?;
        let kind = ChallengeKind::PasskeyConfirm;
        let token = self.begin_challenge(&mut tx, kind, Some(who.user), &state).await?;
        tx.commit().await?;
        Ok((token.expose().to_owned(), options))
    }

    /// Takes a passkey as fresh proof.
    pub(crate) async fn finish_passkey_confirm(
        &self,
        who: &SignedIn,
        token: &str,
        answer: &PublicKeyCredential,
        from: &Origin,
    ) -> Result<(), AccountError> {
        let ceremony: PasskeyAuthentication =
            self.take_in_session(ChallengeKind::PasskeyConfirm, token, who).await?;
        let rows = self.own_passkeys(who.user).await?;
        let mut keys = self.open_passkeys(&rows)?;
        let used = self.ceremonies()?.finish_authentication(answer, &ceremony, &mut keys)?;
        let used = used.credential_id().to_vec();
        let mut both = rows.iter().zip(&keys);
        let found = both.find(|(_, key)| key.credential_id() == used);
        let (row, key) = found.ok_or(PasskeyError::None)?;
        let sealed = self.seal_passkey(key)?;
        let mut tx = self.db.writer().await?;
        if !store::passkey::used(&mut tx, who.user, row, &sealed, self.now()).await? {
            return Err(PasskeyError::None.into());
        }
        self.note_proof(&mut tx, who.user, who.session, from).await?;
        Ok(tx.commit().await?)
    }
}
