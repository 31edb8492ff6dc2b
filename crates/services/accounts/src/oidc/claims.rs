use serde::{Deserialize, Deserializer};

/// What an ID token says (OpenID Connect Core 1.0 §2 and §5.1), as far as we need it.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) aud: Audience,
    pub(super) azp: Option<String>,
    /// Seconds since 1970.
    pub(super) exp: i64,
    /// Seconds since 1970.
    pub(super) iat: i64,
    pub(super) nonce: Option<String>,
    pub(super) email: Option<String>,
    #[serde(default, deserialize_with = "loose_bool")]
    pub(super) email_verified: bool,
    /// Google: the organisation that the account belongs to.
    pub(super) hd: Option<String>,
    pub(super) name: Option<String>,
}

/// One program or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether the token is meant for `client_id` alone. One that is meant for others as well could
    /// have been handed to us by them (Core §3.1.3.7, point 3).
    pub(super) fn is_only(&self, client_id: &str) -> bool {
        match self {
            Self::One(one) => one == client_id,
            Self::Several(all) => matches!(all.as_slice(), [one] if one == client_id),
        }
    }
}

/// `true`, or the text `"true"` as Apple writes it. Anything else is no.
fn loose_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value.as_bool().unwrap_or(value.as_str() == Some("true")))
}
