//! The state of one SMTP session: lines in, replies out, no socket and no clock.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::time::Instant;

use super::command::{Command, CommandError};
use super::counters::count;
use super::host::Host;
use super::lines::Line;
use super::path::{Path, PathError};
use super::recipient::Recipients;
use super::reply::{self, Blanks, Reply};
use super::wording;
use crate::mail_world::Personality;

/// Whether the session goes on after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Continue,
    Close,
}

/// How the client has introduced itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hello {
    None,
    Helo,
    Ehlo,
}

pub(super) struct Session {
    host: Arc<Host>,
    client: IpAddr,
    /// Marks the session's replies, as large services do.
    mark: u64,
    hello: Hello,
    /// The sender's mailbox as written, empty for `<>`; `None` outside a mail transaction.
    sender: Option<String>,
    recipients: Recipients,
    commands: u32,
    errors: u32,
    /// The client was refused and may only QUIT.
    only_quit: bool,
    /// The last command has to be the last of a pipelined group (RFC 2920 §3.1).
    ends_group: bool,
}

impl Session {
    pub(super) fn new(host: Arc<Host>, client: IpAddr, mark: u64) -> Self {
        Self {
            host,
            client,
            mark,
            hello: Hello::None,
            sender: None,
            recipients: Recipients::default(),
            commands: 0,
            errors: 0,
            only_quit: false,
            ends_group: true,
        }
    }

    /// Appends the greeting.
    pub(super) fn greet(&mut self, out: &mut String) {
        let blocks = self.host.personality == Personality::BlocksSender;
        if blocks && self.host.dialect.blocks_at_greeting() {
            count(&self.host.tally().blocked);
            self.only_quit = true;
            self.say(Reply::GreetingBlocked, "", out);
        } else {
            self.say(Reply::Greeting, "", out);
        }
    }

    /// Commands taken so far.
    pub(super) fn commands(&self) -> u32 {
        self.commands
    }

    /// Whether the client may have sent more before it read the last reply.
    pub(super) fn may_be_pipelining(&self) -> bool {
        self.hello == Hello::Ehlo && !self.ends_group
    }

    /// Takes one line and appends exactly one reply.
    pub(super) fn take(&mut self, line: &Line<'_>, now: Instant, out: &mut String) -> Next {
        count(&self.host.tally().commands);
        self.commands = self.commands.saturating_add(1);
        if self.commands > self.host.settings.commands_per_session_max {
            self.say(Reply::TooManyCommands, "", out);
            return Next::Close;
        }
        self.ends_group = false;
        let (reply, path) = match line {
            Line::Command(bytes) => self.answer(bytes, now),
            Line::TooLong => (Reply::LineTooLong, ""),
            Line::BareLineFeed => (Reply::BareLineFeed, ""),
        };
        let reply = self.or_enough(reply);
        if reply == Reply::Ehlo {
            self.say_extensions(out);
        } else {
            self.say(reply, path, out);
        }
        match reply {
            Reply::Bye | Reply::TooManyErrors | Reply::TooManyRefusals => Next::Close,
            _ => Next::Continue,
        }
    }

    /// Appends a reply that no command asked for.
    pub(super) fn say(&self, reply: Reply, path: &str, out: &mut String) {
        let host = &self.host;
        let blanks = Blanks { host: &host.name, client: self.client, path, mark: self.mark };
        reply::write(out, host.dialect, &wording::of(host.dialect, reply), &blanks);
    }

    /// The reply, or the end of the session where the client has made too many mistakes.
    fn or_enough(&mut self, reply: Reply) -> Reply {
        if reply.is_protocol_error() {
            count(&self.host.tally().protocol_errors);
            self.errors = self.errors.saturating_add(1);
            if self.errors > self.host.settings.errors_max {
                return Reply::TooManyErrors;
            }
        }
        let refusals_max = self.host.settings.refused_recipients_max;
        if reply == Reply::RecipientAbsent
            && refusals_max.is_some_and(|max| self.recipients.absent() > max)
        {
            return Reply::TooManyRefusals;
        }
        reply
    }

