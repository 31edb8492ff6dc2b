use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Whom a person can sign in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderName {
    /// Google.
    Google,
    /// Apple.
    Apple,
}

impl ProviderName {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Google, Self::Apple];

    /// As it stands in addresses, settings and the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Apple => "apple",
        }
    }

    /// Where the provider lives: its issuer identifier.
    pub const fn issuer(self) -> &'static str {
        match self {
            Self::Google => "https://accounts.google.com",
            Self::Apple => "https://appleid.apple.com",
        }
    }

    /// What is asked for. Apple names `openid` among its scopes and gives an ID token with or
    /// without it.
    pub(super) const fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Google => &["openid", "email", "profile"],
            Self::Apple => &["name", "email"],
        }
    }

    /// Parameters of the authorisation request that only this provider takes. Apple insists on
    /// `form_post` when a scope is asked for.
    pub(super) const fn extra_parameters(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Google => &[("access_type", "online"), ("prompt", "select_account")],
            Self::Apple => &[("response_mode", "form_post")],
        }
    }

    /// Whether the code is bound to us by PKCE; Apple's web sign-in does not know it, there the
    /// nonce binds the ID token to the browser and the signed client secret the code to us.
    pub(super) const fn knows_pkce(self) -> bool {
        matches!(self, Self::Google)
    }
}

/// As people write it.
impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Google => "Google",
            Self::Apple => "Apple",
        })
    }
}

impl FromStr for ProviderName {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|name| name.word() == word);
        found.ok_or_else(|| format!("{word:?} is nobody to sign in with; use google or apple"))
    }
}
