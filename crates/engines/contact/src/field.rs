use std::fmt;

use serde::{Deserialize, Serialize};

/// A field of a contact that can be asked for or that rides along with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Work e-mail address.
    Email,
    /// Phone number in E.164.
    Phone,
    /// Job title.
    Title,
    /// Company name.
    Company,
    /// Company domain.
    Domain,
    /// Address of the LinkedIn profile.
    LinkedinUrl,
}

impl Field {
    /// The name in files, tables and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Title => "title",
            Self::Company => "company",
            Self::Domain => "domain",
            Self::LinkedinUrl => "linkedin_url",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is the name of no field.
impl std::str::FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all =
            [Self::Email, Self::Phone, Self::Title, Self::Company, Self::Domain, Self::LinkedinUrl];
        let found = all.into_iter().find(|f| f.as_str() == text.trim());
        found.ok_or_else(|| format!("there is no field {text:?}; fields are email and phone"))
    }
}
