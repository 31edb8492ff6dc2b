//! What a server can have to say, and how it is put on the wire. The words are in `wording`.

use std::fmt::Write as _;
use std::net::IpAddr;

use super::dialect::Dialect;

/// What the server has decided to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    Greeting,
    GreetingBlocked,
    GreetingBusy,
    GreetingTalkedEarly,
    Helo,
    Ehlo,
    EhloUnknown,
    Bye,
    Done,
    SenderTaken,
    SenderBlocked,
    MessageTooBig,
    RecipientTaken,
    RecipientAbsent,
    RecipientFull,
    RecipientDisabled,
    RecipientGreylisted,
    RecipientSecond,
    RecipientTooMany,
    RecipientRelay,
    VrfyUnsure,
    Help,
    DataRefused,
    DataWithoutRecipients,
    TlsUnavailable,
    NeedHello,
    NeedSender,
    SecondSender,
    OnlyQuit,
    Unrecognised,
    NotImplemented,
    Syntax,
    BadPath,
    SenderUnqualified,
    PathTooLong,
    PathNotAscii,
    BadParameter,
    LineTooLong,
    BareLineFeed,
    TooManyCommands,
    TooManyErrors,
    TooManyRefusals,
    Idle,
}

impl Reply {
    /// Whether the client has broken the protocol, rather than asked for what it cannot have.
    pub(super) const fn is_protocol_error(self) -> bool {
        matches!(
            self,
            Self::NeedHello
                | Self::NeedSender
                | Self::SecondSender
                | Self::OnlyQuit
                | Self::Unrecognised
                | Self::NotImplemented
                | Self::Syntax
                | Self::BadPath
                | Self::SenderUnqualified
                | Self::PathTooLong
                | Self::PathNotAscii
                | Self::BadParameter
                | Self::LineTooLong
                | Self::BareLineFeed
        )
    }
}

/// Code, enhanced code and text of one reply. Lines of the text are parted by `\n`; in them `{host}`
/// is the server's name, `{client}` the client's address, `{path}` the mailbox in question and
/// `{mark}` the session's mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wording {
    pub(super) code: u16,
    /// Empty where a reply has none (RFC 2034 §4 leaves out greetings and HELO/EHLO).
    pub(super) enhanced: &'static str,
    pub(super) text: &'static str,
}

/// What fills the blanks of a wording.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blanks<'a> {
    pub(super) host: &'a str,
    pub(super) client: IpAddr,
    pub(super) path: &'a str,
    pub(super) mark: u64,
}

/// Appends the reply as it goes on the wire: `550-5.1.1 …\r\n550 5.1.1 …\r\n`.
pub(super) fn write(out: &mut String, dialect: Dialect, wording: &Wording, blanks: &Blanks<'_>) {
    let mut lines = wording.text.split('\n').peekable();
    while let Some(line) = lines.next() {
        let join = if lines.peek().is_some() { '-' } else { ' ' };
        // Writing to a String cannot fail.
        let _infallible = write!(out, "{}{join}", wording.code);
        if dialect.has_enhanced_codes() && !wording.enhanced.is_empty() {
            out.push_str(wording.enhanced);
            out.push(' ');
        }
        fill(out, line, blanks);
        out.push_str("\r\n");
    }
}

fn fill(out: &mut String, line: &str, blanks: &Blanks<'_>) {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else { break };
        let _infallible = match name {
            "host" => out.write_str(blanks.host),
            "client" => write!(out, "{}", blanks.client),
            "path" => out.write_str(blanks.path),
            _ => write!(out, "{:x}", blanks.mark),
        };
        rest = tail;
    }
    out.push_str(rest);
}
