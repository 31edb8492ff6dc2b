use std::fmt;
use std::time::Duration;

use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a mail says, and with which data. Its texts are `templates/mail/NAME.html` and `NAME.txt`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", content = "data", rename_all = "snake_case")]
pub enum Template {
    /// Whoever signs up shows that the address is theirs.
    VerifyCode {
        /// Six digits.
        code: String,
        /// How long it is valid.
        minutes: u32,
    },
    /// Somebody forgot their password.
    ResetPassword {
        /// Where to choose a new one.
        link: String,
        /// How long it is valid.
        minutes: u32,
    },
    /// Somebody is asked into a workspace.
    Invitation {
        /// The workspace's name.
        workspace: String,
        /// Who invites.
        inviter: String,
        /// What they are to be there.
        role: String,
        /// Where to accept.
        link: String,
        /// How long it is valid.
        days: u32,
    },
    /// A session was opened on a device that was never seen before.
    NewDevice {
        /// The moment, for people: see [`moment`].
        when: String,
        /// The network address it came from.
        address: String,
        /// The browser in words.
        browser: String,
    },
    /// The password is another one.
    PasswordChanged {
        /// The moment, for people: see [`moment`].
        when: String,
    },
    /// Somebody tried to sign up with an address that has an account.
    EmailInUse {
        /// Where to sign in.
        sign_in_link: String,
        /// Where to ask for a new password.
        reset_link: String,
    },
    /// The second factor was set up, taken away or changed.
    TwoFactorChanged {
        /// What was done, as a phrase: `An authenticator app was added`.
        change: String,
        /// The moment, for people: see [`moment`].
        when: String,
    },
    /// An invoice was issued and waits for its payment.
    InvoiceIssued {
        /// Whose: the workspace's name.
        workspace: String,
        /// Its number.
        number: String,
        /// What is to pay, with the currency.
        total: String,
        /// Until when, for people: see [`moment`].
        due: String,
        /// How it is paid; may be empty.
        terms: String,
        /// Where to see it.
        link: String,
    },
    /// A payment is missing.
    PaymentReminder {
        /// Whose: the workspace's name.
        workspace: String,
        /// The number of the invoice; empty where it has none.
        number: String,
        /// What is to pay, with the currency.
        total: String,
        /// Where to see it.
        link: String,
    },
    /// A payment came.
    Receipt {
        /// Whose: the workspace's name.
        workspace: String,
        /// The number of the invoice.
        number: String,
        /// What was paid, with the currency.
        total: String,
        /// What for, in a few words.
        what: String,
        /// Where to see the invoice.
        link: String,
    },
}

/// A moment in words: `22 November 2026, 03:41 UTC`. Whoever gets a mail may be anywhere, so the zone
/// stands beside it.
pub fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.as_micros()).map_or_else(
        |_out_of_range| at.to_string(),
        |at| at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
    )
}

/// After that nobody tries any more to send a mail. Below the 24 hours that Resend remembers an
/// `Idempotency-Key`, so that no repeat can be taken for a new mail.
const USEFUL_FOR_MAX: Duration = Duration::from_hours(20);

impl Template {
    /// The name of its files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::VerifyCode { .. } => "verify_code",
            Self::ResetPassword { .. } => "reset_password",
            Self::Invitation { .. } => "invitation",
            Self::NewDevice { .. } => "new_device",
            Self::PasswordChanged { .. } => "password_changed",
            Self::EmailInUse { .. } => "email_in_use",
            Self::TwoFactorChanged { .. } => "two_factor_changed",
            Self::InvoiceIssued { .. } => "invoice_issued",
            Self::PaymentReminder { .. } => "payment_reminder",
            Self::Receipt { .. } => "receipt",
        }
    }

    /// How long after it was queued it is worth sending: a code that has run out is not.
    pub fn useful_for(&self) -> Duration {
        match self {
            Self::VerifyCode { minutes, .. } | Self::ResetPassword { minutes, .. } => {
                Duration::from_secs(u64::from(*minutes) * 60).min(USEFUL_FOR_MAX)
            }
            _ => USEFUL_FOR_MAX,
        }
    }

    /// Its data by the names that the texts use.
    pub(super) fn data(&self) -> Value {
        let mut whole = serde_json::to_value(self).unwrap_or_default();
        whole.get_mut("data").map(Value::take).unwrap_or_default()
    }
}

/// Its name only: the data are codes and links.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_words() {
        assert_eq!(moment(Timestamp::micros(1_793_588_669_000_000)), "2 November 2026, 03:04 UTC");
    }
}
