mod codes;
mod problem;

use std::time::Duration;

use captely_platform::access::Role;
use captely_platform::db::DbError;
use captely_platform::http::{Code, OnceError};

use crate::access_token::AccessKeyError;
use crate::oidc::{OidcError, ProviderName};
use crate::passkey::PasskeyError;
use crate::password::{PasswordError, PasswordFault};
use crate::sign_up_policy::SignUpRefusal;

/// The codes of problems that this service adds.
pub const CODES: &[&Code] = codes::ALL;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Address or password, not told which.
    #[error("the address or the password is wrong")]
    WrongPassword,
    /// The present password, of somebody who is signed in.
    #[error("the present password is wrong")]
    WrongPresentPassword,
    /// The password, or whether they may sign in, while it was checked.
    #[error("the account was changed meanwhile")]
    ChangedMeanwhile,
    /// Too many tries for one account.
    #[error("too many tries")]
    TooManyTries {
        /// Until the next one.
        wait: Duration,
    },
    /// A code that was sent by mail.
    #[error("the code is wrong, has run out, or was tried too often")]
    WrongCode,
    /// A code of an app, or a recovery code.
    #[error("the second factor is wrong")]
    WrongSecondFactor,
    /// A link, a challenge or a registration.
    #[error("{0} has run out or was used")]
    Expired(
        /// A noun with its article: "The link".
        &'static str,
    ),
    /// A refresh token.
    #[error("the refresh token is not valid")]
    BadRefresh,
    /// Too many mails with codes or links to one address.
    #[error("too many mails were asked for")]
    TooManyMails {
        /// Until the next one.
        wait: Duration,
    },
    /// The address.
    #[error("{0}")]
    Refused(#[from] SignUpRefusal),
    /// The new password; the sentence goes on behind "The password".
    #[error("the password {0}")]
    WeakPassword(#[from] PasswordFault),
    /// Nobody may sign up.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// Somebody set it up already.
    #[error("this installation is set up")]
    SetUp,
    /// The set-up token, or the address from which it was tried.
    #[error("the set-up token is wrong")]
    WrongSetUpToken,
    /// Something is not there, or not theirs.
    #[error("there is no such {0}")]
    NotFound(
        /// A noun.
        &'static str,
    ),
    /// It was meant for somebody else.
    #[error("it was meant for somebody else")]
    NotForYou,
    /// The workspace's plan does not have it; a sentence.
    #[error("{0}")]
    NotInPlan(String),
    /// It is so already, or clashes.
    #[error("{0}")]
    Conflict(
        /// A sentence.
        &'static str,
    ),
    /// No owner would be left.
    #[error("a workspace has one owner at least")]
    LastOwner,
    /// No way to sign in would be left.
    #[error("it is the last way to sign in")]
    LastWayIn,
    /// The public URL allows no passkeys.
    #[error("this installation has no passkeys")]
    NoPasskeysHere,
    /// A passkey.
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    /// Signing in with Google or Apple.
    #[error(transparent)]
    Oidc(#[from] OidcError),
    /// The provider does not say that the address is theirs.
    #[error("{0} does not vouch for the address")]
    EmailUnverified(
        /// Who.
        ProviderName,
    ),
    /// The address that the provider vouches for may not sign up.
    #[error("the address {0}")]
    NotAdmitted(
        /// Why, as the end of a sentence.
        SignUpRefusal,
    ),
    /// An account is there that may not be linked without its owner.
    #[error("the account is not linked to this one at {0}")]
    LinkFirst(
        /// Where.
        ProviderName,
    ),
    /// The account is switched off.
    #[error("the account is switched off")]
    Disabled,
    /// Somebody tries to give or take what is above their own role.
    #[error("the role {0} is above yours")]
    AboveYou(
        /// Which role.
        Role,
    ),
    /// Proof of identity is too old.
    #[error("a fresh sign-in is needed")]
    ConfirmFirst,
    /// A value is not allowed.
    #[error("{0}: {1}")]
    Invalid(
        /// The field.
        &'static str,
        /// A sentence.
        String,
    ),
    /// Passwords cannot be hashed now.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// An idempotency key that stands for another request.
    #[error(transparent)]
    Once(#[from] OnceError),
    /// What should not happen.
    #[error("{0}")]
    Internal(
        /// For the log.
        String,
    ),
}

impl From<AccessKeyError> for AccountError {
    fn from(error: AccessKeyError) -> Self {
        Self::Internal(error.to_string())
    }
}
