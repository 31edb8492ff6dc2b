use captely_contact::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

use super::TokenFault;
use super::claims::Claims;

/// How far the provider's clock and ours may be apart, in seconds.
const SKEW_S: i64 = 60;

/// The longest token that is looked at, in bytes; Google's have about 1,200.
const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// The longest subject (Core §2).
const SUBJECT_BYTES_MAX: usize = 255;

/// What a token must fit.
pub(super) struct Expected<'a> {
    pub(super) issuers: &'a [String],
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

/// Who says to have signed a token, and how.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signer {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
}

/// Reads the header, which is not trusted: it only names the key to look for.
pub(super) fn signer(token: &str, taken: &[Algorithm]) -> Result<Signer, TokenFault> {
    if token.len() > TOKEN_BYTES_MAX || token.split('.').count() != 3 {
        return Err(TokenFault::Malformed);
    }
    // `none` and other words that `jsonwebtoken` has no name for are errors of the header.
    let header = jsonwebtoken::decode_header(token).map_err(|_why| TokenFault::Algorithm)?;
    // A critical extension must be understood or refused (RFC 7515 §4.1.11); none is understood here.
    if !taken.contains(&header.alg) || header.crit.is_some() {
        return Err(TokenFault::Algorithm);
    }
    let kid = header.kid.ok_or(TokenFault::UnknownKey)?;
    Ok(Signer { kid, algorithm: header.alg })
}

/// Checks the signature and then every claim (Core §3.1.3.7).
pub(super) fn verify(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
    expected: &Expected<'_>,
) -> Result<Claims, TokenFault> {
    let mut validation = Validation::new(algorithm);
    // The claims are checked below, against the caller's clock.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let decoded = jsonwebtoken::decode::<Claims>(token, key, &validation);
    let claims = decoded.map_err(|why| fault(&why))?.claims;
    check(&claims, expected).map(|()| claims)
}

fn fault(why: &jsonwebtoken::errors::Error) -> TokenFault {
    use jsonwebtoken::errors::ErrorKind;
    match why.kind() {
        ErrorKind::InvalidSignature => TokenFault::Signature,
        ErrorKind::InvalidAlgorithm => TokenFault::Algorithm,
        _ => TokenFault::Malformed,
    }
}

fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), TokenFault> {
    let now = expected.now.as_micros().div_euclid(1_000_000);
    if !expected.issuers.contains(&claims.iss) {
        return Err(TokenFault::Issuer);
    }
    let other_party = claims.azp.as_deref().is_some_and(|azp| azp != expected.client_id);
    if other_party || !claims.aud.is_only(expected.client_id) {
        return Err(TokenFault::Audience);
    }
    let ahead = claims.iat.saturating_sub(now);
    if ahead > SKEW_S {
        return Err(TokenFault::Ahead(u64::try_from(ahead).unwrap_or_default()));
    }
    if claims.exp.saturating_add(SKEW_S) <= now {
        return Err(TokenFault::Expired);
    }
    // Comparing two `blake3::Hash` takes constant time.
    let hash = |text: &str| blake3::hash(text.as_bytes());
    if hash(claims.nonce.as_deref().unwrap_or_default()) != hash(expected.nonce) {
        return Err(TokenFault::Nonce);
    }
    if claims.sub.is_empty() || claims.sub.len() > SUBJECT_BYTES_MAX {
        return Err(TokenFault::Malformed);
    }
    Ok(())
}
