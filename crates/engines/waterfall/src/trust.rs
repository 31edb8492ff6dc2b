use captely_contact::{Confidence, EmailStatus};

use crate::Pattern;

/// How sure a list's own address or number is before it is checked.
pub const LIST_CLAIM: Confidence = Confidence::percent(80);

/// Our confidence in an address that a provider gave with confidence `claim`, after our own check.
///
/// A mailbox that exists takes away about two thirds of the doubt; what is left is the doubt that it
/// is another person's. On a domain that accepts every name, and where the mailbox could not be tested,
/// only the provider's word counts, and less than before: one provider's word alone stays below the 90 %
/// at which a row stops by default, two that agree pass it. These weights are ours, set after a run
/// against the sandbox's truth in which addresses of both kinds were right four times in five.
pub fn trust_email(claim: Confidence, status: EmailStatus) -> Confidence {
    let claim = u32::from(claim.as_percent());
    let percent = match status {
        EmailStatus::Valid => 100 - (100 - claim) * 35 / 100,
        EmailStatus::AcceptAll | EmailStatus::Unknown => claim * 90 / 100,
        EmailStatus::Webmail => claim * 60 / 100,
        EmailStatus::Disposable => claim.min(10),
        EmailStatus::Invalid => 0,
    };
    Confidence::percent(u8::try_from(percent).unwrap_or(100))
}

/// Our confidence in a guessed address whose mailbox exists on a domain that refuses other names.
///
/// The doubt is that the mailbox is a namesake's: small for full names, a little larger for an initial
/// with a full name, largest for single names; a pattern already seen at the domain (`known`) takes most of it away.
pub fn guessed(pattern: Pattern, known: bool) -> Confidence {
    let alone = match pattern.names_used() {
        2 => 95,
        1 => 91,
        _ => 78,
    };
    Confidence::percent(if known { alone + (98 - alone) / 2 } else { alone })
}

/// Our confidence when two independent sources name the same address: both would have to be wrong.
pub fn agreed(one: Confidence, other: Confidence) -> Confidence {
    let doubt = (100 - u32::from(one.as_percent())) * (100 - u32::from(other.as_percent())) / 100;
    Confidence::percent(u8::try_from(100 - doubt).unwrap_or(100).min(99))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(claim: u8, status: EmailStatus, expected: u8) {
        let got = trust_email(Confidence::percent(claim), status);
        assert_eq!(got.as_percent(), expected, "{claim} {status}");
    }

    #[test]
    fn checks_move_confidence() {
        check(60, EmailStatus::Valid, 86);
        check(95, EmailStatus::Valid, 99);
        check(99, EmailStatus::AcceptAll, 89);
        check(95, EmailStatus::AcceptAll, 85);
        check(99, EmailStatus::Unknown, 89);
        check(99, EmailStatus::Invalid, 0);
    }

    #[test]
    fn agreement_never_lowers_and_never_reaches_certainty() {
        for a in 0..=100 {
            for b in 0..=100 {
                let both = agreed(Confidence::percent(a), Confidence::percent(b)).as_percent();
                assert!(both >= a.max(b).min(99) && both <= 99, "{a} {b} {both}");
            }
        }
    }

    #[test]
    fn full_names_make_surer_guesses() {
        assert!(guessed(Pattern::FirstDotLast, false) > guessed(Pattern::FLast, false));
        assert!(guessed(Pattern::FLast, true) > guessed(Pattern::FLast, false));
        assert!(guessed(Pattern::First, true) < Confidence::percent(90));
    }
}
