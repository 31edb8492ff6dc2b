use std::sync::Arc;
use std::time::Duration;

use captely_contact::{CatchAll, EmailAddress, Safety};

use crate::dns::MailFamily;
use crate::evidence::Evidence;
use crate::finding::Finding;
use crate::homograph::homograph;
use crate::lists::{Classes, classes};
use crate::probability::{Calibration, Likeness};
use crate::reach::Reachable;
use crate::shape::Shape;
use crate::verdict::{EmailVerdict, Level};

/// A check under way: what is known so far survives a time-out.
pub(crate) struct Check {
    pub(crate) classes: Classes,
    pub(crate) suggestion: Option<EmailAddress>,
    pub(crate) level: Level,
    pub(crate) catch_all: CatchAll,
    /// When the catch-all test makes sense again, where it was put off.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) mx_host: Option<Arc<str>>,
    pub(crate) family: Option<MailFamily>,
    pub(crate) evidence: Evidence,
    likeness: Likeness,
    /// What the domain may pass for, as a sentence.
    lookalike: Option<String>,
}

impl Check {
    pub(crate) fn new() -> Self {
        Self {
            classes: Classes::default(),
            suggestion: None,
            level: Level::Syntax,
            catch_all: CatchAll::NotTested,
            retry_after: None,
            mx_host: None,
            family: None,
            evidence: Evidence::default(),
            likeness: Likeness::Name(Shape::Other),
            lookalike: None,
        }
    }

    /// Notes what the address shows by itself.
    pub(crate) fn look_at(&mut self, email: &EmailAddress) {
        self.classes = classes(email);
        self.likeness = Likeness::of(email.local(), self.classes);
        self.lookalike = homograph(email.domain_str()).map(|found| match found.looks_like {
            Some(ascii) => format!("The domain {} may pass for {ascii}.", found.shown),
            None => format!("The domain {} mixes letters of several scripts.", found.shown),
        });
    }

    pub(crate) fn note_host(&mut self, host: &Reachable) {
        self.mx_host = Some(Arc::clone(&host.name));
        self.family = Some(host.family);
    }

    pub(crate) fn verdict(
        self,
        email: String,
        finding: &Finding,
        calibration: &Calibration,
    ) -> EmailVerdict {
        let mut weight = finding.weigh(self.classes);
        if let Some(lookalike) = &self.lookalike {
            weight.reason = format!("{} {lookalike}", weight.reason);
            if weight.safety == Safety::Safe {
                weight.safety = Safety::Risky;
            }
        }
        let basis = calibration.basis(weight.code, self.likeness, weight.estimate);
        let probability = basis.probability();
        EmailVerdict {
            email,
            status: weight.status,
            safety: weight.safety,
            catch_all: self.catch_all,
            level: self.level,
            score: weight.score_max.min(probability.as_percent()),
            probability,
            basis,
            disposable: self.classes.disposable,
            role: self.classes.role,
            free_provider: self.classes.free_provider,
            relay: self.classes.relay,
            lookalike: self.lookalike,
            suggestion: self.suggestion.map(String::from),
            reason: weight.reason,
            code: weight.code,
            mx_host: self.mx_host.map(|host| host.to_string()),
            family: self.family,
            retry_after: finding.retry_after().or(self.retry_after),
            evidence: self.evidence.into_lines(),
        }
    }
}
