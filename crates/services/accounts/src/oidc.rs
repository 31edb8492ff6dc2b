//! Sign-in with Google and Apple by OpenID Connect (IAM-07, IAM-08, SYS-33, SYS-34).
//!
//! [`Provider::begin`] gives the address to send the browser to and what must be remembered of it
//! ([`PendingSignIn`]); [`Provider::finish`] turns what comes back into [`SignedIn`]. Between the two
//! nothing is kept here: the caller holds the pending sign-in, bound to the browser, and hands it in
//! once. Neither a database nor an HTTP server is known here, and time and chance are arguments.
//!
//! Sources: OpenID Connect Core 1.0 and Discovery 1.0, RFC 6749 (OAuth 2.0), RFC 7636 (PKCE),
//! RFC 9207 (issuer in the callback), and what Google and Apple do differently.

mod apple_key;
mod callback;
mod claims;
mod error;
mod exchange;
mod fetch;
mod id_token;
mod kept;
mod keys;
mod metadata;
mod name;
mod pending;
mod provider;
mod return_to;
mod settings;
mod signed_in;

pub use apple_key::{AppleKey, AppleKeyError};
pub use callback::Callback;
pub use error::{OidcError, TokenFault};
pub use name::ProviderName;
pub use pending::{Begun, PendingSignIn, SIGN_IN_TIME_MAX};
pub use provider::Provider;
pub use return_to::ReturnTo;
pub use settings::{ClientSettings, Credential, SetupError};
pub use signed_in::SignedIn;
