//! What a caller is told of an error.

use std::time::Duration;

use captely_platform::http::{Problem, codes};

use super::{AccountError, codes as own};
use crate::oidc::OidcError;
use crate::passkey::PasskeyError;
use crate::password::{PasswordError, RETRY_AFTER_S};

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        use AccountError as E;
        match error {
            E::WrongPassword => {
                Self::new(&own::WRONG_PASSWORD, "The address or the password is wrong.")
            }
            E::WrongPresentPassword => {
                Self::new(&own::WRONG_PASSWORD, "Your present password is another one.")
                    .at("password")
            }
            E::ChangedMeanwhile => {
                Self::new(&codes::CONFLICT, "Your account was changed at this moment; try again.")
            }
            E::TooManyTries { wait } => {
                Self::new(&own::TOO_MANY_TRIES, "There were too many wrong tries for this account.")
                    .retry_after(wait)
            }
            E::WrongCode => {
                Self::new(&own::WRONG_CODE, "The code is wrong, has run out, or was tried too often.")
                    .at("code")
            }
            E::WrongSecondFactor => {
                Self::new(&own::SECOND_FACTOR, "The code is not right.").at("code")
            }
            E::Expired(what) => Self::new(&own::EXPIRED, format!("{what} has run out or was used.")),
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
            E::SignUpClosed => {
                Self::new(&own::SIGN_UP_CLOSED, "New accounts are by invitation only.")
            }
            E::SetUp => Self::new(&own::SET_UP, "This installation is set up already; sign in."),
            E::WrongSetUpToken => Self::new(
                &codes::FORBIDDEN,
                "Setting up needs the token that the server printed at its start, unless it is done \
                 on the same machine, at localhost and through no proxy.",
            )
            .at("token"),
            E::NotFound(what) => Self::not_found(what),
            E::NotForYou => Self::new(&own::NOT_A_MEMBER, "It was sent to another address."),
            E::NotInPlan(what) => Self::new(&codes::NOT_IN_PLAN, what),
            E::Conflict(what) => Self::new(&codes::CONFLICT, what),
            E::LastOwner => Self::new(&own::LAST_OWNER, "You are the only owner of this workspace."),
            E::LastWayIn => Self::new(
                &own::LAST_WAY_IN,
                "This is the only way you can sign in; set a password or add another way first.",
            ),
            E::NoPasskeysHere => Self::new(
                &own::PASSKEYS_OFF,
                "Passkeys need https and a host name, which this installation's public URL lacks.",
            ),
            E::Passkey(why) => passkey_problem(&why),
            E::Oidc(why) => oidc_problem(&why),
            E::EmailUnverified(provider) => Self::new(
                &own::EMAIL_UNVERIFIED,
                format!("{provider} does not vouch that the address is yours; sign up with a password."),
            ),
            E::NotAdmitted(why) => {
                Self::new(&own::NOT_ADMITTED, format!("The address {why}."))
            }
            E::LinkFirst(provider) => Self::new(
                &own::LINK_FIRST,
                format!(
                    "There is an account with this address that is not linked to this one at {provider}; \
                     sign in as before and link it in the settings."
                ),
            ),
            E::Disabled => Self::new(&own::DISABLED, "This account is switched off."),
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
        PasskeyError::None | PasskeyError::Copied => Problem::new(&own::PASSKEY_REFUSED, sentence),
        PasskeyError::Refused(cause) => {
            Problem::new(&own::PASSKEY_REFUSED, sentence).because(cause.to_string())
        }
    }
}

fn oidc_problem(why: &OidcError) -> Problem {
    let sentence = capital(&why.to_string());
    let code = match why {
        OidcError::ReturnTo => return Problem::invalid("return_to", sentence),
        OidcError::Cancelled(_) => &own::OIDC_CANCELLED,
        OidcError::Mismatched
        | OidcError::Incomplete(_)
        | OidcError::CodeRefused(_)
        | OidcError::Refused { .. }
        | OidcError::Untrusted { .. } => &own::OIDC_REFUSED,
        OidcError::Misconfigured { .. }
        | OidcError::Unreachable { .. }
        | OidcError::ClockSkew { .. } => &own::OIDC_UNAVAILABLE,
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
