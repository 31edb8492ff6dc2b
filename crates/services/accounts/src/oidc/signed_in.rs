use super::claims::Claims;
use super::{Callback, ProviderName};

/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 200;

/// The longest e-mail address, in bytes (RFC 5321 §4.5.3.1).
const EMAIL_BYTES_MAX: usize = 254;

/// Who signed in, as the provider vouches for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who vouches.
    pub provider: ProviderName,
    /// The provider's name for the person: stable, at most 255 bytes. Accounts are found by provider
    /// and subject; never by e-mail, which can pass to somebody else.
    pub subject: String,
    /// The address, as the signed token has it. Apple leaves it out of later sign-ins at times.
    pub email: Option<String>,
    /// Whether the provider may be believed that the address belongs to this person.
    pub email_verified_owner: bool,
    /// For greeting. Apple tells it at the first sign-in only, unsigned: store it at once.
    pub name: Option<String>,
}

impl SignedIn {
    pub(super) fn new(provider: ProviderName, claims: Claims, callback: &Callback) -> Self {
        let email = claims.email.filter(|email| {
            email.contains('@')
                && email.len() <= EMAIL_BYTES_MAX
                && !email.contains(char::is_control)
        });
        let lower = email.as_deref().unwrap_or_default().to_ascii_lowercase();
        let owner = match provider {
            // Any address can be made a Google account; Google itself hands out gmail.com only, and
            // knows the mailboxes of organisations that it names in `hd`.
            ProviderName::Google => {
                let organisation = claims.hd.as_deref().is_some_and(|hd| !hd.is_empty());
                lower.ends_with("@gmail.com") || organisation
            }
            ProviderName::Apple => true,
        };
        Self {
            provider,
            subject: claims.sub,
            email_verified_owner: email.is_some() && claims.email_verified && owner,
            email,
            name: match provider {
                ProviderName::Google => claims.name.as_deref().and_then(tidy_name),
                ProviderName::Apple => callback.apple_name(),
            },
        }
    }
}

/// One blank between words, no control characters, and not longer than a name is; `None` if nothing
/// is left.
pub(super) fn tidy_name(text: &str) -> Option<String> {
    let plain = |c: &char| !c.is_control();
    let words = text.split_whitespace().map(|word| word.chars().filter(plain).collect::<String>());
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn signed_in(provider: ProviderName, mut said: serde_json::Value) -> SignedIn {
        for (claim, value) in [("iss", json!("x")), ("sub", json!("s")), ("aud", json!("c"))] {
            said[claim] = value;
        }
        (said["exp"], said["iat"]) = (json!(2), json!(1));
        SignedIn::new(provider, serde_json::from_value(said).unwrap(), &Callback::default())
    }

    #[track_caller]
    fn check_google(said: serde_json::Value, expected: bool) {
        let shown = said.to_string();
        let person = signed_in(ProviderName::Google, said);
        assert_eq!(person.email_verified_owner, expected, "{shown}");
    }

    #[test]
    fn google_is_believed_about_its_own_mailboxes_only() {
        check_google(json!({"email": "a@gmail.com", "email_verified": true}), true);
        check_google(json!({"email": "A@GMail.com", "email_verified": "true"}), true);
        check_google(
            json!({"email": "a@b.example", "email_verified": true, "hd": "b.example"}),
            true,
        );
        check_google(json!({"email": "a@b.example", "email_verified": true}), false);
        check_google(json!({"email": "a@b.example", "email_verified": true, "hd": ""}), false);
        check_google(json!({"email": "a@gmail.com", "email_verified": false}), false);
        check_google(json!({"email": "a@gmail.com"}), false);
        check_google(json!({"email": "a@notgmail.com", "email_verified": true}), false);
        check_google(json!({"email_verified": true, "hd": "b.example"}), false);
    }

    #[test]
    fn apple_writes_truth_as_text() {
        for (said, expected) in [("true", true), ("false", false)] {
            let said = json!({"email": "a@b.example", "email_verified": said});
            assert_eq!(signed_in(ProviderName::Apple, said).email_verified_owner, expected);
        }
        let person = signed_in(ProviderName::Apple, json!({}));
        assert_eq!((person.email, person.email_verified_owner), (None, false));
    }

    #[test]
    fn names_are_tidied() {
        assert_eq!(tidy_name(" Ada \u{7}\t  King\u{0} ").as_deref(), Some("Ada King"));
        assert_eq!(tidy_name(" \u{0} "), None);
        assert_eq!(tidy_name(&"a".repeat(500)).map(|name| name.len()), Some(200));
    }
}
