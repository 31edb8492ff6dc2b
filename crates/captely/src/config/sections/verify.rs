use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use captely_contact::{Domain, EmailAddress};
use captely_verify::{BLOCK_LISTS, Level, VerifyConfig};

use super::mail_hosts::MailHostSettings;
use crate::cli::WAIT_S_MAX;
use crate::config::reader::Reader;
use crate::config::setting::{Raw, Setting, words};

/// `[verify]`: how addresses are checked, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifySettings {
    /// How deep to look.
    pub level: Level,
    /// The name said in EHLO.
    pub helo_name: String,
    /// The sender said in MAIL FROM; empty for the null sender.
    pub mail_from: String,
    /// Name servers; empty for those of the machine.
    pub dns_servers: Vec<SocketAddr>,
    /// Port of mail servers.
    pub smtp_port: u16,
    /// Ceiling of one DNS question.
    pub dns_timeout_ms: u32,
    /// Ceiling of opening a connection.
    pub connect_timeout_ms: u32,
    /// Ceiling of one reply of a mail server.
    pub reply_timeout_ms: u32,
    /// Connections to one mail host at a time.
    pub connections_per_host: usize,
    /// Addresses under way at a time.
    pub addresses_at_once: usize,
    /// Whether mail hosts at private addresses are asked.
    pub allow_private_hosts: bool,
    /// How long an answer is believed, in days.
    pub remember_days: u32,
    /// How long a list waits for addresses that were put off.
    pub wait_s: u32,
    /// Country of numbers of which nothing says it: two letters, or empty.
    pub country: String,
    /// The address that mail servers see; found out where it is not set.
    pub public_address: Option<IpAddr>,
    /// Block lists that the address is looked up in.
    pub block_lists: Vec<Domain>,
    /// How mail hosts are called, and how hard.
    pub mail_hosts: MailHostSettings,
    /// Addresses and domains that are always written to.
    pub own_allow_list: Option<PathBuf>,
    /// Addresses and domains that never are.
    pub own_block_list: Option<PathBuf>,
    /// Counts that probabilities rest on, in place of the built-in ones.
    pub calibration_file: Option<PathBuf>,
}

impl VerifySettings {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let mut section = reader.section("verify");
        let level = section
            .key("level", "How deep to look: syntax, domain, mx, or smtp (asks the mail server).")
            .or(Level::Smtp);
        let helo_name = section
            .key("helo_name", "The public name of this machine, said to mail servers.")
            .or("localhost.localdomain".to_owned());
        if !is_host_name(&helo_name) {
            section.fault("helo_name", "is no host name such as mail.example.com");
        }
        let mail_from = section
            .key("mail_from", "The sender told to mail servers; empty for the null sender.")
            .or(String::new());
        if !mail_from.is_empty() && mail_from.parse::<EmailAddress>().is_err() {
            section.fault("mail_from", "is no e-mail address");
        }
        let country = section
            .key("country", "Country of phone numbers without + whose row names none: two letters.")
            .or(String::new());
        if !country.is_empty() && !is_country_code(&country) {
            section.fault("country", "is no two letters such as GB");
        }
        let servers = section
            .key("dns_servers", "Name servers as IP or IP:port; empty for those of the machine.")
            .or(Vec::<Server>::new());
        Self {
            level,
            helo_name,
            mail_from,
            dns_servers: servers.into_iter().map(|server| server.0).collect(),
            smtp_port: section.key("smtp_port", "Port of mail servers.").within(25, 1..=65_535),
            dns_timeout_ms: section
                .key("dns_timeout_ms", "Ceiling of one DNS question, its repeat included.")
                .within(5_000, 10..=60_000),
            connect_timeout_ms: section
                .key("connect_timeout_ms", "Ceiling of opening a connection to a mail server.")
                .within(10_000, 10..=120_000),
            reply_timeout_ms: section
                .key("reply_timeout_ms", "Ceiling of waiting for one reply of a mail server.")
                .within(30_000, 10..=600_000),
            connections_per_host: section
                .key("connections_per_host", "Connections to one mail host at a time.")
                .within(4, 1..=100),
            addresses_at_once: section
                .key("addresses_at_once", "Addresses being checked at a time.")
                .within(1_000, 1..=10_000),
            allow_private_hosts: section
                .key("allow_private_hosts", "Whether mail hosts at private addresses are asked.")
                .or(false),
            remember_days: section
                .key(
                    "remember_days",
                    "How long an answer is believed and not asked again; 0 is not.",
                )
                .within(30, 0..=365),
            wait_s: section
                .key("wait_s", "How long a list waits for mail servers that put strangers off.")
                .within(900, 0..=WAIT_S_MAX),
            country: country.to_ascii_uppercase(),
            public_address: section
                .key("public_address", "The address of this machine that mail servers see.")
                .optional("found out"),
            block_lists: section
                .key("block_lists", "Zones of block lists that captely doctor looks it up in.")
                .or(BLOCK_LISTS.iter().filter_map(|zone| zone.parse().ok()).collect()),
            mail_hosts: MailHostSettings::read(&mut section),
            own_allow_list: section
                .key("own_allow_list", "File of addresses and domains that are always written to.")
                .optional("none"),
            own_block_list: section
                .key("own_block_list", "File of addresses and domains that never are.")
                .optional("none"),
            calibration_file: section
                .key("calibration_file", "File of own counts that probabilities rest on.")
                .optional("built in"),
        }
    }
}

impl VerifySettings {
    /// The same for the verifier.
    pub fn for_engine(&self) -> VerifyConfig {
        let millis = |ms: u32| Duration::from_millis(ms.into());
        self.mail_hosts.instead(VerifyConfig {
            helo_name: self.helo_name.clone(),
            mail_from: self.mail_from.clone(),
            dns: (!self.dns_servers.is_empty()).then(|| self.dns_servers.clone()),
            smtp_port: self.smtp_port,
            dns_timeout: millis(self.dns_timeout_ms),
            connect_timeout: millis(self.connect_timeout_ms),
            command_timeout: millis(self.reply_timeout_ms),
            connections_per_host: self.connections_per_host,
            allow_private_hosts: self.allow_private_hosts,
            ..VerifyConfig::default()
        })
    }
}

/// Letters, digits, dots and hyphens, or an address literal (RFC 5321 §4.1.3).
fn is_host_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    !name.is_empty() && name.len() <= 255 && name.chars().all(allowed)
}

/// Two letters, as in ISO 3166-1 alpha-2.
fn is_country_code(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic())
}

words!(Level: "syntax, domain, mx or smtp");

/// A name server, at port 53 unless it says another.
struct Server(SocketAddr);

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Setting for Server {
    const KIND: &'static str = "an address such as 9.9.9.9 or 127.0.0.1:5353";

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = String::read(raw).map_err(|_said| format!("must be {}", Self::KIND))?;
        let text = text.trim();
        let bare = || text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, 53));
        let found = text.parse().ok().or_else(bare).map(Self);
        found.ok_or_else(|| format!("has {text:?}, but must have {}", Self::KIND))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}
