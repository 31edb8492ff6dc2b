use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::OidcError;

/// The longest path, in bytes.
const BYTES_MAX: usize = 2_000;

/// A page of ours to go to after the sign-in: never another site, whatever a browser makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReturnTo(String);

impl ReturnTo {
    /// The path, with its query where it has one.
    pub fn path(&self) -> &str {
        &self.0
    }
}

/// The front page.
impl Default for ReturnTo {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

/// Browsers read `//host` and `/\host` as another site and drop tabs and line ends before they
/// look (WHATWG URL Standard §4.4), so that only printable ASCII without backslashes is taken.
impl FromStr for ReturnTo {
    type Err = OidcError;

    fn from_str(text: &str) -> Result<Self, OidcError> {
        let plain = |b: u8| b.is_ascii_graphic() && b != b'\\';
        let local = text.starts_with('/') && !text.starts_with("//");
        if local && text.len() <= BYTES_MAX && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(OidcError::ReturnTo)
        }
    }
}

impl TryFrom<String> for ReturnTo {
    type Error = OidcError;

    fn try_from(text: String) -> Result<Self, OidcError> {
        text.parse()
    }
}

impl From<ReturnTo> for String {
    fn from(path: ReturnTo) -> Self {
        path.0
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use oauth2::url::Url;

    use super::*;

    #[test]
    fn pages_of_ours() {
        let here = Url::parse("https://app.example.com/api/auth/oidc/google/callback").unwrap();
        for text in ["/", "/lists", "/lists?page=2&q=a%20b#top", "/a//b", "/x:y@z", "/./../lists"] {
            let path: ReturnTo = text.parse().unwrap();
            let there = here.join(path.path()).unwrap();
            assert_eq!(there.origin(), here.origin(), "{text}");
        }
    }

    #[test]
    fn other_sites_are_refused() {
        for text in [
            "",
            "lists",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            " //evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "@evil.example",
            "/a\\b",
            "/caf\u{e9}",
            "/\r\nset-cookie:x=y",
        ] {
            assert_eq!(text.parse::<ReturnTo>(), Err(OidcError::ReturnTo), "{text:?}");
        }
        assert!(format!("/{}", "a".repeat(BYTES_MAX)).parse::<ReturnTo>().is_err());
        assert!(serde_json::from_str::<ReturnTo>("\"//evil.example\"").is_err());
    }
}
