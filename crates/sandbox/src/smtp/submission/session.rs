//! One session: lines in, replies out, no socket.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::SubmissionSettings;
use crate::outbox::{CaughtMail, Outbox, Via};
use crate::smtp::command::Command;
use crate::smtp::path::Path;

/// Recipients of one message at most.
const RECIPIENTS_MAX: usize = 100;

/// Whether the session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Continue,
    Close,
}

/// What the next line is.
#[derive(Debug)]
enum Expect {
    Command,
    /// The one answer of AUTH PLAIN.
    Plain,
    /// The two answers of AUTH LOGIN.
    Name,
    Password {
        name: String,
    },
    Data,
}

/// A session.
pub(super) struct Session {
    settings: Arc<SubmissionSettings>,
    outbox: Arc<Outbox>,
    number: u64,
    taken: u64,
    expect: Expect,
    greeted: bool,
    logged_in: bool,
    sender: Option<String>,
    recipients: Vec<String>,
    message: String,
    too_large: bool,
}

impl Session {
    pub(super) fn new(settings: Arc<SubmissionSettings>, outbox: Arc<Outbox>, number: u64) -> Self {
        Self {
            settings,
            outbox,
            number,
            taken: 0,
            expect: Expect::Command,
            greeted: false,
            logged_in: false,
            sender: None,
            recipients: Vec::new(),
            message: String::new(),
            too_large: false,
        }
    }

    /// Takes a line without its end and appends the reply, if it has one.
    pub(super) fn take(&mut self, line: &[u8], out: &mut String) -> Next {
        let expect = std::mem::replace(&mut self.expect, Expect::Command);
        match expect {
            Expect::Command => return self.command(line, out),
            Expect::Plain => self.plain(line, out),
            Expect::Name => match decoded(line) {
                Some(name) => {
                    self.expect = Expect::Password { name };
                    say(out, "334 UGFzc3dvcmQ6");
                }
                None => say(out, "501 5.5.2 That is no base64"),
            },
            Expect::Password { name } => {
                let password = decoded(line).unwrap_or_default();
                self.log_in(&name, &password, out);
            }
            Expect::Data => self.data(line, out),
        }
        Next::Continue
    }

    /// A line that ends wrongly or never ends. Within a message it would let a second one in
    /// (RFC 5321 §2.3.8), so the session is over.
    pub(super) fn bad_line(&mut self, out: &mut String) -> Next {
        if matches!(self.expect, Expect::Command) {
            say(out, "500 5.5.2 Lines end in CR LF and are 1024 bytes long at most");
            return Next::Continue;
        }
        say(out, "521 5.5.2 Lines end in CR LF and are 1024 bytes long at most");
        Next::Close
    }

    fn command(&mut self, line: &[u8], out: &mut String) -> Next {
        let text = String::from_utf8_lossy(line);
        if let Some(rest) = text.get(..4).filter(|verb| verb.eq_ignore_ascii_case("AUTH")) {
            let rest = text.get(rest.len()..).unwrap_or_default().trim().to_owned();
            self.auth(&rest, out);
            return Next::Continue;
        }
        match Command::parse(line) {
            Ok(Command::Ehlo(_)) => self.ehlo(out),
            Ok(Command::Helo(_)) => {
                self.greeted = true;
                self.end_mail();
                say(out, "250 submission.sandbox.test");
            }
            Ok(Command::Mail { path, .. }) => self.mail(&path, out),
            Ok(Command::Rcpt { path, .. }) => self.rcpt(&path, out),
            Ok(Command::Data) if self.recipients.is_empty() => say(out, "503 5.5.1 No recipients"),
            Ok(Command::Data) => {
                self.expect = Expect::Data;
                say(out, "354 End data with <CR><LF>.<CR><LF>");
            }
            Ok(Command::Rset) => {
                self.end_mail();
                say(out, "250 2.0.0 Ok");
            }
            Ok(Command::Noop | Command::Help) => say(out, "250 2.0.0 Ok"),
            Ok(Command::Quit) => {
                say(out, "221 2.0.0 Bye");
                return Next::Close;
            }
            Ok(Command::StartTls | Command::Vrfy | Command::NotImplemented) => {
                say(out, "502 5.5.1 Not implemented");
            }
            Err(_no_command) => say(out, "500 5.5.2 That is no command"),
        }
        Next::Continue
    }

    fn ehlo(&mut self, out: &mut String) {
        self.greeted = true;
        self.end_mail();
        let size = format!("250-SIZE {}", self.settings.message_bytes_max);
        for line in ["250-submission.sandbox.test", &size, "250-AUTH PLAIN LOGIN"] {
            say(out, line);
        }
        say(out, "250-ENHANCEDSTATUSCODES");
        say(out, "250-PIPELINING");
        say(out, "250 8BITMIME");
    }

