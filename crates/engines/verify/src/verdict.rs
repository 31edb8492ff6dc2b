use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use captely_contact::{CatchAll, Confidence, EmailStatus, Safety};
use serde::{Deserialize, Serialize};

use crate::dns::MailFamily;
use crate::finding::{Code, code_from_text};
use crate::probability::Basis;

/// How far an address is checked, or was: each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The text alone, and the word lists.
    Syntax,
    /// Whether the domain exists.
    Domain,
    /// Whether the domain has a mail host.
    Mx,
    /// Whether the mail host takes the recipient.
    Smtp,
}

impl Level {
    /// All levels, from least to most.
    pub const ALL: &'static [Self] = &[Self::Syntax, Self::Domain, Self::Mx, Self::Smtp];

    /// The word in files, tables and options.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Domain => "domain",
            Self::Mx => "mx",
            Self::Smtp => "smtp",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().copied().find(|level| level.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is none of syntax, domain, mx, smtp"))
    }
}

/// What was found out about an address, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailVerdict {
    /// The address in normal form; the text as given where it is no address.
    pub email: String,
    /// What is known of the mailbox.
    pub status: EmailStatus,
    /// Whether to send.
    pub safety: Safety,
    /// Whether the domain takes any name.
    pub catch_all: CatchAll,
    /// How far the check got, which may be less than was asked for.
    pub level: Level,
    /// How good the address is, 0 to 100: delivery and what mail to it does to the sender's name.
    pub score: u8,
    /// That a mail is delivered.
    pub probability: Confidence,
    /// What the probability rests on.
    pub basis: Basis,
    /// A throw-away domain.
    pub disposable: bool,
    /// A function such as `info`, not a person.
    pub role: bool,
    /// A provider where anybody can open a mailbox.
    pub free_provider: bool,
    /// A domain that forwards to a mailbox that stays hidden.
    #[serde(default)]
    pub relay: bool,
    /// What the domain may pass for, in a sentence; `None` for honest letters.
    #[serde(default)]
    pub lookalike: Option<String>,
    /// The address that was probably meant, where this one looks like a slip.
    #[serde(default)]
    pub suggestion: Option<String>,
    /// One plain sentence.
    pub reason: String,
    /// The same as one stable word; README.md lists them.
    #[serde(deserialize_with = "code_from_text")]
    pub code: Code,
    /// The mail host that was asked, or would be.
    pub mx_host: Option<String>,
    /// Who runs that host.
    #[serde(default)]
    pub family: Option<MailFamily>,
    /// When asking again makes sense, where the answer was put off.
    pub retry_after: Option<Duration>,
    /// What was asked and answered, at most 32 lines of 240 bytes.
    pub evidence: Vec<String>,
}

/// How likely a mail arrives, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deliverability {
    /// Under 50 in 100.
    Low,
    /// 50 to 89 in 100.
    Medium,
    /// 90 in 100 and more.
    High,
}

impl Deliverability {
    /// The word in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl EmailVerdict {
    /// Whether the mailbox is known to take mail, a free provider's too.
    pub const fn is_valid(&self) -> bool {
        matches!(self.status, EmailStatus::Valid | EmailStatus::Webmail)
    }

    /// The probability in one word.
    pub const fn deliverability(&self) -> Deliverability {
        match self.probability.as_percent() {
            90.. => Deliverability::High,
            50.. => Deliverability::Medium,
            _ => Deliverability::Low,
        }
    }
}
