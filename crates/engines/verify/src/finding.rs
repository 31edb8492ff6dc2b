//! What a check can come to, and what each outcome is worth.

use std::time::Duration;

use captely_contact::{CatchAll, EmailStatus, Safety};
use serde::{Deserialize, Deserializer};

use crate::address::AddressError;
use crate::dns::DnsFailure;
use crate::smtp::{Meaning, Trouble};

/// The one fact that decides a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    BadSyntax(AddressError),
    SyntaxOk,
    NoSuchDomain,
    NullMx,
    NoMailHost,
    DanglingMx,
    PrivateMx,
    DnsFailed(DnsFailure),
    DomainExists,
    MxFound,
    Disposable,
    Accepted(CatchAll),
    Refused(Meaning),
    PutOff(Meaning),
    Trouble(Trouble),
    CallTimeout(Duration),
}

/// What an address is, whatever its mailbox says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Traits {
    pub(crate) disposable: bool,
    pub(crate) role: bool,
    pub(crate) free_provider: bool,
    pub(crate) relay: bool,
}

/// What a finding is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) status: EmailStatus,
    pub(crate) safety: Safety,
    /// 0 to 100.
    pub(crate) score: u8,
    /// That mail is delivered, in percent.
    pub(crate) confidence: u8,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

/// Every word that `EmailVerdict::code` can be.
pub(crate) const CODES: &[&str] = &[
    "syntax_empty",
    "syntax_too_long",
    "syntax_no_at",
    "syntax_lookalike_at",
    "syntax_no_local_part",
    "syntax_local_part_too_long",
    "syntax_two_ats",
    "syntax_dots",
    "syntax_space",
    "syntax_invisible_character",
    "syntax_bad_character",
    "syntax_quoted",
    "syntax_address_literal",
    "syntax_domain",
    "syntax_top_level",
    "syntax_bad_idn",
    "special_use_domain",
    "syntax_ok",
    "no_such_domain",
    "null_mx",
    "no_mail_host",
    "dangling_mx",
    "private_mx",
    "dns_timeout",
    "dns_servfail",
    "dns_refused",
    "dns_unavailable",
    "domain_exists",
    "mx_found",
    "disposable",
    "accepted",
    "accepted_role",
    "accept_all",
    "accepted_catch_all_not_tested",
    "mailbox_absent",
    "mailbox_refused",
    "mailbox_full",
    "mailbox_disabled",
    "too_many_recipients",
    "greylisted",
    "temporary",
    "sender_blocked",
    "policy",
    "relay_denied",
    "smtp_protocol",
    "smtp_connect_timeout",
    "smtp_connect_refused",
    "smtp_unreachable",
    "smtp_timeout",
    "smtp_closed",
    "smtp_garbled",
    "smtp_temporary",
    "smtputf8_not_supported",
    "smtp_host_paused",
    "call_timeout",
];

/// A stable word. The alias keeps serde from borrowing it out of the text it reads.
pub type Code = &'static str;

/// A code read back from a file; one of a newer version becomes `other`.
pub(crate) fn code_from_text<'de, D: Deserializer<'de>>(from: D) -> Result<Code, D::Error> {
    let text = String::deserialize(from)?;
    Ok(CODES.iter().copied().find(|code| *code == text).unwrap_or("other"))
}

