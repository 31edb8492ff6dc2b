//! What costs credits.

use std::fmt;
use std::str::FromStr;

use captely_contact::Credits;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that costs credits (REQUIREMENTS CRD-08, CRD-09).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A work e-mail address found or shown.
    EmailReveal,
    /// A phone number found or shown.
    PhoneReveal,
    /// A profile enriched.
    ProfileEnrich,
    /// An address checked.
    EmailVerification,
    /// Signs that a company means to buy.
    IntentData,
    /// The technology of a website.
    TechStack,
    /// A company's size, revenue and funding.
    CompanyDetails,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::EmailReveal,
        Self::PhoneReveal,
        Self::ProfileEnrich,
        Self::EmailVerification,
        Self::IntentData,
        Self::TechStack,
        Self::CompanyDetails,
    ];

    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailReveal => "email_reveal",
            Self::PhoneReveal => "phone_reveal",
            Self::ProfileEnrich => "profile_enrich",
            Self::EmailVerification => "email_verification",
            Self::IntentData => "intent_data",
            Self::TechStack => "tech_stack",
            Self::CompanyDetails => "company_details",
        }
    }

    /// What it costs where a plan says nothing else (CRD-09).
    pub const fn usual_price(self) -> Credits {
        Credits::millis(match self {
            Self::EmailReveal => 1_000,
            Self::PhoneReveal | Self::TechStack => 3_000,
            Self::ProfileEnrich | Self::CompanyDetails => 2_000,
            Self::EmailVerification => 500,
            Self::IntentData => 5_000,
        })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The error is a sentence.
impl FromStr for Action {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|action| action.as_str() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|action| action.as_str()).collect();
            format!("{text:?} is no action that costs credits; those are {}", names.join(", "))
        })
    }
}
