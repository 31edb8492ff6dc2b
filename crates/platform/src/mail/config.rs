use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::Mailbox;
use crate::secrets::Secret;

/// How mail is sent.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// Who it is from. The way out must accept this address as a sender.
    pub sender: Mailbox,
    /// The way out.
    pub transport: TransportConfig,
}

/// Nothing is sent.
impl Default for MailConfig {
    fn default() -> Self {
        Self { sender: Mailbox::captely(), transport: TransportConfig::Outbox }
    }
}

/// Which way mail goes out.
#[derive(Debug, Clone)]
pub enum TransportConfig {
    /// Nothing is sent: mail stays in the database, to be read by [`super::outbox`].
    Outbox,
    /// A mail server that takes submissions.
    Smtp(SmtpConfig),
    /// Resend's API.
    Resend(ResendConfig),
}

/// A mail server that takes submissions (RFC 6409).
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Its name, which its certificate must bear, or its address.
    pub host: String,
    /// Usually 587, and 465 with [`SmtpTls::Implicit`].
    pub port: u16,
    /// How the connection is kept private.
    pub tls: SmtpTls,
    /// Name and password of our account, where one is needed.
    pub account: Option<(String, Secret)>,
    /// A file of certificates in PEM to trust beside those of the system, for a server of one's own.
    pub ca_file: Option<PathBuf>,
    /// For connecting, and for each reply.
    pub timeout: Duration,
    /// Connections at once.
    pub connections_max: u32,
}

impl SmtpConfig {
    /// Whether `host` is this machine by its name or address alone; nothing is looked up.
    pub fn is_this_machine(host: &str) -> bool {
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// How a connection to a mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// STARTTLS (RFC 3207), demanded: without it nothing is sent.
    Starttls,
    /// TLS from the first byte (RFC 8314 §3).
    Implicit,
    /// Not at all; to this machine only.
    None,
}

/// Resend's API.
#[derive(Debug, Clone)]
pub struct ResendConfig {
    /// `re_…`
    pub key: Secret,
    /// `https://api.resend.com`, or a sandbox's on loopback.
    pub base: String,
    /// For the whole call.
    pub timeout: Duration,
}

impl ResendConfig {
    /// Where the real one is.
    pub const BASE: &'static str = "https://api.resend.com";
}