impl Finding {
    /// When asking again makes sense.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::PutOff(Meaning::Greylisted(wait) | Meaning::Temporary(wait)) => Some(*wait),
            Self::Trouble(trouble) => trouble.retry_after(),
            _ => None,
        }
    }

    /// What the finding is worth. The figures are first estimates by class, in the order that the
    /// classes have in bounce statistics; they are not yet calibrated on labelled data.
    pub(crate) fn weigh(&self, traits: Traits) -> Weight {
        let mut weight = self.weigh_alone(traits);
        if traits.disposable && !matches!(weight.status, EmailStatus::Invalid) {
            weight.status = EmailStatus::Disposable;
            weight.safety = Safety::Risky;
            weight.score = weight.score.min(20);
        }
        if traits.role && weight.safety == Safety::Safe {
            weight.safety = Safety::Risky;
            weight.score = weight.score.min(80);
            weight.code = "accepted_role";
            weight.reason =
                "The mail server takes this name; it is a function, not a person.".into();
        }
        weight
    }

    fn weigh_alone(&self, traits: Traits) -> Weight {
        use EmailStatus as E;
        use Safety as S;
        let weight = |status, safety, score, confidence, code, reason: &str| Weight {
            status,
            safety,
            score,
            confidence,
            code,
            reason: reason.to_owned(),
        };
        let invalid = |code, reason: &str| weight(E::Invalid, S::Invalid, 0, 0, code, reason);
        match self {
            // Legal, so the mailbox may live; yet nearly no server takes it.
            Self::BadSyntax(why @ (AddressError::Quoted | AddressError::AddressLiteral)) => {
                weight(E::Unknown, S::Risky, 10, 10, why.code(), &format!("The address {why}."))
            }
            Self::BadSyntax(why) => invalid(why.code(), &format!("The address {why}.")),
            Self::SyntaxOk => weight(
                E::Unknown,
                S::Unknown,
                30,
                50,
                "syntax_ok",
                "The address is well formed; nothing else was checked.",
            ),
            Self::NoSuchDomain => invalid("no_such_domain", "The domain does not exist."),
            Self::NullMx => invalid("null_mx", "The domain declares that it takes no mail."),
            Self::NoMailHost => invalid("no_mail_host", "The domain exists and has no mail host."),
            Self::DanglingMx => invalid(
                "dangling_mx",
                "The domain names mail hosts, and none of them has an address.",
            ),
            Self::PrivateMx => weight(
                E::Unknown,
                S::Risky,
                5,
                5,
                "private_mx",
                "The domain's mail host lies inside a private network and was not asked.",
            ),
            Self::DnsFailed(why) => weight(
                E::Unknown,
                S::Unknown,
                30,
                40,
                why.code(),
                &format!("The domain could not be looked up: {why}."),
            ),
            Self::DomainExists => weight(
                E::Unknown,
                S::Unknown,
                40,
                55,
                "domain_exists",
                "The domain exists; its mail hosts were not asked.",
            ),
            Self::MxFound => weight(
                E::Unknown,
                S::Unknown,
                55,
                65,
                "mx_found",
                "The domain has a mail host; whether it takes this name was not asked.",
            ),
            Self::Disposable => weight(
                E::Disposable,
                S::Risky,
                15,
                40,
                "disposable",
                "The domain gives out throw-away addresses.",
            ),
            Self::Accepted(catch_all) => accepted(*catch_all, traits),
            Self::Refused(meaning) | Self::PutOff(meaning) => answered(*meaning),
            Self::Trouble(why) => weight(
                E::Unknown,
                S::Unknown,
                45,
                60,
                why.code(),
                &format!("The mailbox could not be checked: {why}."),
            ),
            Self::CallTimeout(limit) => weight(
                E::Unknown,
                S::Unknown,
                45,
                60,
                "call_timeout",
                &format!("The check was ended after {} s without an answer.", limit.as_secs()),
            ),
        }
    }
}

fn accepted(catch_all: CatchAll, traits: Traits) -> Weight {
    let (status, safety, score, confidence, code, reason) = match catch_all {
        CatchAll::No if traits.free_provider => (
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
            if traits.relay { 90 } else { 98 },
            97,
            "accepted",
            "The mail server takes this name and refuses others.",
        ),
        CatchAll::Yes => (
            EmailStatus::AcceptAll,
            Safety::Risky,
            60,
            65,
            "accept_all",
            "The mail server takes any name at this domain, so the mailbox itself could not be checked.",
        ),
        CatchAll::NotTested => (
            EmailStatus::Unknown,
            Safety::Risky,
            70,
            75,
            "accepted_catch_all_not_tested",
            "The mail server takes this name; whether it would take any name is not known.",
        ),
    };
    Weight { status, safety, score, confidence, code, reason: reason.to_owned() }
}

