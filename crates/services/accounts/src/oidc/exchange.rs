//! The code for the ID token (Core §3.1.3).

use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
    BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet,
    EndpointSet, ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    StandardRevocableToken, StandardTokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};

use super::fetch::Line;
use super::{OidcError, ProviderName};

/// What OpenID Connect adds to the answer of a token endpoint.
#[derive(Serialize, Deserialize)]
pub(super) struct WithIdToken {
    id_token: String,
}

impl ExtraTokenFields for WithIdToken {}

/// An ID token is as good as a sign-in.
impl std::fmt::Debug for WithIdToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WithIdToken").finish_non_exhaustive()
    }
}

/// An OAuth client that expects an ID token.
pub(super) type OidcClient<AuthUri = EndpointSet, TokenUri = EndpointSet> = Client<
    BasicErrorResponse,
    StandardTokenResponse<WithIdToken, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    AuthUri,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    TokenUri,
>;

/// We, as the provider knows us.
pub(super) fn client(
    client_id: &str,
    redirect: RedirectUrl,
    authorization: AuthUrl,
    token: TokenUrl,
) -> OidcClient {
    OidcClient::<EndpointNotSet, EndpointNotSet>::new(ClientId::new(client_id.to_owned()))
        .set_redirect_uri(redirect)
        .set_auth_type(AuthType::RequestBody)
        .set_auth_uri(authorization)
        .set_token_uri(token)
}

/// Spends `code`. It is spent whatever comes back, so that nothing is repeated here. The access
/// token is dropped: all that we want to know stands in the ID token.
pub(super) async fn id_token(
    client: OidcClient,
    line: &Line,
    secret: String,
    code: &str,
    pkce_verifier: Option<&str>,
) -> Result<String, OidcError> {
    let client = client.set_client_secret(ClientSecret::new(secret));
    let mut request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
    if let Some(verifier) = pkce_verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
    }
    match request.request_async(line).await {
        Ok(answer) => Ok(answer.extra_fields().id_token.clone()),
        Err(RequestTokenError::Request(why)) => Err(why),
        Err(RequestTokenError::ServerResponse(said)) => Err(refusal(line.provider, said.error())),
        Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => {
            Err(line.unreachable("gave an answer that cannot be read"))
        }
    }
}

/// RFC 6749 §5.2 and what Google adds.
fn refusal(provider: ProviderName, error: &BasicErrorResponseType) -> OidcError {
    match error {
        BasicErrorResponseType::InvalidGrant => OidcError::CodeRefused(provider),
        other => {
            let safe = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
            let reason = other.to_string().chars().filter(safe).take(64).collect();
            OidcError::Misconfigured { provider, reason }
        }
    }
}
