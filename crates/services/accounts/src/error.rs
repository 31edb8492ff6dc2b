use std::time::Duration;

use captely_platform::access::Role;
use captely_platform::db::DbError;
use captely_platform::http::{Code, Problem, codes};
use captely_platform::problem_codes;

use crate::access_token::AccessKeyError;
use crate::oidc::{OidcError, ProviderName};
use crate::passkey::PasskeyError;
use crate::password::{PasswordError, PasswordFault, RETRY_AFTER_S};
use crate::sign_up_policy::SignUpRefusal;

problem_codes! {
    WRONG_PASSWORD = 401, "wrong_credentials", "The address or the password is wrong.",
        "Check both. Whether the address has an account is not told. A forgotten password is set anew through POST /api/auth/forgot-password.";
    WRONG_CODE = 422, "wrong_code", "The code is not right.",
        "Codes are valid for a short time and few tries. Ask for a new one.";
    SECOND_FACTOR = 401, "second_factor_wrong", "The second factor is not right.",
        "Type the code that the app shows now, or a recovery code that was not used yet.";
    EXPIRED = 410, "expired", "It has run out or was used.",
        "Links and challenges are good once and for a while. Ask for a new one.";
    TOO_MANY_TRIES = 429, "too_many_tries", "Too many tries for this account.",
        "Wait for as many seconds as Retry-After says.";
    NOT_A_MEMBER = 403, "not_for_you", "It was meant for somebody else.",
        "Sign in with the address that it was sent to.";
    SET_UP = 409, "already_set_up", "This installation is set up.",
        "Sign in, or ask whoever runs it for an invitation.";
    SIGN_UP_CLOSED = 403, "sign_up_closed", "New accounts are by invitation only.",
        "Ask a member of the workspace for an invitation.";
    LAST_OWNER = 409, "last_owner", "A workspace has one owner at least.",
        "Make somebody else owner first, at POST /api/workspaces/current/transfer.";
    LAST_WAY_IN = 409, "last_way_in", "It is the last way to sign in.",
        "Set a password through POST /api/auth/forgot-password, or add a passkey, before you take this one away.";
    PASSKEYS_OFF = 409, "passkeys_unavailable", "This installation has no passkeys.",
        "Browsers offer them on sites with a name and https only (or on localhost). Whoever runs this installation sets its public URL so.";
    PASSKEY_REFUSED = 401, "passkey_refused", "The passkey was not accepted.",
        "Start again. Where it was removed from the account, sign in another way.";
    OIDC_REFUSED = 401, "oidc_refused", "The sign-in elsewhere did not succeed.",
        "Start again, in the same browser and without waiting long. The detail says why.";
    OIDC_CANCELLED = 409, "oidc_cancelled", "The sign-in elsewhere was cancelled.",
        "Nothing was changed. Start again, or sign in another way.";
    OIDC_UNAVAILABLE = 503, "oidc_unavailable", "The sign-in elsewhere does not work now.",
        "Sign in another way, or try again in a few minutes. Where the detail speaks of this server, whoever runs it must mend it.";
    EMAIL_UNVERIFIED = 403, "email_not_verified", "The provider does not vouch for the address.",
        "Sign up with the address and a password, then link the account in the settings.";
    NOT_ADMITTED = 403, "address_not_admitted", "This address may not sign up here.",
        "Use your address at work: throw-away and, mostly, personal addresses are refused.";
    LINK_FIRST = 409, "link_first", "There is an account that is not linked to this one.",
        "Sign in as before, then link the account in the settings, at POST /api/auth/identities/{provider}.";
    DISABLED = 403, "account_disabled", "This account is switched off.",
        "Ask whoever runs this installation.";
}

/// The codes of problems that this service adds.
pub const CODES: &[&Code] = ALL;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Address or password, not told which.
    #[error("the address or the password is wrong")]
    WrongPassword,
    /// The present password, of somebody who is signed in.
    #[error("the present password is wrong")]
    WrongPresentPassword,
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
    Password(PasswordError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// An idempotency key that stands for another request.
    #[error(transparent)]
    Once(captely_platform::http::OnceError),
    /// What should not happen.
    #[error("{0}")]
    Internal(
        /// For the log.
        String,
    ),
}

impl From<PasswordError> for AccountError {
    fn from(error: PasswordError) -> Self {
        Self::Password(error)
    }
}

