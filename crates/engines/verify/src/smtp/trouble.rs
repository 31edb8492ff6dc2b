use std::time::Duration;

use super::reply::Reply;

/// Why a mail host gave no answer about a recipient. None of these says anything about an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// No connection within the time allowed.
    #[error("the mail host did not answer the connection in time")]
    ConnectTimeout,
    /// Nothing listens there.
    #[error("the mail host refused the connection")]
    ConnectRefused,
    /// No way there, or no sockets left here.
    #[error("the mail host could not be reached: {0}")]
    Unreachable(String),
    /// The server fell silent.
    #[error("the mail server did not answer {0} in time")]
    Silent(&'static str),
    /// The server hung up.
    #[error("the mail server hung up at {0}")]
    Closed(&'static str),
    /// What came is no SMTP.
    #[error("what answered at {0} does not speak SMTP")]
    Garbled(&'static str),
    /// Greeting, EHLO or MAIL FROM was refused for good: the sender is unwanted.
    #[error("the mail server refuses this sender: {0}")]
    SenderBlocked(Words),
    /// Greeting, EHLO, MAIL FROM or the session was refused for now.
    #[error("the mail server is not available for now: {0}")]
    Temporary(Words, Duration),
    /// The address has letters outside ASCII and the server does not take such.
    #[error("the mail server does not take names outside ASCII")]
    NoSmtpUtf8,
    /// A proxy of ours does not work.
    #[error("a proxy of this installation failed: {0}")]
    Proxy(String),
    /// The handshake failed.
    #[error("no private connection to the mail server came about: {0}")]
    Tls(String),
    /// Only private connections are wanted here, and the server has none.
    #[error("the mail server offers no STARTTLS, and the settings require it")]
    NoStartTls,
    /// Only private connections are wanted there, and none was made.
    #[error("the mail server talks over TLS alone; set starttls to offered")]
    StartTlsWanted,
    /// The pace set for this host or its provider leaves no room now.
    #[error("the pace set for this mail provider leaves no room for now")]
    Paced(Duration),
    /// The host was in trouble a moment ago and is left alone.
    #[error("{0}; it is left alone for a while")]
    Paused(Box<Self>, Duration),
}

/// A reply as text, small enough to sit in an error.
pub(crate) type Words = Box<str>;

/// How Postfix, Exim, Sendmail and the large providers say that a client has too many connections.
const CROWDED: &[&str] = &[
    "too many connections",
    "too many concurrent",
    "concurrent connection",
    "simultaneous connection",
    "connection limit",
];

impl Trouble {
    /// Whether a server that answered before may only have had enough of this connection: Postfix hangs
    /// up after so many refusals (`smtpd_hard_error_limit`).
    pub(crate) const fn may_be_enough(&self) -> bool {
        matches!(self, Self::Temporary(..) | Self::Closed(_))
    }

    /// Whether the server wants fewer connections at a time.
    pub(crate) fn is_crowded(&self) -> bool {
        let Self::Temporary(words, _) = self else { return false };
        let text = words.to_lowercase();
        CROWDED.iter().any(|phrase| text.contains(phrase))
    }

    /// A stable word.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::ConnectTimeout => "smtp_connect_timeout",
            Self::ConnectRefused => "smtp_connect_refused",
            Self::Unreachable(_) => "smtp_unreachable",
            Self::Silent(_) => "smtp_timeout",
            Self::Closed(_) => "smtp_closed",
            Self::Garbled(_) => "smtp_garbled",
            Self::SenderBlocked(_) => "sender_blocked",
            Self::Temporary(..) => "smtp_temporary",
            Self::NoSmtpUtf8 => "smtputf8_not_supported",
            Self::Proxy(_) => "smtp_proxy",
            Self::Tls(_) => "smtp_tls",
            Self::NoStartTls => "smtp_no_starttls",
            Self::StartTlsWanted => "smtp_starttls_wanted",
            Self::Paced(_) => "smtp_paced",
            Self::Paused(why, _) => why.code(),
        }
    }

    /// When asking again makes sense, where that is known.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Temporary(_, wait) | Self::Paced(wait) => Some(*wait),
            // A host that is left alone is asked again no sooner than the trouble itself would have it.
            Self::Paused(why, left) => why.retry_after().map(|wait| wait.max(*left)),
            _ => None,
        }
    }

    /// Whether this machine or its network may be all that is in trouble: no connection came about.
    /// A proxy that fails is ours for certain and has its own code.
    pub(crate) fn may_be_ours(&self) -> bool {
        match self {
            Self::Paused(why, _) => why.may_be_ours(),
            other => other.is_connect(),
        }
    }

    /// Whether a server that drops commands sent in one go looks like this.
    pub(crate) const fn may_be_lost_commands(&self) -> bool {
        matches!(self, Self::Silent(_) | Self::Closed(_) | Self::Garbled(_))
    }

    /// Whether no connection came about, so that the next host should be tried.
    pub(crate) const fn is_connect(&self) -> bool {
        matches!(self, Self::ConnectTimeout | Self::ConnectRefused | Self::Unreachable(_))
    }
}

/// The reply that a trouble carries.
pub(crate) fn words(reply: &Reply) -> Words {
    reply.to_string().into()
}
