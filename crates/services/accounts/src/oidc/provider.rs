use captely_contact::Timestamp;
use captely_platform::chance::Chance;
use captely_providers::Http;
use jsonwebtoken::DecodingKey;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use reqwest::Url;

use super::claims::Claims;
use super::exchange;
use super::fetch::Line;
use super::id_token::{self, Expected, Signer};
use super::kept::Kept;
use super::keys::Keys;
use super::metadata::{self, Metadata};
use super::{
    Begun, Callback, ClientSettings, Credential, OidcError, PendingSignIn, ProviderName, ReturnTo,
    SetupError, SignedIn, TokenFault,
};

/// One provider to sign in with. It keeps what the provider publishes about itself, so make one and
/// share it.
#[derive(Debug)]
pub struct Provider {
    settings: ClientSettings,
    redirect: RedirectUrl,
    issuer_url: Url,
    issuers: Vec<String>,
    line: Line,
    metadata: Kept<Metadata>,
    keys: Kept<Keys>,
}

impl Provider {
    /// Sets it up; nothing is called before somebody signs in.
    pub fn new(settings: ClientSettings, http: Http) -> Result<Self, SetupError> {
        settings.check_credential()?;
        Ok(Self {
            redirect: settings.redirect_url()?,
            issuer_url: settings.issuer_url()?,
            issuers: settings.issuers(),
            line: Line { provider: settings.provider, http },
            metadata: Kept::empty(),
            keys: Kept::empty(),
            settings,
        })
    }

    /// Which one it is.
    pub const fn name(&self) -> ProviderName {
        self.settings.provider
    }

    /// Begins a sign-in. Calls the provider if what it says about itself is not known or too old.
    pub async fn begin(
        &self,
        now: Timestamp,
        chance: &Chance,
        return_to: ReturnTo,
    ) -> Result<Begun, OidcError> {
        let metadata = self.metadata(now).await?;
        let pending = PendingSignIn::new(self.name(), chance, return_to);
        let client = self.client(&metadata);
        let mut request = client
            .authorize_url(|| CsrfToken::new(pending.state.clone()))
            .add_extra_param("nonce", &pending.nonce);
        for scope in self.name().scopes() {
            request = request.add_scope(Scope::new((*scope).to_owned()));
        }
        for (name, value) in self.name().extra_parameters() {
            request = request.add_extra_param(*name, *value);
        }
        if let Some(verifier) = &pending.pkce_verifier {
            let verifier = PkceCodeVerifier::new(verifier.clone());
            request =
                request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        let (url, _state) = request.url();
        Ok(Begun { url: url.to_string(), pending })
    }

    /// Ends a sign-in with what the browser brought back. Take `pending` out of where it is kept
    /// before the call: a second exchange of one code fails, and may revoke what the first gave.
    pub async fn finish(
        &self,
        now: Timestamp,
        pending: PendingSignIn,
        callback: Callback,
    ) -> Result<SignedIn, OidcError> {
        let code = self.check_callback(&pending, &callback)?;
        let metadata = self.metadata(now).await?;
        let token = exchange::id_token(
            self.client(&metadata),
            &self.line,
            self.client_secret(now)?,
            code,
            pending.pkce_verifier.as_deref(),
        );
        let claims = self.verify(&token.await?, &metadata, &pending.nonce, now).await?;
        Ok(SignedIn::new(self.name(), claims, &callback))
    }

    /// The code, if the callback answers this sign-in. The state comes first: what a stranger makes
    /// up learns nothing but that.
    fn check_callback<'c>(
        &self,
        pending: &PendingSignIn,
        callback: &'c Callback,
    ) -> Result<&'c str, OidcError> {
        let stranger = |iss: &String| !self.issuers.contains(iss);
        if pending.provider != self.name() || callback.iss.as_ref().is_some_and(stranger) {
            return Err(OidcError::Mismatched);
        }
        pending.check_state(callback.state.as_deref())?;
        let provider = self.name();
        match callback.reason().as_deref() {
            Some("access_denied" | "user_cancelled_authorize") => {
                Err(OidcError::Cancelled(provider))
            }
            Some(reason) => Err(OidcError::Refused { provider, reason: reason.to_owned() }),
            None => callback.code().ok_or(OidcError::Incomplete(provider)),
        }
    }

    async fn verify(
        &self,
        token: &str,
        metadata: &Metadata,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Claims, OidcError> {
        let provider = self.name();
        let signer = id_token::signer(token, &metadata.algorithms).map_err(|f| f.of(provider))?;
        let key = self.key(&signer, metadata, now).await?;
        let client_id = self.settings.client_id.as_str();
        let expected = Expected { issuers: &self.issuers, client_id, nonce, now };
        id_token::verify(token, &key, signer.algorithm, &expected).map_err(|f| f.of(provider))
    }

    /// The key that signed; providers change theirs, so an unknown one is looked for once more.
    async fn key(
        &self,
        signer: &Signer,
        metadata: &Metadata,
        now: Timestamp,
    ) -> Result<DecodingKey, OidcError> {
        let fetch = || Keys::fetch(&self.line, &metadata.jwks);
        let find = |keys: &Keys| keys.find(&signer.kid, signer.algorithm);
        let keys = self.keys.get(now, fetch()).await?;
        if let Some(key) = find(&keys) {
            return Ok(key);
        }
        let newer = self.keys.newer_than(&keys, now, fetch()).await?;
        find(&newer).ok_or_else(|| TokenFault::UnknownKey.of(self.name()))
    }

    async fn metadata(&self, now: Timestamp) -> Result<std::sync::Arc<Metadata>, OidcError> {
        let fetch = metadata::fetch(&self.line, &self.settings.issuer, &self.issuer_url);
        self.metadata.get(now, fetch).await
    }

    fn client(&self, metadata: &Metadata) -> exchange::OidcClient {
        let (authorization, token) = (metadata.authorization.clone(), metadata.token.clone());
        exchange::client(&self.settings.client_id, self.redirect.clone(), authorization, token)
    }

    fn client_secret(&self, now: Timestamp) -> Result<String, OidcError> {
        match &self.settings.credential {
            Credential::Secret(secret) => Ok(secret.expose().to_owned()),
            Credential::AppleKey(key) => key
                .client_secret(&self.settings.client_id, &self.settings.issuer, now)
                .map_err(|_why| OidcError::Misconfigured {
                    provider: self.name(),
                    reason: "the private key cannot sign".to_owned(),
                }),
        }
    }
}