    fn auth(&mut self, rest: &str, out: &mut String) {
        let (mechanism, first) = rest.split_once(' ').unwrap_or((rest, ""));
        match mechanism.to_ascii_uppercase().as_str() {
            _ if !self.greeted || self.logged_in || self.sender.is_some() => {
                say(out, "503 5.5.1 Not now");
            }
            "PLAIN" if first.is_empty() => {
                self.expect = Expect::Plain;
                say(out, "334 ");
            }
            "PLAIN" => self.plain(first.as_bytes(), out),
            "LOGIN" => {
                self.expect = Expect::Name;
                say(out, "334 VXNlcm5hbWU6");
            }
            _ => say(out, "504 5.5.4 No such mechanism"),
        }
    }

    /// `identity NUL name NUL password` (RFC 4616 §2).
    fn plain(&mut self, line: &[u8], out: &mut String) {
        let said = decoded(line).unwrap_or_default();
        let mut parts = said.split('\0').skip(1);
        let (name, password) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        self.log_in(name, password, out);
    }

    fn log_in(&mut self, name: &str, password: &str, out: &mut String) {
        self.logged_in = name == self.settings.user && password == self.settings.password;
        say(
            out,
            if self.logged_in {
                "235 2.7.0 Welcome"
            } else {
                "535 5.7.8 Name or password is wrong"
            },
        );
    }

    fn mail(&mut self, path: &Path<'_>, out: &mut String) {
        match path {
            _ if !self.logged_in => say(out, "530 5.7.0 Log in first"),
            _ if self.sender.is_some() => say(out, "503 5.5.1 One sender at a time"),
            Path::Mailbox(mailbox) => {
                self.sender = Some(mailbox.text.to_owned());
                say(out, "250 2.1.0 Ok");
            }
            Path::Null | Path::Postmaster => say(out, "550 5.1.7 A submission has a sender"),
        }
    }

    fn rcpt(&mut self, path: &Path<'_>, out: &mut String) {
        let Path::Mailbox(mailbox) = path else {
            return say(out, "550 5.1.3 A recipient has a domain here");
        };
        let is_one_of =
            |all: &[String]| all.iter().any(|one| one.eq_ignore_ascii_case(mailbox.text));
        if self.sender.is_none() {
            say(out, "503 5.5.1 No sender yet");
        } else if is_one_of(&self.settings.refused) {
            say(out, &format!("550 5.1.1 <{}>: there is no such mailbox", mailbox.text));
        } else if is_one_of(&self.settings.put_off) {
            say(out, &format!("451 4.3.0 <{}>: try again later", mailbox.text));
        } else if self.recipients.len() >= RECIPIENTS_MAX {
            say(out, "452 4.5.3 Too many recipients");
        } else {
            self.recipients.push(mailbox.text.to_owned());
            say(out, "250 2.1.5 Ok");
        }
    }

    /// A line of the message; a lone dot ends it, another dot at its start is taken off (RFC 5321
    /// §4.5.2).
    fn data(&mut self, line: &[u8], out: &mut String) {
        if line == b"." {
            return self.end_of_data(out);
        }
        self.expect = Expect::Data;
        let line = line.strip_prefix(b".").unwrap_or(line);
        let line = String::from_utf8_lossy(line);
        self.too_large |=
            self.message.len().saturating_add(line.len()) > self.settings.message_bytes_max;
        if !self.too_large {
            self.message.extend([&line, "\r\n"]);
        }
    }

    fn end_of_data(&mut self, out: &mut String) {
        if self.too_large {
            self.end_mail();
            return say(out, "552 5.3.4 The message is too large");
        }
        self.taken = self.taken.saturating_add(1);
        let id = format!("{:06X}{:04X}", self.number, self.taken);
        let raw = std::mem::take(&mut self.message);
        self.outbox.take(CaughtMail {
            number: 0,
            via: Via::Smtp,
            id: id.clone(),
            from: self.sender.take().unwrap_or_default(),
            to: std::mem::take(&mut self.recipients),
            subject: header(&raw, "Subject"),
            html: None,
            text: None,
            raw: Some(raw),
        });
        self.end_mail();
        say(out, &format!("250 2.0.0 Ok: queued as {id}"));
    }

    fn end_mail(&mut self) {
        self.sender = None;
        self.recipients.clear();
        self.message.clear();
        self.too_large = false;
    }
}

fn say(out: &mut String, line: &str) {
    out.extend([line, "\r\n"]);
}

fn decoded(line: &[u8]) -> Option<String> {
    String::from_utf8(STANDARD.decode(line).ok()?).ok()
}

/// The first line of a header field, as it stands.
fn header(message: &str, name: &str) -> String {
    let head = message.lines().take_while(|line| !line.is_empty());
    let mut fields = head.filter_map(|line| line.split_once(':'));
    let found = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}
