//! What it is worth that a mail server takes a recipient, or what it says instead.

use captely_contact::{CatchAll, EmailStatus, Safety};

use super::Weight;
use crate::lists::Classes;
use crate::smtp::Meaning;

pub(super) fn accepted(catch_all: CatchAll, classes: Classes) -> Weight {
    let (status, safety, score_max, estimate, code, reason) = match catch_all {
        CatchAll::No if classes.free_provider => (
            EmailStatus::Webmail,
            Safety::Safe,
            96,
            97,
            "accepted",
            "The free provider takes this name and refuses others.",
        ),
        CatchAll::No => (
            EmailStatus::Valid,
            Safety::Safe,
            if classes.relay { 90 } else { 98 },
            97,
            "accepted",
            "The mail server takes this name and refuses others.",
        ),
        CatchAll::Yes => (
            EmailStatus::AcceptAll,
            Safety::Risky,
            75,
            65,
            "accept_all",
            "The mail server takes any name at this domain, so the mailbox itself could not be checked.",
        ),
        CatchAll::NotTested => (
            EmailStatus::Unknown,
            Safety::Risky,
            85,
            75,
            "accepted_catch_all_not_tested",
            "The mail server takes this name; whether it would take any name is not known.",
        ),
    };
    Weight { status, safety, score_max, estimate, code, reason: reason.to_owned() }
}

pub(super) fn answered(meaning: Meaning) -> Weight {
    use EmailStatus::{Invalid, Unknown};
    let (status, safety, score_max, estimate, code, reason) = match meaning {
        Meaning::Accepted => return accepted(CatchAll::NotTested, Classes::default()),
        Meaning::Absent { clear: true } => (
            Invalid,
            Safety::Invalid,
            0,
            1,
            "mailbox_absent",
            "The mail server says that there is no such mailbox.",
        ),
        Meaning::Absent { clear: false } => (
            Invalid,
            Safety::Invalid,
            3,
            3,
            "mailbox_refused",
            "The mail server refuses this name without saying why.",
        ),
        Meaning::Disabled => (
            Invalid,
            Safety::Invalid,
            2,
            1,
            "mailbox_disabled",
            "The mailbox exists and is switched off.",
        ),
        Meaning::Full => {
            (Unknown, Safety::Risky, 20, 15, "mailbox_full", "The mailbox exists and is full.")
        }
        Meaning::TooManyRecipients => (
            Unknown,
            Safety::Unknown,
            45,
            60,
            "too_many_recipients",
            "The mail server wanted fewer questions at a time and did not answer this one.",
        ),
        Meaning::Greylisted(_) => (
            Unknown,
            Safety::Unknown,
            50,
            65,
            "greylisted",
            "The mail server puts every stranger off for a while; ask again later.",
        ),
        Meaning::Temporary(_) => (
            Unknown,
            Safety::Unknown,
            45,
            60,
            "temporary",
            "The mail server has a passing trouble; ask again later.",
        ),
        Meaning::SenderBlocked => (
            Unknown,
            Safety::Unknown,
            45,
            60,
            "sender_blocked",
            "The mail server refuses to talk to this sender; that says nothing about the mailbox.",
        ),
        Meaning::Policy => (
            Unknown,
            Safety::Unknown,
            40,
            50,
            "policy",
            "The mail server refuses by a rule of its own, which may be about the sender.",
        ),
        Meaning::RelayDenied => (
            Unknown,
            Safety::Risky,
            10,
            10,
            "relay_denied",
            "The mail host that the domain names says that it does not take mail for it.",
        ),
        Meaning::Protocol => (
            Unknown,
            Safety::Unknown,
            40,
            55,
            "smtp_protocol",
            "The mail server did not understand the question.",
        ),
    };
    Weight { status, safety, score_max, estimate, code, reason: reason.to_owned() }
}
