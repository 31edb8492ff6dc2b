use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use captely_contact::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Message, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::fault::SendFault;
use super::{Letter, MailSetupError, SmtpConfig, SmtpTls};
use crate::ids::MailId;

/// How long an unused connection is kept; servers hang up after minutes.
const IDLE: Duration = Duration::from_secs(30);

/// The largest file of certificates, in bytes.
const CA_FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Replies that say that we are not who we should be, not that the mail is wrong: somebody will mend
/// the settings (RFC 4954 §6; 530 RFC 3207 §4).
const OUR_FAULT: [u16; 5] = [454, 530, 534, 535, 538];

/// A mail server that takes submissions.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    server: String,
}

impl Smtp {
    pub(super) fn new(config: &SmtpConfig) -> Result<Self, MailSetupError> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls(config)?)
            // A client that names no host of its own gives its address (RFC 5321 §4.1.3).
            .hello_name(ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST))
            .timeout(Some(config.timeout))
            .pool_config(PoolConfig::new().max_size(config.connections_max).idle_timeout(IDLE));
        if let Some((name, password)) = &config.account {
            builder = builder
                .credentials(Credentials::new(name.clone(), password.expose().to_owned()))
                .authentication(vec![Mechanism::Plain, Mechanism::Login]);
        }
        let server = format!("{}:{}", config.host, config.port);
        Ok(Self { transport: builder.build(), server })
    }

    pub(super) async fn send(
        &self,
        id: MailId,
        letter: &Letter,
        queued_at: Timestamp,
    ) -> Result<Option<String>, SendFault> {
        let message = message(id, letter, queued_at).map_err(SendFault::Final)?;
        match self.transport.send(message).await {
            // Most servers say under which name they queued it: "2.0.0 Ok: queued as 4ZJ0…".
            Ok(reply) => Ok(reply.first_line().map(str::to_owned)),
            Err(why) => Err(self.sort(&why, letter)),
        }
    }

    fn sort(&self, why: &lettre::transport::smtp::Error, letter: &Letter) -> SendFault {
        let said = format!("the mail server {} did not take it: {}", self.server, whole(why));
        let ours = why.status().is_some_and(|code| OUR_FAULT.contains(&u16::from(code)));
        // What the client itself refuses to do is a matter of settings (the server has no STARTTLS,
        // no way to log in), but for a recipient with letters beyond ASCII: SMTPUTF8 (RFC 6531).
        let foreign = why.is_client() && !letter.to.address().is_ascii();
        if (why.is_permanent() && !ours) || foreign {
            SendFault::Final(said)
        } else {
            SendFault::later(said)
        }
    }
}

/// An error with its causes, each of which lettre tells only when it is asked.
fn whole(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !out.contains(&words) {
            out = format!("{out}: {words}");
        }
        cause = inner.source();
    }
    out
}

fn tls(config: &SmtpConfig) -> Result<Tls, MailSetupError> {
    if config.tls == SmtpTls::None {
        return if SmtpConfig::is_this_machine(&config.host) {
            Ok(Tls::None)
        } else {
            Err(MailSetupError::Clear { host: config.host.clone() })
        };
    }
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        // One of lettre's holds all that stand in the file.
        parameters = parameters.add_root_certificate(certificate(path)?);
    }
    let parameters = parameters
        .build()
        .map_err(|why| MailSetupError::Host { host: config.host.clone(), why: whole(&why) })?;
    Ok(match config.tls {
        SmtpTls::Implicit => Tls::Wrapper(parameters),
        SmtpTls::Starttls | SmtpTls::None => Tls::Required(parameters),
    })
}

