use std::time::Duration;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Url;
use serde::Deserialize;

use super::OidcError;
use super::fetch::Line;

/// More keys than this are not looked at. Google has two, Apple a handful.
const KEYS_MAX: usize = 64;

/// The keys that a provider signs with.
#[derive(Debug)]
pub(super) struct Keys(Vec<Jwk>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

impl Keys {
    /// Fetches them; kinds of keys that are unknown here are left out.
    pub(super) async fn fetch(line: &Line, url: &Url) -> Result<(Self, Duration), OidcError> {
        let fetched = line.get(url).await?;
        let document: Document = serde_json::from_slice(&fetched.body)
            .map_err(|_why| line.unreachable("publishes keys that cannot be read"))?;
        let known = document.keys.into_iter().take(KEYS_MAX);
        let keys = known.filter_map(|key| serde_json::from_value(key).ok()).collect();
        Ok((Self(keys), fetched.lifetime))
    }

    /// The key with this id, if it is for this way of signing.
    pub(super) fn find(&self, kid: &str, algorithm: Algorithm) -> Option<DecodingKey> {
        let named = self.0.iter().find(|key| key.common.key_id.as_deref() == Some(kid))?;
        fits(named, algorithm).then(|| DecodingKey::from_jwk(named).ok()).flatten()
    }
}

/// Whether a key may verify such signatures (RFC 7517 §4.2, §4.4).
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let for_signing = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let stated = key.common.key_algorithm;
    match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256) => {
            for_signing && stated.is_none_or(|alg| alg == KeyAlgorithm::RS256)
        }
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => {
            for_signing
                && curve.curve == EllipticCurve::P256
                && stated.is_none_or(|alg| alg == KeyAlgorithm::ES256)
        }
        _ => false,
    }
}
