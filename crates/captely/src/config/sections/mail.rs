use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use captely_platform::mail::{
    MailConfig, Mailbox, ResendConfig, SmtpConfig, SmtpTls, TransportConfig,
};

use super::providers::wrong_url;
use crate::config::Secret;
use crate::config::reader::{Reader, Section};
use crate::config::setting::{Raw, Setting, words};

/// `[mail]`: mail to people: codes, resets, invitations. What is said as `SMTP_…`, `FROM_…` and
/// `RESEND_API_KEY` are the names of REQUIREMENTS NTF-07 and CFG-05.
pub(super) fn read(reader: &mut Reader<'_>) -> MailConfig {
    let mut section = reader.section("mail");
    let chosen: Option<Way> = section
        .key("transport", "Which way mail goes out; outbox sends nothing and keeps it to be read.")
        .optional("resend with a key, smtp with a host, else outbox");
    let sender = sender(&mut section);
    let timeout = Duration::from_secs(u64::from(
        section.key("timeout_s", "For connecting, and for each answer.").within(30_u32, 1..=600),
    ));
    let smtp = smtp(&mut section, timeout);
    let resend = resend(&mut section, timeout);
    let transport = match (chosen, smtp, resend) {
        (Some(Way::Outbox), _, _) | (None, None, None) => TransportConfig::Outbox,
        (Some(Way::Smtp) | None, Some(smtp), None) | (Some(Way::Smtp), Some(smtp), Some(_)) => {
            TransportConfig::Smtp(smtp)
        }
        (Some(Way::Resend) | None, None, Some(resend))
        | (Some(Way::Resend), Some(_), Some(resend)) => TransportConfig::Resend(resend),
        (Some(Way::Smtp), None, _) => {
            let why = "is not set, but mail.transport is smtp: name the server, such as \
                       smtp.example.com";
            section.fault("smtp_host", why);
            TransportConfig::Outbox
        }
        (Some(Way::Resend), _, None) => {
            let why = "is not set, but mail.transport is resend: set RESEND_API_KEY to the key \
                       that resend.com/api-keys gives";
            section.fault("resend_key", why);
            TransportConfig::Outbox
        }
        (None, Some(_), Some(_)) => {
            let why = "is not set, and there are both a mail server and a key of Resend: say smtp \
                       or resend";
            section.fault("transport", why);
            TransportConfig::Outbox
        }
    };
    MailConfig { sender, transport }
}

fn sender(section: &mut Section<'_, '_>) -> Mailbox {
    let nobody = MailConfig::default().sender;
    let no_address = |text: &String| Mailbox::new(text, None).err().map(|why| why.to_string());
    let address = section
        .key("from_address", "Whom mail is from; the way out must accept it.")
        .also(&["FROM_EMAIL", "SMTP_EMAIL"])
        .checked(nobody.address(), no_address);
    let name = section
        .key("from_name", "The name beside that address.")
        .also(&["FROM_NAME"])
        .or(nobody.name().unwrap_or_default().to_owned());
    let address = address.as_deref().unwrap_or(nobody.address());
    // What is no address was a fault above.
    Mailbox::new(address, Some(&name)).unwrap_or(nobody)
}