fn certificate(path: &Path) -> Result<Certificate, MailSetupError> {
    let fault = |why: String| MailSetupError::Certificates { path: path.to_owned(), why };
    let size = std::fs::metadata(path).map_err(|why| fault(why.to_string()))?.len();
    if size > CA_FILE_BYTES_MAX {
        return Err(fault(format!("it is larger than {CA_FILE_BYTES_MAX} bytes")));
    }
    let pem = std::fs::read(path).map_err(|why| fault(why.to_string()))?;
    Certificate::from_pem(&pem).map_err(|why| fault(whole(&why)))
}

/// The letter as RFC 5322 has it. Everything in it follows from the row, so that a repeat has the same
/// `Message-ID` and `Date`.
fn message(id: MailId, letter: &Letter, queued_at: Timestamp) -> Result<Message, String> {
    let mailbox = |of: &super::Mailbox| of.for_header().map_err(|why| why.to_string());
    let date = UNIX_EPOCH
        + Duration::from_micros(u64::try_from(queued_at.as_micros()).unwrap_or_default());
    // RFC 3834 §5: no automatic answer is wanted.
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    Message::builder()
        .from(mailbox(&letter.from)?)
        .to(mailbox(&letter.to)?)
        .subject(letter.subject.clone())
        .date(date)
        .message_id(Some(format!("<{id}@{}>", letter.from.domain())))
        .raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|why| format!("the letter cannot be written as a mail: {why}"))
}

/// The server only.
impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({})", self.server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::TestClock;
    use crate::mail::Mailbox;
    use uuid::Uuid;

    fn letter(subject: &str, name: &str) -> Letter {
        Letter {
            from: Mailbox::new("noreply@captely.com", Some("Captely")).unwrap(),
            to: Mailbox::new("ada@example.com", Some(name)).unwrap(),
            subject: subject.to_owned(),
            html: "<p>Grüße</p>\n".to_owned(),
            text: "Grüße\n.\nBcc: nobody\n".to_owned(),
        }
    }

    fn written(letter: &Letter) -> String {
        let message = message(MailId::from(Uuid::from_u128(7)), letter, TestClock::START).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    #[test]
    fn the_headers_of_a_letter() {
        let text = written(&letter("Grüße", "Ada"));
        let head = text.split("\r\n\r\n").next().unwrap();
        for line in [
            "From: Captely <noreply@captely.com>",
            "To: Ada <ada@example.com>",
            "Date: Mon, 05 Jan 2026 09:00:00 +0000",
            "Message-ID: <mail_00000000000000000000000000000007@captely.com>",
            "Auto-Submitted: auto-generated",
            "Subject: =?utf-8?b?R3LDvMOfZQ==?=",
            "MIME-Version: 1.0",
        ] {
            assert!(head.lines().any(|l| l == line), "{line} is not in\n{head}");
        }
        assert!(text.contains("multipart/alternative"));
    }

    #[test]
    fn no_header_is_injected() {
        // A subject that got by the templates' cleaning, and a name that got by the mailbox's.
        let text = written(&letter(
            "Hi\r\nBcc: eve@example.com\r\n\r\nHello",
            "Ada\r\nBcc: eve@x.example",
        ));
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(head.contains("\r\nContent-Type: multipart/alternative"), "{head}");
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    }

    #[tokio::test]
    async fn in_the_clear_to_this_machine_only() {
        let config = |host: &str, tls| SmtpConfig {
            host: host.to_owned(),
            port: 25,
            tls,
            account: None,
            ca_file: None,
            timeout: Duration::from_secs(1),
            connections_max: 1,
        };
        for here in ["localhost", "127.0.0.1", "127.8.9.1", "::1"] {
            assert!(Smtp::new(&config(here, SmtpTls::None)).is_ok(), "{here}");
        }
        for away in ["mail.example.com", "10.0.0.1", "localhost.example.com"] {
            let why = Smtp::new(&config(away, SmtpTls::None)).unwrap_err().to_string();
            assert!(why.contains("in the clear"), "{why}");
            assert!(Smtp::new(&config(away, SmtpTls::Starttls)).is_ok(), "{away}");
        }
    }
}
