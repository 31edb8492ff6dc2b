use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use captely_contact::Timestamp;
use captely_platform::secrets::Secret;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

/// How long a client secret is good for. Apple allows 15,777,000 s; each is used once, at once.
const LIFETIME: Duration = Duration::from_mins(5);

/// The key that signs Apple's client secrets. Unlike other providers Apple wants no shared text but
/// a JSON Web Token, signed with ES256 by a key made in the developer account.
#[derive(Clone)]
pub struct AppleKey {
    team_id: String,
    key_id: String,
    key: EncodingKey,
}

/// Why a key cannot be used; ends a sentence that begins with the setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppleKeyError {
    /// Not the text of a .p8 file.
    #[error(
        "is no private key: it must have the text between BEGIN and END PRIVATE KEY of the .p8 file"
    )]
    NoPem,
    /// A key of another kind.
    #[error("is no key for ES256: Apple's .p8 files hold an EC key on the curve P-256 in PKCS#8")]
    NoEs256Key,
}

impl AppleKey {
    /// `team_id` and `key_id` have ten characters; `private_key` is the text of the `.p8` file.
    pub fn new(team_id: &str, key_id: &str, private_key: &Secret) -> Result<Self, AppleKeyError> {
        let der = pem_body(private_key.expose()).ok_or(AppleKeyError::NoPem)?;
        let key = EncodingKey::from_ec_der(&der);
        let made = Self { team_id: team_id.to_owned(), key_id: key_id.to_owned(), key };
        // The key is looked at only when it signs, so that it signs once now.
        made.client_secret("", "", Timestamp::default()).map(|_secret| made)
    }

    /// A client secret for one call to `audience`, the issuer. JOSE wants the signature as r‖s
    /// (RFC 7518 §3.4), which is what `jsonwebtoken` writes.
    pub(super) fn client_secret(
        &self,
        client_id: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<String, AppleKeyError> {
        let iat = now.as_micros().div_euclid(1_000_000);
        let exp = now.plus(LIFETIME).as_micros().div_euclid(1_000_000);
        let claims = Claims { iss: &self.team_id, iat, exp, aud: audience, sub: client_id };
        let mut header = Header::new(Algorithm::ES256);
        header.typ = None;
        header.kid = Some(self.key_id.clone());
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|_why| AppleKeyError::NoEs256Key)
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
    exp: i64,
    aud: &'a str,
    sub: &'a str,
}

/// What stands between the lines of a PEM text (RFC 7468), decoded. Line ends may have become the
/// two characters `\n`, as happens to a key in an environment variable.
fn pem_body(text: &str) -> Option<Vec<u8>> {
    let text = text.replace("\\n", "\n");
    let (_, rest) = text.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok().filter(|der| !der.is_empty())
}

impl fmt::Debug for AppleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppleKey")
            .field("team_id", &self.team_id)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
