use std::time::Duration;

use jsonwebtoken::Algorithm;
use oauth2::{AuthUrl, TokenUrl};
use reqwest::Url;
use serde::Deserialize;

use super::OidcError;
use super::fetch::Line;

/// What the provider says about itself (OpenID Connect Discovery 1.0 §3), as far as we need it.
#[derive(Debug)]
pub(super) struct Metadata {
    pub(super) authorization: AuthUrl,
    pub(super) token: TokenUrl,
    pub(super) jwks: Url,
    /// How ID tokens may be signed.
    pub(super) algorithms: Vec<Algorithm>,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: AuthUrl,
    token_endpoint: TokenUrl,
    jwks_uri: Url,
    id_token_signing_alg_values_supported: Vec<String>,
}

/// Fetches it. A document that names another issuer than the one asked is refused (§4.3): it may
/// be somebody else's.
pub(super) async fn fetch(
    line: &Line,
    issuer: &str,
    issuer_url: &Url,
) -> Result<(Metadata, Duration), OidcError> {
    let mut url = issuer_url.clone();
    let path = format!("{}/.well-known/openid-configuration", url.path().trim_end_matches('/'));
    url.set_path(&path);
    let fetched = line.get(&url).await?;
    let document: Document = serde_json::from_slice(&fetched.body)
        .map_err(|_why| line.unreachable("describes itself in a way that cannot be read"))?;
    if document.issuer != issuer {
        return Err(line.unreachable("describes itself as somebody else"));
    }
    let metadata = Metadata {
        authorization: document.authorization_endpoint,
        token: document.token_endpoint,
        jwks: document.jwks_uri,
        algorithms: algorithms(&document.id_token_signing_alg_values_supported),
    };
    Ok((metadata, fetched.lifetime))
}

/// RS256, which every provider must have (§3), and ES256 where it is offered. Never `none` and
/// never HS256, whose key would be the client secret.
fn algorithms(offered: &[String]) -> Vec<Algorithm> {
    let mut taken = vec![Algorithm::RS256];
    if offered.iter().any(|name| name == "ES256") {
        taken.push(Algorithm::ES256);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_key_signatures_are_taken() {
        let offered = |names: &[&str]| {
            algorithms(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(offered(&["RS256", "none", "HS256"]), [Algorithm::RS256]);
        assert_eq!(offered(&["ES256", "PS256"]), [Algorithm::RS256, Algorithm::ES256]);
    }
}
