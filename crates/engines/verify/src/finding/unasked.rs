//! What it is worth that no mail server was asked: the text, the lists and DNS alone decided.

use captely_contact::{EmailStatus, Safety};

use super::{BLOCKED, Finding, Weight};
use crate::address::AddressError;
use crate::provider_rule::LocalRule;

pub(super) fn unasked(finding: &Finding) -> Weight {
    let unknown = |score_max, estimate, code, reason: &str| {
        Weight::unknown(score_max, estimate, code, reason.into())
    };
    match finding {
        // Legal, so the mailbox may live; yet nearly no server takes it.
        Finding::BadSyntax(why @ (AddressError::Quoted | AddressError::AddressLiteral)) => {
            risky(10, why.code(), &format!("The address {why}."))
        }
        Finding::BadSyntax(why) => invalid(why.code(), &format!("The address {why}.")),
        Finding::SyntaxOk => well_formed(),
        Finding::NotGivenOut(LocalRule { provider, rule, .. }) => {
            invalid("name_not_given_out", &format!("A mailbox of {provider} {rule}."))
        }
        Finding::BlockedByOwnList => Weight {
            safety: Safety::Invalid,
            ..unknown(
                0,
                50,
                BLOCKED,
                "Your own list says that this address is not to be written to; it was not checked.",
            )
        },
        Finding::DomainExists => {
            unknown(40, 55, "domain_exists", "The domain exists; its mail hosts were not asked.")
        }
        Finding::MxFound => unknown(
            55,
            65,
            "mx_found",
            "The domain has a mail host; whether it takes this name was not asked.",
        ),
        Finding::Disposable => Weight {
            status: EmailStatus::Disposable,
            safety: Safety::Risky,
            ..unknown(15, 40, "disposable", "The domain gives out throw-away addresses.")
        },
        Finding::DnsFailed(why) => {
            unknown(30, 40, why.code(), &format!("The domain could not be looked up: {why}."))
        }
        no_host => no_mail_host(no_host),
    }
}

/// What DNS says of a domain that has no mail host to ask.
fn no_mail_host(finding: &Finding) -> Weight {
    match finding {
        Finding::NoSuchDomain => invalid("no_such_domain", "The domain does not exist."),
        Finding::NullMx => invalid("null_mx", "The domain declares that it takes no mail."),
        Finding::DanglingMx => {
            invalid("dangling_mx", "The domain names mail hosts, and none of them has an address.")
        }
        Finding::PrivateMx => risky(
            5,
            "private_mx",
            "The domain's mail host lies inside a private network and was not asked.",
        ),
        // Some senders follow an address written as MX, most do not (RFC 2181 §10.3).
        Finding::BadMx => risky(
            5,
            "bad_mx",
            "The domain's MX names an IP address or localhost, which is no mail host.",
        ),
        Finding::ParkedDomain => risky(
            5,
            "parked_domain",
            "The domain is parked: it is for sale or unused, and its mail hosts were not asked.",
        ),
        Finding::NoMailHost => invalid("no_mail_host", "The domain exists and has no mail host."),
        // What a server said is weighed elsewhere; whatever is forgotten here is no verdict.
        _ => well_formed(),
    }
}

fn well_formed() -> Weight {
    let reason = "The address is well formed; nothing else was checked.";
    Weight::unknown(30, 50, "syntax_ok", reason.to_owned())
}

/// Mail to it would come back.
fn invalid(code: &'static str, reason: &str) -> Weight {
    let (status, safety) = (EmailStatus::Invalid, Safety::Invalid);
    Weight { status, safety, score_max: 0, estimate: 0, code, reason: reason.to_owned() }
}

/// Hardly any mail to it arrives; `percent` of it may.
fn risky(percent: u8, code: &'static str, reason: &str) -> Weight {
    Weight { safety: Safety::Risky, ..Weight::unknown(percent, percent, code, reason.to_owned()) }
}
