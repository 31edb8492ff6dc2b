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
    /// The host was in trouble a moment ago and is left alone.
    #[error("the mail host was in trouble a moment ago and is left alone: {0}")]
    Paused(String, Duration),
}

/// A reply as text, small enough to sit in an error.
pub(crate) type Words = Box<str>;

impl Trouble {
    /// A stable word.
    pub(crate) const fn code(&self) -> &'static str {
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
            Self::Paused(..) => "smtp_host_paused",
        }
    }

    /// When asking again makes sense, where that is known.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Temporary(_, wait) | Self::Paused(_, wait) => Some(*wait),
            _ => None,
        }
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
