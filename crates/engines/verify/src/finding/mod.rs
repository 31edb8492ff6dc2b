//! What a check can come to, and what each outcome is worth.

mod answered;
mod codes;
mod unasked;

use std::time::Duration;

use captely_contact::{CatchAll, EmailStatus, Safety};

#[cfg(test)]
pub(crate) use codes::CODES;
pub use codes::Code;
pub(crate) use codes::code_from_text;

use crate::address::AddressError;
use crate::dns::DnsFailure;
use crate::lists::Classes;
use crate::provider_rule::LocalRule;
use crate::smtp::{Meaning, Trouble};
use answered::{accepted, answered};
use unasked::unasked;

/// The code of an address that the workspace's own list forbids.
pub(crate) const BLOCKED: &str = "blocked_by_own_list";

/// The one fact that decides a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    BadSyntax(AddressError),
    SyntaxOk,
    /// The provider gives out no such names.
    NotGivenOut(LocalRule),
    BlockedByOwnList,
    NoSuchDomain,
    NullMx,
    NoMailHost,
    DanglingMx,
    PrivateMx,
    BadMx,
    ParkedDomain,
    DnsFailed(DnsFailure),
    DomainExists,
    MxFound,
    Disposable,
    Accepted(CatchAll),
    Refused(Meaning),
    PutOff(Meaning),
    Trouble(Trouble),
    /// No mail host was ever heard from here.
    NoWayOut(Trouble),
    CallTimeout(Duration),
}

/// What a finding is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) status: EmailStatus,
    pub(crate) safety: Safety,
    /// The score is that mail is delivered, but at most this (0 to 100): mail to some addresses
    /// arrives and still harms the sender's name.
    pub(crate) score_max: u8,
    /// That mail is delivered, in percent, where nothing was counted.
    pub(crate) estimate: u8,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

impl Finding {
    /// When asking again makes sense.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::PutOff(meaning) => meaning.retry_after(),
            Self::Trouble(trouble) => trouble.retry_after(),
            _ => None,
        }
    }

    /// What the finding is worth. The estimates are by class, in the order that the classes have in
    /// bounce statistics; where addresses were counted, [`crate::Calibration`] outweighs them.
    pub(crate) fn weigh(&self, classes: Classes) -> Weight {
        let mut weight = self.weigh_alone(classes);
        if classes.disposable && weight.safety != Safety::Invalid {
            weight.status = EmailStatus::Disposable;
            weight.safety = Safety::Risky;
            weight.score_max = weight.score_max.min(20);
        }
        if classes.role && weight.safety == Safety::Safe {
            weight.safety = Safety::Risky;
            weight.score_max = weight.score_max.min(80);
            weight.code = "accepted_role";
            weight.reason =
                "The mail server takes this name; it is a function, not a person.".into();
        }
        weight
    }

    fn weigh_alone(&self, classes: Classes) -> Weight {
        match self {
            Self::Accepted(catch_all) => accepted(*catch_all, classes),
            Self::Refused(meaning) | Self::PutOff(meaning) => answered(*meaning),
            Self::Trouble(why) => {
                let reason = format!("The mailbox could not be checked: {why}.");
                Weight::unknown(45, 60, why.code(), reason)
            }
            Self::NoWayOut(why) => {
                let reason = format!(
                    "The domain has a mail host (verified to level mx). This machine has not reached any \
                     mail host yet, so that says nothing about the address: {why}; see captely doctor."
                );
                Weight::unknown(55, 65, "verified_to_mx", reason)
            }
            Self::CallTimeout(limit) => {
                let seconds = limit.as_secs();
                let reason = format!("The check was ended after {seconds} s without an answer.");
                Weight::unknown(45, 60, "call_timeout", reason)
            }
            nobody_asked => unasked(nobody_asked),
        }
    }
}

impl Weight {
    /// Nothing speaks against the address, and nothing for it.
    fn unknown(score_max: u8, estimate: u8, code: &'static str, reason: String) -> Self {
        let (status, safety) = (EmailStatus::Unknown, Safety::Unknown);
        Self { status, safety, score_max, estimate, code, reason }
    }
}

#[cfg(test)]
mod tests;
