//! The answer to one text, in the words of the result's columns.

use captely_contact::{CatchAll, Timestamp};
use captely_verification::Answer;
use captely_verify::{EmailVerdict, PhoneVerdict};
use serde_json::{Value, json};

use super::details::Details;

/// The columns that a result adds. docs/cli.md explains each; a test compares.
pub(super) const COLUMNS: [&str; 11] = [
    "input",
    "kind",
    "status",
    "safe",
    "catch_all",
    "probability",
    "score",
    "level",
    "reason",
    "suggestion",
    "checked_at",
];

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

    /// What people call several of them.
    pub(super) const fn plural(self) -> &'static str {
        match self {
            Self::Email => "addresses",
            Self::Phone => "phone numbers",
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
    /// That mail is delivered, 0 to 100; addresses only.
    pub(super) percent: Option<u8>,
    pub(super) score: u8,
    pub(super) level: &'static str,
    pub(super) reason: String,
    /// What was probably meant.
    pub(super) suggestion: String,
    /// When the mail server was really asked.
    pub(super) at: Timestamp,
    /// When the answer should be checked anew.
    pub(super) recheck_at: Option<Timestamp>,
    /// When it is asked again, where it was put off.
    pub(super) retry_at: Option<Timestamp>,
    /// What was asked and answered.
    pub(super) evidence: Vec<String>,
    pub(super) details: Details,
}

impl Checked {
    /// A row without anything to check, or that cannot be read.
    pub(super) fn nothing(reason: String, at: Timestamp) -> Self {
        Self {
            input: String::new(),
            kind: None,
            status: "",
            safe: "",
            catch_all: "",
            percent: None,
            score: 0,
            level: "",
            reason,
            suggestion: String::new(),
            at,
            recheck_at: None,
            retry_at: None,
            evidence: Vec::new(),
            details: Details::None,
        }
    }

    /// A verdict given just now.
    pub(super) fn email(input: String, mut verdict: EmailVerdict, at: Timestamp) -> Self {
        Self {
            input,
            kind: Some(Kind::Email),
            status: verdict.status.as_str(),
            safe: verdict.safety.as_str(),
            catch_all: verdict.catch_all.as_str(),
            percent: Some(verdict.probability.as_percent()),
            score: verdict.score,
            level: verdict.level.as_str(),
            suggestion: verdict.suggestion.take().unwrap_or_default(),
            reason: std::mem::take(&mut verdict.reason),
            at,
            recheck_at: None,
            retry_at: None,
            evidence: std::mem::take(&mut verdict.evidence),
            details: Details::Email(Box::new(verdict)),
        }
    }

    /// A verdict that is remembered.
    pub(super) fn remembered(input: String, answer: Answer) -> Self {
        let reason = answer.reason();
        Self {
            reason,
            recheck_at: answer.recheck_at,
            retry_at: answer.retry_at,
            ..Self::email(input, answer.verdict, answer.checked_at)
        }
    }

    /// The numbering plans cannot say whether a line is in use, so the best a number gets is `valid`, and
    /// one that lacks its country is neither valid nor invalid.
    pub(super) fn phone(input: String, verdict: PhoneVerdict, at: Timestamp) -> Self {
        let (status, safe) = match verdict.code {
            _ if verdict.valid => ("valid", "safe"),
            "no_country" | "incomplete" | "digits_lost" => ("unknown", "unknown"),
            _ => ("invalid", "invalid"),
        };
        let origin = verdict.origin();
        let place = origin.place.map(|place| format!(", {place}")).unwrap_or_default();
        let carrier = origin.carrier.map(|name| format!(", {name}")).unwrap_or_default();
        let form = verdict.e164.as_ref();
        let form = form.map(|e164| format!("{e164}, {}{place}{carrier}. ", verdict.kind));
        let reason = format!("{}{}", form.unwrap_or_default(), verdict.reason);
        Self {
            input,
            kind: Some(Kind::Phone),
            status,
            safe,
            catch_all: CatchAll::NotTested.as_str(),
            score: verdict.score,
            level: "numbering",
            evidence: verdict.repaired.iter().cloned().collect(),
            details: Details::Phone { own: Box::new(verdict), outside: None },
            ..Self::nothing(reason, at)
        }
    }

    /// The texts of [`COLUMNS`].
    pub(super) fn cells(&self) -> [String; COLUMNS.len()] {
        let score = if self.kind.is_some() { self.score.to_string() } else { String::new() };
        [
            self.input.clone(),
            self.kind.map_or("", Kind::word).to_owned(),
            self.status.to_owned(),
            self.safe.to_owned(),
            if self.kind == Some(Kind::Email) { self.catch_all.to_owned() } else { String::new() },
            self.percent.map(probability).unwrap_or_default(),
            score,
            self.level.to_owned(),
            self.reason.clone(),
            self.suggestion.clone(),
            self.at.to_string(),
        ]
    }

    pub(super) fn to_json(&self) -> Value {
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        json!({
            "input": self.input,
            "kind": self.kind.map(Kind::word),
            "status": self.status,
            "safe": self.safe,
            "catch_all": (self.kind == Some(Kind::Email)).then_some(self.catch_all),
            "probability": self.percent.map(|percent| f64::from(percent) / 100.0),
            "score": self.score,
            "level": self.level,
            "reason": self.reason,
            "suggestion": Some(&self.suggestion).filter(|text| !text.is_empty()),
            "checked_at": self.at.to_string(),
            "recheck_at": text(self.recheck_at),
            "retry_at": text(self.retry_at),
            "evidence": self.evidence,
            "details": self.details.to_json(),
        })
    }
}

/// `0.00` to `1.00`.
fn probability(percent: u8) -> String {
    format!("{}.{:02}", percent / 100, percent % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities() {
        assert_eq!([0, 7, 65, 100].map(probability), ["0.00", "0.07", "0.65", "1.00"]);
    }
}
