use std::time::Duration;

/// For look-up, TCP and TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For a whole delivery.
const TIMEOUT: Duration = Duration::from_secs(10);
const USER_AGENT: &str = concat!("captely/", env!("CARGO_PKG_VERSION"));

/// Both kinds of client of reqwest have the same words and no common trait.
///
/// There is no guard against private addresses here, unlike for addresses that users or providers
/// name: these come from the operator's settings alone, and a Sentry or a collector of one's own
/// stands on a private address as a rule. No redirect is followed, so that nobody else is sent the
/// deliveries and their keys; no proxy of the environment is used.
macro_rules! build {
    ($builder:expr, $url:expr) => {{
        // Somebody else's earlier choice of cryptography stands.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = $builder
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        // Over plain HTTP the system's certificate authorities are not needed and may be absent.
        if $url.starts_with("http://") {
            builder.tls_certs_only([]).build()
        } else {
            builder.build()
        }
    }};
}

/// A client for deliveries to `url`, on threads that have tokio.
pub(super) fn client(url: &str) -> reqwest::Result<reqwest::Client> {
    build!(reqwest::Client::builder(), url)
}

/// The same for a thread without tokio. It must not be made or dropped on one with it.
pub(super) fn blocking_client(url: &str) -> reqwest::Result<reqwest::blocking::Client> {
    build!(reqwest::blocking::Client::builder(), url)
}