    /// The reply to a command, and the mailbox it is about.
    fn answer<'a>(&mut self, line: &'a [u8], now: Instant) -> (Reply, &'a str) {
        let command = match Command::parse(line) {
            Ok(command) => command,
            Err(error) => return (Self::refusal(error), ""),
        };
        if self.only_quit && command != Command::Quit {
            return (Reply::OnlyQuit, "");
        }
        self.ends_group =
            !matches!(command, Command::Mail { .. } | Command::Rcpt { .. } | Command::Rset);
        let reply = match command {
            Command::Ehlo(_) if !self.host.dialect.has_extensions() => Reply::EhloUnknown,
            Command::Ehlo(_) => self.hello(Hello::Ehlo),
            Command::Helo(_) => self.hello(Hello::Helo),
            Command::Mail { path, parameters } => self.mail(&path, parameters),
            Command::Rcpt { path, parameters } => return self.rcpt(&path, parameters, now),
            Command::Data => self.data(),
            Command::Rset => {
                self.end_mail();
                Reply::Done
            }
            Command::Noop => Reply::Done,
            Command::Quit => Reply::Bye,
            Command::Vrfy => Reply::VrfyUnsure,
            Command::Help => Reply::Help,
            Command::StartTls if self.host.settings.offer_starttls => Reply::TlsUnavailable,
            Command::StartTls | Command::NotImplemented => Reply::NotImplemented,
        };
        (reply, "")
    }

    fn refusal(error: CommandError) -> Reply {
        match error {
            CommandError::Unrecognised => Reply::Unrecognised,
            CommandError::Syntax => Reply::Syntax,
            CommandError::Path(PathError::Syntax) => Reply::BadPath,
            CommandError::Path(PathError::TooLong) => Reply::PathTooLong,
            CommandError::Path(PathError::NotAscii) => Reply::PathNotAscii,
        }
    }

    /// HELO and EHLO end a mail transaction (RFC 5321 §4.1.4).
    fn hello(&mut self, hello: Hello) -> Reply {
        self.hello = hello;
        self.end_mail();
        if hello == Hello::Ehlo { Reply::Ehlo } else { Reply::Helo }
    }

    fn end_mail(&mut self) {
        self.sender = None;
        self.recipients.end_mail();
    }

    fn mail(&mut self, path: &Path<'_>, parameters: &str) -> Reply {
        if self.hello == Hello::None {
            return Reply::NeedHello;
        }
        if self.sender.is_some() {
            return Reply::SecondSender;
        }
        if let Some(refusal) = self.mail_parameters(parameters) {
            return refusal;
        }
        let sender = match path {
            Path::Null => "",
            Path::Postmaster => return Reply::SenderUnqualified,
            Path::Mailbox(mailbox) => mailbox.text,
        };
        if self.host.personality == Personality::BlocksSender {
            count(&self.host.tally().blocked);
            return Reply::SenderBlocked;
        }
        self.sender = Some(sender.to_owned());
        Reply::SenderTaken
    }

    /// The refusal of a parameter of MAIL, if one is wrong. Parameters are EHLO's alone.
    fn mail_parameters(&self, parameters: &str) -> Option<Reply> {
        for parameter in parameters.split_ascii_whitespace() {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let known = self.hello == Hello::Ehlo;
            if known && name.eq_ignore_ascii_case("SIZE") {
                let digits =
                    (1..=20).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
                let max = self.host.settings.message_bytes_max;
                match value.parse::<u64>() {
                    Ok(size) if digits && (max == 0 || size <= max) => {}
                    _ if digits => return Some(Reply::MessageTooBig),
                    _ => return Some(Reply::Syntax),
                }
            } else if known && name.eq_ignore_ascii_case("BODY") {
                if !["7BIT", "8BITMIME"].iter().any(|v| v.eq_ignore_ascii_case(value)) {
                    return Some(Reply::Syntax);
                }
            } else {
                return Some(Reply::BadParameter);
            }
        }
        None
    }

    fn rcpt<'a>(&mut self, path: &Path<'a>, parameters: &str, now: Instant) -> (Reply, &'a str) {
        let Some(sender) = self.sender.as_deref() else {
            let reply =
                if self.hello == Hello::None { Reply::NeedHello } else { Reply::NeedSender };
            return (reply, "");
        };
        if !parameters.trim().is_empty() {
            return (Reply::BadParameter, "");
        }
        let Path::Mailbox(mailbox) = path else {
            // RFC 5321 §4.5.1: every host takes mail for its postmaster.
            return (Reply::RecipientTaken, "postmaster");
        };
        let reply = self.recipients.judge(&self.host, (self.client, sender), mailbox, now);
        (reply, mailbox.text)
    }

    fn data(&mut self) -> Reply {
        count(&self.host.tally().data_attempts);
        if self.hello == Hello::None {
            Reply::NeedHello
        } else if self.sender.is_none() {
            Reply::NeedSender
        } else if self.recipients.accepted() == 0 {
            Reply::DataWithoutRecipients
        } else {
            self.end_mail();
            Reply::DataRefused
        }
    }

    /// The reply to EHLO: the greeting line and one line for each extension.
    fn say_extensions(&self, out: &mut String) {
        let from = out.len();
        self.say(Reply::Ehlo, "", out);
        // The one line so far is not the last any more: "250 x" becomes "250-x".
        let hyphen_at = from.saturating_add(3);
        out.replace_range(hyphen_at..hyphen_at.saturating_add(1), "-");
        let mut extensions = vec![format!("SIZE {}", self.host.settings.message_bytes_max)];
        if self.host.settings.offer_starttls {
            extensions.push("STARTTLS".to_owned());
        }
        if self.host.dialect.has_enhanced_codes() {
            extensions.push("ENHANCEDSTATUSCODES".to_owned());
        }
        extensions.extend(["8BITMIME".to_owned(), "PIPELINING".to_owned()]);
        let last = extensions.pop().unwrap_or_default();
        for extension in &extensions {
            out.extend(["250-", extension, "\r\n"]);
        }
        out.extend(["250 ", &last, "\r\n"]);
    }
}
