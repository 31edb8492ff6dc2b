mod private_key;

use captely_accounts::oidc::{AppleKey, ClientSettings, Credential, ProviderName};

use self::private_key::PrivateKey;
use super::providers::wrong_url;
use crate::config::reader::{Reader, Section};
use crate::config::{Secret, Sources};

/// `[sign_in]`: whom people can sign in with besides a password. Each is there only when all that it
/// needs is set, and sends people back to `server.public_url`.
#[derive(Debug, Clone)]
pub struct SignInSettings {
    /// `[sign_in.google]`.
    pub google: Option<ClientSettings>,
    /// `[sign_in.apple]`.
    pub apple: Option<ClientSettings>,
}

impl SignInSettings {
    pub(crate) fn read(reader: &mut Reader<'_>, sources: &Sources, public_url: &str) -> Self {
        Self { google: google(reader, public_url), apple: apple(reader, public_url, sources) }
    }

    /// See [`Settings::at`](super::Settings::at).
    pub(super) fn at(&self, public_url: &str) -> Self {
        let led = |client: &ClientSettings| ClientSettings {
            redirect_base: public_url.to_owned(),
            ..client.clone()
        };
        Self { google: self.google.as_ref().map(led), apple: self.apple.as_ref().map(led) }
    }

    /// Those that are set up.
    pub fn clients(&self) -> impl Iterator<Item = &ClientSettings> {
        self.google.iter().chain(&self.apple)
    }
}

fn google(reader: &mut Reader<'_>, public_url: &str) -> Option<ClientSettings> {
    let mut section = reader.section("sign_in.google");
    let client_id: Option<String> =
        section.key("client_id", "The client id of the Google Cloud project.").optional("none");
    let secret: Option<Secret> = section
        .key("client_secret", "What goes with it. Keep it out of files that others read.")
        .optional("none");
    let issuer = issuer(&mut section, ProviderName::Google);
    let parts = [("client_id", client_id.is_some()), ("client_secret", secret.is_some())];
    if !is_complete(&mut section, &parts) {
        return None;
    }
    if let Some(why) = unfit_for_google(public_url) {
        reader.section("server").fault("public_url", why);
        return None;
    }
    Some(ClientSettings {
        provider: ProviderName::Google,
        issuer,
        client_id: client_id?,
        credential: Credential::Secret(secret?),
        redirect_base: public_url.to_owned(),
    })
}

fn apple(reader: &mut Reader<'_>, public_url: &str, sources: &Sources) -> Option<ClientSettings> {
    let mut section = reader.section("sign_in.apple");
    let client_id: Option<String> =
        section.key("client_id", "The Services ID, such as com.example.captely.").optional("none");
    let team_id: Option<String> = section
        .key("team_id", "The ten characters of the developer team.")
        .checked("none", |id: &String| wrong_id(id));
    let key_id: Option<String> = section
        .key("key_id", "The ten characters of the key for Sign in with Apple.")
        .checked("none", |id: &String| wrong_id(id));
    let key = PrivateKey::read(&mut section, sources);
    let issuer = issuer(&mut section, ProviderName::Apple);
    let parts = [
        ("client_id", client_id.is_some()),
        ("team_id", team_id.is_some()),
        ("key_id", key_id.is_some()),
        (key.name, key.is_given),
    ];
    if !is_complete(&mut section, &parts) {
        return None;
    }
    let made = AppleKey::new(&team_id?, &key_id?, &key.text?);
    let made = made.map_err(|why| section.fault(key.name, why.to_string())).ok();
    if issuer == ProviderName::Apple.issuer()
        && let Some(why) = unfit_for_apple(public_url)
    {
        reader.section("server").fault("public_url", why);
        return None;
    }
    Some(ClientSettings {
        provider: ProviderName::Apple,
        issuer,
        client_id: client_id?,
        credential: Credential::AppleKey(made?),
        redirect_base: public_url.to_owned(),
    })
}

fn issuer(section: &mut Section<'_, '_>, provider: ProviderName) -> String {
    let set = section
        .key("issuer", "Another provider's address that stands in for it in tests.")
        .checked(provider.issuer(), |url: &String| wrong_url(url));
    set.unwrap_or_else(|| provider.issuer().to_owned())
}

/// Whether all of `parts` are there. A fault for each that is missing where some are not.
fn is_complete(section: &mut Section<'_, '_>, parts: &[(&str, bool)]) -> bool {
    if !parts.iter().any(|(_, given)| *given) {
        return false;
    }
    let names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
    let needs = names.join(", ");
    for (name, _) in parts.iter().filter(|(_, given)| !given) {
        section.fault(name, format!("is missing or wrong; this sign-in needs {needs}"));
    }
    parts.iter().all(|(_, given)| *given)
}

/// Ten letters and digits, as Apple's ids have.
fn wrong_id(id: &str) -> Option<String> {
    let right = id.len() == 10 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    (!right).then(|| "has not the ten letters and digits of such an id".to_owned())
}

/// Google takes `http://` for this machine alone.
fn unfit_for_google(base: &str) -> Option<&'static str> {
    let own = matches!(host(base), "localhost" | "127.0.0.1");
    (!base.starts_with("https://") && !own)
        .then_some("must begin with https://: Google sends people elsewhere over https only")
}

/// Apple sends nobody to `http://`, to this machine, or to an address without a name.
fn unfit_for_apple(base: &str) -> Option<&'static str> {
    let host = host(base);
    let named = host.contains(|c: char| c.is_ascii_alphabetic()) && !host.starts_with('[');
    let public = named && host != "localhost" && !host.ends_with(".localhost");
    (!base.starts_with("https://") || !public).then_some(
        "must be https:// and a public host name: Apple refuses http, localhost and IP addresses",
    )
}

/// The host of an address that [`wrong_url`] took.
fn host(base: &str) -> &str {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests;