impl From<AccessKeyError> for AccountError {
    fn from(error: AccessKeyError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<captely_platform::http::OnceError> for AccountError {
    fn from(error: captely_platform::http::OnceError) -> Self {
        Self::Once(error)
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        use AccountError as E;
        match error {
            E::WrongPassword => {
                Self::new(&WRONG_PASSWORD, "The address or the password is wrong.")
            }
            E::WrongPresentPassword => {
                Self::new(&WRONG_PASSWORD, "Your present password is another one.").at("password")
            }
            E::TooManyTries { wait } => {
                Self::new(&TOO_MANY_TRIES, "There were too many wrong tries for this account.")
                    .retry_after(wait)
            }
            E::WrongCode => {
                Self::new(&WRONG_CODE, "The code is wrong, has run out, or was tried too often.")
                    .at("code")
            }
            E::WrongSecondFactor => Self::new(&SECOND_FACTOR, "The code is not right.").at("code"),
            E::Expired(what) => Self::new(&EXPIRED, format!("{what} has run out or was used.")),
            E::BadRefresh => Self::new(
                &codes::UNAUTHENTICATED,
                "The refresh token is not valid any more; sign in again.",
            ),
            E::TooManyMails { wait } => {
                Self::new(&codes::RATE_LIMITED, "Too many mails were asked for in a short time.")
                    .retry_after(wait)
            }
            E::Refused(why) => Self::invalid("email", capital(&why.to_string())),
            E::WeakPassword(why) => Self::invalid("password", format!("The password {why}.")),
            E::SignUpClosed => Self::new(&SIGN_UP_CLOSED, "New accounts are by invitation only."),
            E::SetUp => Self::new(&SET_UP, "This installation is set up already; sign in."),
            E::WrongSetUpToken => Self::new(
                &codes::FORBIDDEN,
                "Setting up needs the token that the server printed at its start, unless it is done \
                 on the same machine.",
            )
            .at("token"),
            E::NotFound(what) => Self::not_found(what),
            E::NotForYou => Self::new(&NOT_A_MEMBER, "It was sent to another address."),
            E::Conflict(what) => Self::new(&codes::CONFLICT, what),
            E::LastOwner => Self::new(&LAST_OWNER, "You are the only owner of this workspace."),
            E::LastWayIn => Self::new(
                &LAST_WAY_IN,
                "This is the only way you can sign in; set a password or add another way first.",
            ),
            E::NoPasskeysHere => Self::new(
                &PASSKEYS_OFF,
                "Passkeys need https and a host name, which this installation's public URL lacks.",
            ),
            E::Passkey(why) => passkey_problem(&why),
            E::Oidc(why) => oidc_problem(&why),
            E::EmailUnverified(provider) => Self::new(
                &EMAIL_UNVERIFIED,
                format!("{provider} does not vouch that the address is yours; sign up with a password."),
            ),
            E::NotAdmitted(why) => {
                Self::new(&NOT_ADMITTED, format!("The address {why}."))
            }
            E::LinkFirst(provider) => Self::new(
                &LINK_FIRST,
                format!(
                    "There is an account with this address that is not linked to this one at {provider}; \
                     sign in as before and link it in the settings."
                ),
            ),
            E::Disabled => Self::new(&DISABLED, "This account is switched off."),
            E::AboveYou(role) => Self::new(
                &codes::FORBIDDEN,
                format!("Only an owner gives, changes or takes the role {role}."),
            ),
            E::ConfirmFirst => Self::new(
                &codes::CONFIRM,
                "Confirm who you are at POST /api/auth/confirm, then repeat this.",
            ),
            E::Invalid(field, why) => Self::invalid(field, why),
            E::Password(PasswordError::Busy | PasswordError::Stopping) => {
                Self::new(&codes::BUSY, "Too many people sign in at this moment.")
                    .retry_after(Duration::from_secs(RETRY_AFTER_S.into()))
            }
            E::Password(why) => Self::internal(&why),
            E::Db(why) => why.into(),
            E::Once(why) => why.into(),
            E::Internal(why) => {
                Self::new(&codes::INTERNAL, "Something broke on our side.").because(why)
            }
        }
    }
}

fn passkey_problem(why: &PasskeyError) -> Problem {
    let sentence = capital(&why.to_string());
    match why {
        PasskeyError::TooMany => Problem::new(&codes::CONFLICT, sentence),
        PasskeyError::None | PasskeyError::Copied => Problem::new(&PASSKEY_REFUSED, sentence),
        PasskeyError::Refused(cause) => {
            Problem::new(&PASSKEY_REFUSED, sentence).because(cause.to_string())
        }
    }
}

fn oidc_problem(why: &OidcError) -> Problem {
    let sentence = capital(&why.to_string());
    let code = match why {
        OidcError::ReturnTo => return Problem::invalid("return_to", sentence),
        OidcError::Cancelled(_) => &OIDC_CANCELLED,
        OidcError::Expired => &EXPIRED,
        OidcError::Mismatched
        | OidcError::Incomplete(_)
        | OidcError::CodeRefused(_)
        | OidcError::Refused { .. }
        | OidcError::Untrusted { .. } => &OIDC_REFUSED,
        OidcError::Misconfigured { .. }
        | OidcError::Unreachable { .. }
        | OidcError::ClockSkew { .. } => &OIDC_UNAVAILABLE,
    };
    Problem::new(code, sentence)
}

/// As a sentence of its own.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
