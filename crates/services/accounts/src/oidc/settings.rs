use captely_platform::secrets::Secret;
use oauth2::RedirectUrl;
use oauth2::url::Url;

use super::{AppleKey, ProviderName};

/// Our registration with one provider.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// Whose.
    pub provider: ProviderName,
    /// The provider's issuer identifier: [`ProviderName::issuer`] except for tests.
    pub issuer: String,
    /// What the provider calls us; Apple's Services ID.
    pub client_id: String,
    /// How we prove that we are it.
    pub credential: Credential,
    /// The public address of this server, such as `https://app.example.com`.
    pub redirect_base: String,
}

/// What proves who we are.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A text both sides know.
    Secret(Secret),
    /// A key that signs a new secret for every call.
    AppleKey(AppleKey),
}

/// Why a provider cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// Not an `http` or `https` address without query.
    #[error("{0:?} is no address such as https://app.example.com")]
    Address(String),
    /// Apple has no shared secret, and nobody else takes Apple's key.
    #[error("{0} takes another kind of credential")]
    Credential(ProviderName),
}

impl ClientSettings {
    /// Where the provider sends people back; must be registered there letter for letter.
    pub fn redirect_uri(&self) -> Result<String, SetupError> {
        let base = address(&self.redirect_base)?;
        let base = base.as_str().trim_end_matches('/');
        Ok(format!("{base}/api/auth/oidc/{}/callback", self.provider.word()))
    }

    pub(super) fn redirect_url(&self) -> Result<RedirectUrl, SetupError> {
        let uri = self.redirect_uri()?;
        RedirectUrl::new(uri).map_err(|_why| SetupError::Address(self.redirect_base.clone()))
    }

    pub(super) fn issuer_url(&self) -> Result<Url, SetupError> {
        address(&self.issuer)
    }

    pub(super) fn check_credential(&self) -> Result<(), SetupError> {
        match (self.provider, &self.credential) {
            (ProviderName::Google, Credential::Secret(_))
            | (ProviderName::Apple, Credential::AppleKey(_)) => Ok(()),
            (provider, _) => Err(SetupError::Credential(provider)),
        }
    }

    /// What `iss` may say in ID tokens. Google writes its issuer with and without `https://`.
    pub(super) fn issuers(&self) -> Vec<String> {
        let mut all = vec![self.issuer.clone()];
        if self.provider == ProviderName::Google
            && let Some((_, bare)) = self.issuer.split_once("://")
        {
            all.push(bare.to_owned());
        }
        all
    }
}

fn address(text: &str) -> Result<Url, SetupError> {
    let wrong = || SetupError::Address(text.to_owned());
    let url = Url::parse(text).ok().ok_or_else(wrong)?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let usable = matches!(url.scheme(), "https" | "http") && url.has_host() && plain;
    if usable { Ok(url) } else { Err(wrong()) }
}
