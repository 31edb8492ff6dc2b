use std::net::IpAddr;
use std::sync::Arc;

use super::connect::Caller;
use super::session::{Session, Trust};
use super::trouble::Trouble;
use crate::config::{StartTls, VerifyConfig};

/// What a mail server says to somebody who only calls.
pub(crate) struct Greeting {
    /// Its greeting.
    pub(crate) greeting: String,
    /// The first line of its reply to EHLO; many name in it the address they see.
    pub(crate) hello: String,
}

/// Calls a mail host, says EHLO and leaves. TLS is left out: whether the way is open shows before it.
pub(crate) async fn greet(
    config: &VerifyConfig,
    host: &str,
    addresses: &[IpAddr],
) -> Result<Greeting, Trouble> {
    let caller =
        Caller::new(Arc::new(VerifyConfig { starttls: StartTls::Never, ..config.clone() }));
    let trust = Trust { tls: false, pipelining: false };
    let session = Session::open(&caller, (host, addresses), trust).await?;
    Ok(Greeting { greeting: session.greeting.clone(), hello: session.hello.clone() })
}
