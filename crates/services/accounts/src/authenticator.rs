//! Setting up the second factor: an authenticator app and the recovery codes that go with it.

use captely_platform::db::Tx;
use captely_platform::http::SignedIn;
use captely_platform::secrets::Secret;

use crate::audit::Entry;
use crate::error::AccountError;
use crate::ids::UserId;
use crate::model::Origin;
use crate::recovery::{RECOVERY_CODES, draw_recovery_codes, hash_recovery_code};
use crate::service::Accounts;
use crate::store;
use crate::totp::TotpSecret;

const IS_ON: AccountError = AccountError::Conflict(
    "An authenticator app is set up already; take it away before you set up another.",
);

/// What an authenticator app needs; it is shown once.
#[derive(Debug, Clone)]
pub(crate) struct AppOffer {
    /// In base 32, for those who type it in.
    pub(crate) secret: Secret,
    /// `otpauth://…`, for a QR code.
    pub(crate) url: Secret,
}

/// What stands between the first factor of somebody and their session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FactorStatus {
    pub(crate) totp: bool,
    pub(crate) recovery_codes_left: usize,
    pub(crate) passkeys: usize,
}

impl Accounts {
    /// Draws a secret for an app. It changes nothing until [`Self::confirm_totp`]; one that was drawn
    /// before and not confirmed is of no use any more.
    pub(crate) async fn begin_totp(&self, who: &SignedIn) -> Result<AppOffer, AccountError> {
        self.check_fresh(who)?;
        let person = self.person(who.user).await?;
        let email = self.open_email(&person.email_sealed)?;
        let secret = TotpSecret::draw(&self.chance);
        let mut tx = self.db.writer().await?;
        if !store::second_factor::begin(&mut tx, who.user, &self.seal_totp(&secret)).await? {
            return Err(IS_ON);
        }
        tx.commit().await?;
        Ok(AppOffer { secret: secret.base32().into(), url: secret.url(&email).into() })
    }

    /// Turns the second factor on with the app's first code, which is then taken. Tries count as at
    /// signing in: the recovery codes are worth guessing for.
    pub(crate) async fn confirm_totp(
        &self,
        who: &SignedIn,
        code: &Secret,
        from: &Origin,
    ) -> Result<[Secret; RECOVERY_CODES], AccountError> {
        self.check_fresh(who)?;
        let person = self.person(who.user).await?;
        self.count_factor_try(who.user).await?;
        let mut tx = self.db.writer().await?;
        let kept = store::second_factor::secret(&mut tx, who.user).await?;
        let kept = kept.ok_or(AccountError::NotFound("authenticator app"))?;
        if kept.on {
            return Err(IS_ON);
        }
        let secret = self.open_totp(&kept.secret_sealed)?;
        let step =
            secret.verify(code.expose(), self.now()).ok_or(AccountError::WrongSecondFactor)?;
        let (user, sealed) = (who.user, kept.secret_sealed.as_str());
        if !store::second_factor::turn_on(&mut tx, user, sealed, step, self.now()).await? {
            return Err(IS_ON);
        }
        let codes = self.replace_recovery_codes(&mut tx, user).await?;
        store::tally::clear(&mut tx, &self.factor_key(user)).await?;
        self.tell_of_factor(&mut tx, &person, "An authenticator app was added").await?;
        self.audit(&mut tx, from, Entry::own(user, "second_factor.enabled")).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Turns the second factor off, and its recovery codes with it.
    pub(crate) async fn remove_totp(
        &self,
        who: &SignedIn,
        from: &Origin,
    ) -> Result<(), AccountError> {
        self.check_fresh(who)?;
        let person = self.person(who.user).await?;
        let mut tx = self.db.writer().await?;
        if !store::second_factor::remove(&mut tx, who.user).await? {
            return Err(AccountError::NotFound("authenticator app"));
        }
        self.tell_of_factor(&mut tx, &person, "The authenticator app was taken away").await?;
        self.audit(&mut tx, from, Entry::own(who.user, "second_factor.disabled")).await?;
        Ok(tx.commit().await?)
    }

    /// Ten new recovery codes; those before are of no use any more.
    pub(crate) async fn new_recovery_codes(
        &self,
        who: &SignedIn,
        from: &Origin,
    ) -> Result<[Secret; RECOVERY_CODES], AccountError> {
        self.check_fresh(who)?;
        let person = self.person(who.user).await?;
        let mut tx = self.db.writer().await?;
        if !store::second_factor::hold(&mut tx, who.user).await? {
            return Err(AccountError::Conflict(
                "There is no second factor; set up an authenticator app first.",
            ));
        }
        let codes = self.replace_recovery_codes(&mut tx, who.user).await?;
        self.tell_of_factor(&mut tx, &person, "The recovery codes were replaced").await?;
        self.audit(&mut tx, from, Entry::own(who.user, "recovery_codes.replaced")).await?;
        tx.commit().await?;
        Ok(codes)
    }

    async fn replace_recovery_codes(
        &self,
        tx: &mut Tx,
        user: UserId,
    ) -> Result<[Secret; RECOVERY_CODES], AccountError> {
        let codes = draw_recovery_codes(&self.chance);
        let hashes: Vec<_> =
            codes.iter().map(|code| hash_recovery_code(&self.keys, user, code)).collect();
        store::second_factor::replace_codes(tx, user, &hashes).await?;
        Ok(codes)
    }

    /// What is on.
    pub(crate) async fn second_factor(&self, user: UserId) -> Result<FactorStatus, AccountError> {
        let mut tx = self.db.reader().await?;
        let kept = store::second_factor::secret(&mut tx, user).await?;
        Ok(FactorStatus {
            totp: kept.is_some_and(|kept| kept.on),
            recovery_codes_left: store::second_factor::codes(&mut tx, user).await?.len(),
            passkeys: store::passkey::count(&mut tx, user).await?,
        })
    }
}
