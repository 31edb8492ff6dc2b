//! Checking one text, whichever kind it is, and the answer in the words of the result's columns.

use std::sync::Arc;

use captely_contact::{CatchAll, Timestamp};
use captely_platform::clock::{Clock, SystemClock};
use captely_verify::{EmailVerdict, EmailVerifier, Level, PhoneVerdict, phone};
use serde_json::{Value, json};

/// The columns that a result adds.
pub(super) const COLUMNS: [&str; 9] =
    ["input", "kind", "status", "safe", "catch_all", "score", "level", "reason", "checked_at"];

/// What a text is checked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Email,
    Phone,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checked {
    /// The text as it was given.
    pub(super) input: String,
    /// `None` where there was nothing to check.
    pub(super) kind: Option<Kind>,
    pub(super) status: &'static str,
    pub(super) safe: &'static str,
    pub(super) catch_all: &'static str,
    pub(super) score: u8,
    pub(super) level: &'static str,
    pub(super) reason: String,
    pub(super) at: Timestamp,
    /// What was asked and answered; for `--json` of single addresses.
    pub(super) evidence: Vec<String>,
}

/// Checks texts; clones share caches and connections.
#[derive(Clone)]
pub(super) struct Checker {
    pub(super) verifier: EmailVerifier,
    pub(super) level: Level,
    pub(super) country: Option<Arc<str>>,
}

impl Checker {
    /// `country` is the row's own, where it has one.
    pub(super) async fn check(&self, input: String, kind: Option<Kind>, country: &str) -> Checked {
        match kind {
            None => nothing(input),
            Some(Kind::Email) => {
                let verdict = self.verifier.verify(&input, self.level).await;
                email(input, verdict)
            }
            Some(Kind::Phone) => {
                let of_row = Some(country).filter(|country| !country.trim().is_empty());
                let verdict = phone(&input, of_row.or(self.country.as_deref()));
                number(input, verdict)
            }
        }
    }
}

fn nothing(input: String) -> Checked {
    Checked {
        input,
        kind: None,
        status: "",
        safe: "",
        catch_all: "",
        score: 0,
        level: "",
        reason: "The row has nothing to check.".to_owned(),
        at: SystemClock.now(),
        evidence: Vec::new(),
    }
}

fn email(input: String, verdict: EmailVerdict) -> Checked {
    Checked {
        input,
        kind: Some(Kind::Email),
        status: verdict.status.as_str(),
        safe: verdict.safety.as_str(),
        catch_all: verdict.catch_all.as_str(),
        score: verdict.score,
        level: verdict.level.as_str(),
        reason: verdict.reason,
        at: SystemClock.now(),
        evidence: verdict.evidence,
    }
}

/// The numbering plans cannot say whether a line is in use, so the best a number gets is `valid`, and
/// one that lacks its country is neither valid nor invalid.
fn number(input: String, verdict: PhoneVerdict) -> Checked {
    let (status, safe) = match verdict.code {
        _ if verdict.valid => ("valid", "safe"),
        "no_country" | "incomplete" | "digits_lost" => ("unknown", "unknown"),
        _ => ("invalid", "invalid"),
    };
    let form = verdict.e164.as_ref().map(|e164| format!("{e164}, {}. ", verdict.kind));
    Checked {
        input,
        kind: Some(Kind::Phone),
        status,
        safe,
        catch_all: CatchAll::NotTested.as_str(),
        score: verdict.score,
        level: "numbering",
        reason: format!("{}{}", form.unwrap_or_default(), verdict.reason),
        at: SystemClock.now(),
        evidence: verdict.repaired.into_iter().collect(),
    }
}

impl Checked {
    /// The texts of [`COLUMNS`].
    pub(super) fn cells(&self) -> [String; 9] {
        let score = if self.kind.is_some() { self.score.to_string() } else { String::new() };
        [
            self.input.clone(),
            self.kind.map_or("", Kind::word).to_owned(),
            self.status.to_owned(),
            self.safe.to_owned(),
            if self.kind == Some(Kind::Email) { self.catch_all.to_owned() } else { String::new() },
            score,
            self.level.to_owned(),
            self.reason.clone(),
            self.at.to_string(),
        ]
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "input": self.input,
            "kind": self.kind.map(Kind::word),
            "status": self.status,
            "safe": self.safe,
            "catch_all": (self.kind == Some(Kind::Email)).then_some(self.catch_all),
            "score": self.score,
            "level": self.level,
            "reason": self.reason,
            "checked_at": self.at.to_string(),
            "evidence": self.evidence,
        })
    }
}

#[cfg(test)]
mod tests {
    use captely_verify::VerifyConfig;

    use super::*;

    async fn check(input: &str, kind: Kind, country: &str) -> Checked {
        let verifier = EmailVerifier::new(VerifyConfig::default(), 7).expect("a verifier");
        let checker = Checker { verifier, level: Level::Syntax, country: None };
        checker.check(input.to_owned(), Some(kind), country).await
    }

    #[tokio::test]
    async fn numbers_in_the_words_of_the_columns() {
        let valid = check("+44 20 7946 0018", Kind::Phone, "").await;
        assert_eq!((valid.status, valid.level), ("valid", "numbering"), "{valid:?}");
        assert!(valid.reason.starts_with("+442079460018, "), "{}", valid.reason);
        assert_eq!(valid.cells()[4], "");
        let lost = check("020 7946 0018", Kind::Phone, "").await;
        assert_eq!((lost.status, lost.safe), ("unknown", "unknown"), "{lost:?}");
        let home = check("020 7946 0018", Kind::Phone, "GB").await;
        assert_eq!(home.status, "valid", "{home:?}");
    }

    #[tokio::test]
    async fn addresses_at_the_level_asked_for() {
        let bad = check("nobody", Kind::Email, "").await;
        assert_eq!((bad.status, bad.safe, bad.level), ("invalid", "invalid", "syntax"));
        let good = check("Ada@Example.org", Kind::Email, "").await;
        assert_eq!((good.input.as_str(), good.level), ("Ada@Example.org", "syntax"));
        assert_eq!(good.cells()[5], good.score.to_string());
    }
}