/// `None` without a host.
fn smtp(section: &mut Section<'_, '_>, timeout: Duration) -> Option<SmtpConfig> {
    let host: Option<String> = section
        .key("smtp_host", "The mail server that takes our mail.")
        .also(&["SMTP_HOST", "SMTP_SERVER"])
        .checked("none", |host: &String| wrong_host(host));
    let port: Option<u16> = section
        .key("smtp_port", "Its port.")
        .also(&["SMTP_PORT"])
        .optional_within("587, or 465 with smtp_tls = implicit", 1..=65_535);
    let tls = section
        .key("smtp_tls", "How the connection is kept private; none is for this machine alone.")
        .optional("starttls, or implicit with port 465");
    let implied = if port == Some(465) { SmtpTls::Implicit } else { SmtpTls::Starttls };
    let tls = tls.map_or(implied, |Tls(tls)| tls);
    let user: Option<String> = section
        .key("smtp_user", "The account's name, where the server wants one.")
        .also(&["SMTP_USERNAME", "SMTP_EMAIL"])
        .optional("none");
    let password: Option<Password> = section
        .key("smtp_password", "The account's password. Keep it out of files that others read.")
        .also(&["SMTP_PASSWORD"])
        .optional("none");
    let ca_file: Option<PathBuf> = section
        .key(
            "smtp_ca_file",
            "Certificates (PEM) to trust beside the system's, for a server of one's own.",
        )
        .optional("none");
    let connections_max =
        section.key("smtp_connections", "Connections at once.").within(4_u32, 1..=100);
    let host = host?;
    let account = match (user, password) {
        (Some(user), Some(password)) => Some((user, password.0)),
        (None, None) => None,
        (Some(_), None) => {
            section.fault("smtp_password", "is not set, but mail.smtp_user is: set SMTP_PASSWORD");
            None
        }
        (None, Some(_)) => {
            section.fault("smtp_user", "is not set, but mail.smtp_password is: set SMTP_USERNAME");
            None
        }
    };
    if tls == SmtpTls::None && !SmtpConfig::is_this_machine(&host) {
        let why = "is none, which is for a mail server on this machine: passwords and codes would \
                   go over the net in the clear; use starttls or implicit";
        section.fault("smtp_tls", why);
    }
    let port = port.unwrap_or(if tls == SmtpTls::Implicit { 465 } else { 587 });
    Some(SmtpConfig { host, port, tls, account, ca_file, timeout, connections_max })
}

fn wrong_host(host: &str) -> Option<String> {
    let odd = |c: char| !(c.is_ascii_alphanumeric() || ".-_:".contains(c));
    let wrong = host.is_empty() || host.len() > 253 || host.contains(odd);
    wrong.then(|| format!("is {host:?}, but must be a server's name, such as smtp.example.com"))
}

/// `None` without a key.
fn resend(section: &mut Section<'_, '_>, timeout: Duration) -> Option<ResendConfig> {
    let key: Option<Secret> = section
        .key("resend_key", "Resend's API key. Keep it out of files that others read.")
        .also(&["RESEND_API_KEY"])
        .optional("none");
    let base: Option<String> = section
        .key("resend_base", "Another address of Resend's API, such as a sandbox's.")
        .checked("its own", |url: &String| wrong_url(url));
    let base = base.unwrap_or_else(|| ResendConfig::BASE.to_owned());
    key.map(|key| ResendConfig { key, base, timeout })
}

/// Which way mail goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Outbox,
    Smtp,
    Resend,
}

impl FromStr for Way {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Ok(match word {
            "outbox" => Self::Outbox,
            "smtp" => Self::Smtp,
            "resend" => Self::Resend,
            _ => return Err(format!("{word:?} is no way")),
        })
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Outbox => "outbox",
            Self::Smtp => "smtp",
            Self::Resend => "resend",
        })
    }
}

words!(Way: "outbox, smtp or resend");

/// How a connection to a mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tls(SmtpTls);

impl FromStr for Tls {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Ok(Self(match word {
            "starttls" => SmtpTls::Starttls,
            "implicit" => SmtpTls::Implicit,
            "none" => SmtpTls::None,
            _ => return Err(format!("{word:?} is no way")),
        }))
    }
}

impl fmt::Display for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            SmtpTls::Starttls => "starttls",
            SmtpTls::Implicit => "implicit",
            SmtpTls::None => "none",
        })
    }
}

words!(Tls: "starttls, implicit or none");

/// A secret that may have blanks inside, as the passwords that mail services make do.
struct Password(Secret);

impl Setting for Password {
    const KIND: &'static str = "a text";
    const SECRET: bool = true;

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::Loose(text) | Raw::Text(text) if text.is_empty() => Err("is empty".to_owned()),
            Raw::Loose(text) | Raw::Text(text) if text.contains(char::is_control) => {
                Err("has a control character inside, so it is no password".to_owned())
            }
            Raw::Loose(text) | Raw::Text(text) => Ok(Self(Secret::from(text.as_str()))),
            _ => Err(format!("must be {}", Self::KIND)),
        }
    }

    fn show(&self) -> String {
        "set (hidden)".to_owned()
    }
}