fn answered(meaning: Meaning) -> Weight {
    use EmailStatus::{Invalid, Unknown};
    let (status, safety, score, confidence, code, reason) = match meaning {
        Meaning::Accepted => return accepted(CatchAll::NotTested, Traits::default()),
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
    Weight { status, safety, score, confidence, code, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Traits =
        Traits { disposable: false, role: false, free_provider: false, relay: false };

    #[track_caller]
    fn check(finding: &Finding, traits: Traits, status: EmailStatus, safety: Safety) {
        let weight = finding.weigh(traits);
        assert_eq!((weight.status, weight.safety), (status, safety), "{finding:?}");
        assert!(CODES.contains(&weight.code), "{} stands in no list", weight.code);
        assert!(weight.score <= 100 && weight.confidence <= 100);
        assert!(weight.reason.ends_with('.'), "{}", weight.reason);
    }

    #[test]
    fn acceptance_is_worth_what_the_catch_all_test_says() {
        let yes = Finding::Accepted(CatchAll::Yes);
        let no = Finding::Accepted(CatchAll::No);
        let untested = Finding::Accepted(CatchAll::NotTested);
        check(&no, PLAIN, EmailStatus::Valid, Safety::Safe);
        check(&yes, PLAIN, EmailStatus::AcceptAll, Safety::Risky);
        check(&untested, PLAIN, EmailStatus::Unknown, Safety::Risky);
        check(&no, Traits { role: true, ..PLAIN }, EmailStatus::Valid, Safety::Risky);
        check(&no, Traits { free_provider: true, ..PLAIN }, EmailStatus::Webmail, Safety::Safe);
        check(&no, Traits { relay: true, ..PLAIN }, EmailStatus::Valid, Safety::Safe);
        check(&no, Traits { disposable: true, ..PLAIN }, EmailStatus::Disposable, Safety::Risky);
        assert!(no.weigh(PLAIN).score > untested.weigh(PLAIN).score);
        assert!(untested.weigh(PLAIN).score > yes.weigh(PLAIN).score);
    }

    #[test]
    fn only_what_is_about_the_address_makes_it_invalid() {
        for meaning in
            [Meaning::Absent { clear: true }, Meaning::Absent { clear: false }, Meaning::Disabled]
        {
            check(&Finding::Refused(meaning), PLAIN, EmailStatus::Invalid, Safety::Invalid);
        }
        let wait = Duration::from_secs(1);
        for meaning in [
            Meaning::SenderBlocked,
            Meaning::Policy,
            Meaning::Protocol,
            Meaning::Greylisted(wait),
            Meaning::Temporary(wait),
            Meaning::TooManyRecipients,
        ] {
            check(&Finding::PutOff(meaning), PLAIN, EmailStatus::Unknown, Safety::Unknown);
        }
        for trouble in [
            Trouble::ConnectTimeout,
            Trouble::ConnectRefused,
            Trouble::Unreachable("x".into()),
            Trouble::Silent("RCPT"),
            Trouble::Closed("RCPT"),
            Trouble::Garbled("EHLO"),
            Trouble::SenderBlocked("554".into()),
            Trouble::Temporary("421".into(), wait),
            Trouble::NoSmtpUtf8,
            Trouble::Paused("x".into(), wait),
        ] {
            check(&Finding::Trouble(trouble), PLAIN, EmailStatus::Unknown, Safety::Unknown);
        }
        for failure in [DnsFailure::TimedOut, DnsFailure::ServFail, DnsFailure::Refused("x".into())]
        {
            check(&Finding::DnsFailed(failure), PLAIN, EmailStatus::Unknown, Safety::Unknown);
        }
        check(&Finding::CallTimeout(wait), PLAIN, EmailStatus::Unknown, Safety::Unknown);
        check(&Finding::Refused(Meaning::Full), PLAIN, EmailStatus::Unknown, Safety::Risky);
        check(
            &Finding::NullMx,
            Traits { disposable: true, ..PLAIN },
            EmailStatus::Invalid,
            Safety::Invalid,
        );
    }
}
