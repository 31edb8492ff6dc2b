use std::fmt;

use serde::Deserialize;

use super::signed_in::tidy_name;

/// The longest value that is looked at, in bytes. Codes and states are about 100 bytes long.
const VALUE_BYTES_MAX: usize = 4_096;

/// What the browser brings back: the query (Google) or the form (Apple), decoded once. Other fields
/// are ignored.
#[derive(Clone, Default, Deserialize)]
pub struct Callback {
    /// Worth one ID token, once.
    pub code: Option<String>,
    /// What we sent along.
    pub state: Option<String>,
    /// Apple, at the first authorisation only: a JSON text with the person's name. Nobody signed it.
    pub user: Option<String>,
    /// Set instead of `code` when there will be none.
    pub error: Option<String>,
    /// Who answers (RFC 9207), from providers that say so.
    pub iss: Option<String>,
}

impl Callback {
    /// The code, if it has a sensible length.
    pub(super) fn code(&self) -> Option<&str> {
        self.code.as_deref().filter(|code| !code.is_empty() && code.len() <= VALUE_BYTES_MAX)
    }

    /// The error code without what could not be shown: an error comes from outside, unsigned.
    pub(super) fn reason(&self) -> Option<String> {
        let error = self.error.as_deref().filter(|error| !error.is_empty())?;
        let safe = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        Some(error.chars().filter(safe).take(64).collect())
    }

    /// The name that Apple tells once, for greeting only.
    pub(super) fn apple_name(&self) -> Option<String> {
        let text = self.user.as_deref().filter(|user| user.len() <= VALUE_BYTES_MAX)?;
        let user: AppleUser = serde_json::from_str(text).ok()?;
        let name = user.name?;
        let part = |part: Option<String>| part.unwrap_or_default();
        tidy_name(&format!("{} {}", part(name.first), part(name.last)))
    }
}

#[derive(Deserialize)]
struct AppleUser {
    name: Option<AppleName>,
}

#[derive(Deserialize)]
struct AppleName {
    #[serde(rename = "firstName")]
    first: Option<String>,
    #[serde(rename = "lastName")]
    last: Option<String>,
}

/// Shows which fields there are, and no value: a code is worth a sign-in.
impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("code", &self.code.is_some())
            .field("state", &self.state.is_some())
            .field("user", &self.user.is_some())
            .field("error", &self.reason())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_name(user: &str, expected: Option<&str>) {
        let callback = Callback { user: Some(user.to_owned()), ..Callback::default() };
        assert_eq!(callback.apple_name().as_deref(), expected, "{user}");
    }

    #[test]
    fn the_name_that_apple_tells() {
        let whole =
            r#"{"name":{"firstName":"Ada","lastName":"L"},"email":"x@privaterelay.appleid.com"}"#;
        check_name(whole, Some("Ada L"));
        check_name(r#"{"name":{"lastName":" Lovelace\u0000\n"}}"#, Some("Lovelace"));
        check_name(r#"{"name":{}}"#, None);
        check_name(r#"{"email":"x@y.example"}"#, None);
        check_name("not JSON", None);
        check_name(&format!(r#"{{"name":{{"firstName":"{}"}}}}"#, "a".repeat(5_000)), None);
    }

    #[test]
    fn nothing_secret_is_shown_and_reasons_are_harmless() {
        let callback = Callback {
            code: Some("4/0Asecret".to_owned()),
            error: Some("access_denied<script>".to_owned()),
            ..Callback::default()
        };
        assert!(!format!("{callback:?}").contains("secret"));
        assert_eq!(callback.reason().as_deref(), Some("access_deniedscript"));
    }
}
