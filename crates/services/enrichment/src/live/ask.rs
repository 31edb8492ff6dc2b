use std::sync::Arc;

use captely_contact::{Field, Person, Usd};
use captely_platform::ids::ContactId;
use captely_providers::{Answer, ProviderError};
use tokio::sync::oneshot;

use crate::store::attempts::Attempt;

/// What a row wants of a provider's desk.
pub(crate) enum Ask {
    /// A new question.
    New(NewAsk),
    /// A question that an earlier process sent off: find out what became of it.
    Resume(Box<Attempt>, Person, oneshot::Sender<Reply>),
}

pub(crate) struct NewAsk {
    pub(crate) contact: ContactId,
    pub(crate) person: Person,
    pub(crate) wants: Vec<Field>,
    pub(crate) worst: Usd,
    /// How many attempts of the provider about the contact the row knows of.
    pub(crate) nth: i64,
    /// To be asked in a call of its own: one that it shared with others was refused.
    pub(crate) alone: bool,
    pub(crate) reply: oneshot::Sender<Reply>,
}

/// What the desk says to the row. Everything in it is in the database already.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Answered: found or not found.
    Answered { answer: Answer, cost: Usd },
    /// No answer. `cost` is more than nothing where the call is in doubt.
    Failed { error: ProviderError, cost: Usd },
    /// The call was larger than the credits left, and nothing was charged: ask again, it will be made
    /// smaller.
    Smaller,
    /// The call was refused for what one of its questions says, and nothing was charged: ask again,
    /// in a call of its own.
    Alone,
    /// The provider cannot be asked about this person; nothing was tried.
    Unfit(ProviderError),
    /// The run's budget has no room for it, and nothing under way will make room.
    OverBudget,
    /// The workspace may make no more calls of the provider this month; which limit that is.
    OverLimit(Arc<str>),
    /// The provider takes no part any more.
    Dropped(String),
    /// Another process is asking the same, or has asked it or ended the row since what the row knows of
    /// was read.
    Elsewhere,
    /// The run is being stopped, or another process has taken the row over: it stays as it is.
    Stopping,
}

impl Reply {
    /// Whether there is an attempt of it.
    pub(crate) fn was_tried(&self) -> bool {
        matches!(self, Self::Answered { .. } | Self::Failed { .. } | Self::Smaller | Self::Alone)
    }
}

/// How wanted fields are written in an attempt: `email,phone`.
pub(crate) fn wants_text(wants: &[Field]) -> String {
    wants.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(",")
}

/// The fields of [`wants_text`].
pub(crate) fn wants_of(text: &str) -> Vec<Field> {
    text.split(',').filter_map(|word| word.parse().ok()).collect()
}
