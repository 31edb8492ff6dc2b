use std::path::PathBuf;
use std::time::Duration;

use captely_providers::HttpError;

use super::MailboxError;

/// Why no mail can be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum MailSetupError {
    /// Passwords and codes would go through the net in the clear.
    #[error(
        "mail to {host} would go in the clear; `none` is for a mail server on this machine \
         (localhost): use starttls or implicit"
    )]
    Clear {
        /// The server.
        host: String,
    },
    /// The server's name is none.
    #[error("{host:?} is no name of a mail server: {why}")]
    Host {
        /// As it was given.
        host: String,
        /// What the TLS library said.
        why: String,
    },
    /// The file of certificates cannot be used.
    #[error("the certificates in {path} cannot be used: {why}", path = path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The base is no URL.
    #[error("{base:?} is no address of Resend's API; it looks like https://api.resend.com")]
    Base {
        /// As it was given.
        base: String,
    },
    /// The key is none.
    #[error("the API key of Resend is empty or has characters that no key has")]
    Key,
    /// The client of HTTP did not start.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The sender's address is none.
    #[error("the sender: {0}")]
    Sender(#[from] MailboxError),
}

/// Why one letter was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SendFault {
    /// Another try would end the same.
    Final(String),
    /// Another try may succeed: the net, the other side's trouble, or ours with its credentials, which
    /// somebody will mend.
    Later {
        /// In words for the row.
        why: String,
        /// How long the other side asks us to wait.
        after: Option<Duration>,
    },
}

impl SendFault {
    pub(super) fn later(why: impl Into<String>) -> Self {
        Self::Later { why: why.into(), after: None }
    }

    pub(super) fn why(&self) -> &str {
        match self {
            Self::Final(why) | Self::Later { why, .. } => why,
        }
    }
}
