use captely_contact::Timestamp;

use super::fault::SendFault;
use super::reason::without;
use super::resend::Resend;
use super::smtp::Smtp;
use super::{Letter, MailSetupError, TransportConfig};
use crate::ids::MailId;

/// A way out.
#[derive(Debug)]
pub(super) enum Transport {
    Outbox,
    Smtp(Smtp),
    Resend(Resend),
}

impl Transport {
    pub(super) fn new(config: &TransportConfig) -> Result<Self, MailSetupError> {
        Ok(match config {
            TransportConfig::Outbox => Self::Outbox,
            TransportConfig::Smtp(config) => Self::Smtp(Smtp::new(config)?),
            TransportConfig::Resend(config) => Self::Resend(Resend::new(config)?),
        })
    }

    /// Sends one letter, or leaves it where it is.
    pub(super) async fn send(
        &self,
        id: MailId,
        letter: &Letter,
        queued_at: Timestamp,
    ) -> Result<Taken, SendFault> {
        match self {
            Self::Outbox => Ok(Taken::Kept),
            Self::Smtp(smtp) => smtp.send(id, letter, queued_at).await.map(Taken::Sent),
            Self::Resend(resend) => resend.send(id, letter).await.map(Taken::Sent),
        }
    }
}

/// Who has the letter now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// Nobody: it stays in the database.
    Kept,
    /// The other side, with its name for it where it gave one.
    Sent(Option<String>),
}

impl Taken {
    /// The other side's words may quote the address too.
    pub(super) fn without(self, address: &str) -> Self {
        match self {
            Self::Sent(Some(id)) => Self::Sent(Some(without(&id, address))),
            other => other,
        }
    }
}
