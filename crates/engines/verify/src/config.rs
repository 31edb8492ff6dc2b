use std::net::SocketAddr;
use std::time::Duration;

/// How the verifier behaves towards the world. Every duration is a ceiling.
#[derive(Debug, Clone)]
pub struct VerifyConfig {
    /// Name said in EHLO. Servers compare it with the reverse DNS name of the calling address.
    pub helo_name: String,
    /// Address said in MAIL FROM; empty for the null sender `<>`.
    pub mail_from: String,
    /// Name servers to ask; `None` for those of the machine.
    pub dns: Option<Vec<SocketAddr>>,
    /// Port of the mail servers.
    pub smtp_port: u16,
    /// Ceiling of one DNS question, its repeat included.
    pub dns_timeout: Duration,
    /// Ceiling of opening a connection.
    pub connect_timeout: Duration,
    /// Ceiling of waiting for one SMTP reply.
    pub command_timeout: Duration,
    /// Ceiling of one call of the verifier, waiting for a free connection included.
    pub call_timeout: Duration,
    /// Connections open to one mail host at a time.
    pub connections_per_host: usize,
    /// Connections open at a time, all hosts together.
    pub connections_max: usize,
    /// Connections kept open for the next question.
    pub idle_connections_max: usize,
    /// How long an unused connection is kept.
    pub idle_timeout: Duration,
    /// Whether mail hosts in private or loopback address ranges, and names under `.test` and
    /// `.example`, are asked. Only a sandbox wants that.
    pub allow_private_hosts: bool,
    /// Whether a random name is tried at a domain that accepted the real one.
    pub catch_all_probe: bool,
    /// Recipients asked on one connection before a new one is opened.
    pub recipients_per_connection: usize,
    /// Domains whose DNS answer is remembered.
    pub dns_cache_entries_max: usize,
    /// Domains whose catch-all answer is remembered.
    pub catch_all_cache_entries_max: usize,
    /// How long a catch-all answer is believed.
    pub catch_all_ttl: Duration,
    /// How long a host that does not answer, or refuses this sender, is left alone.
    pub host_pause: Duration,
}

impl Default for VerifyConfig {
    fn default() -> Self {
        Self {
            helo_name: "localhost.localdomain".into(),
            mail_from: String::new(),
            dns: None,
            smtp_port: 25,
            dns_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(10),
            // RFC 5321 §4.5.3.2 wants minutes; servers that delay their greeting on purpose stay
            // below 30 s, and a list of a million rows cannot wait for the others.
            command_timeout: Duration::from_secs(30),
            call_timeout: Duration::from_secs(90),
            connections_per_host: 4,
            connections_max: 512,
            idle_connections_max: 256,
            idle_timeout: Duration::from_secs(8),
            allow_private_hosts: false,
            catch_all_probe: true,
            // Postfix slows a client down after 10 errors and hangs up after 20
            // (smtpd_soft_error_limit, smtpd_hard_error_limit).
            recipients_per_connection: 18,
            dns_cache_entries_max: 100_000,
            catch_all_cache_entries_max: 100_000,
            catch_all_ttl: Duration::from_hours(1),
            host_pause: Duration::from_mins(1),
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The EHLO name is empty or has characters that would end the command.
    #[error("helo_name {0:?} is no host name; set the public name of this machine")]
    HeloName(String),
    /// The sender is neither empty nor an address.
    #[error("mail_from {address:?} {why}; set an address of a domain of yours, or nothing")]
    MailFrom {
        /// What was set.
        address: String,
        /// What is wrong with it.
        why: crate::AddressError,
    },
    /// A limit is zero.
    #[error("{0} is zero; it must be at least one")]
    Zero(&'static str),
    /// The name servers of the machine could not be read, or none was given.
    #[error("no name server: {0}; set dns to the address of one")]
    Dns(String),
}

impl VerifyConfig {
    /// The first thing that would make the configuration unusable.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let helo = &self.helo_name;
        let named = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
        if helo.is_empty() || helo.len() > 255 || !helo.chars().all(named) {
            return Err(ConfigError::HeloName(helo.clone()));
        }
        if !self.mail_from.is_empty() {
            crate::syntax(&self.mail_from)
                .map_err(|why| ConfigError::MailFrom { address: self.mail_from.clone(), why })?;
        }
        for (name, value) in [
            ("connections_per_host", self.connections_per_host),
            ("connections_max", self.connections_max),
            ("recipients_per_connection", self.recipients_per_connection),
            ("dns_cache_entries_max", self.dns_cache_entries_max),
            ("catch_all_cache_entries_max", self.catch_all_cache_entries_max),
        ] {
            if value == 0 {
                return Err(ConfigError::Zero(name));
            }
        }
        Ok(())
    }
}
