use captely_contact::{Field, Person, Usd};
use captely_platform::ids::{AttemptId, ContactId};
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
    /// The provider's answers about the contact that the row knows of.
    pub(crate) known: Vec<AttemptId>,
    pub(crate) reply: oneshot::Sender<Reply>,
}

/// What the desk says to the row. Everything in it is in the database already.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Answered: found or not found.
    Answered { answer: Answer, cost: Usd },
    /// No answer. `cost` is more than nothing where the call is in doubt.
    Failed { error: ProviderError, cost: Usd },
    /// The call was larger than the credits left, and nothing was charged: ask again, it will be made
    /// smaller.
    Smaller,
    /// The run's budget has no room for it, and nothing under way will make room.
    OverBudget,
    /// The provider takes no part any more.
    Dropped(String),
    /// Another process is asking the same at this moment, or has its answer already.
    Elsewhere,
    /// The run is being stopped, or another process has taken the row over: it stays as it is.
    Stopping,
}

/// How wanted fields are written in an attempt: `email,phone`.
pub(crate) fn wants_text(wants: &[Field]) -> String {
    wants.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(",")
}

/// The fields of [`wants_text`].
pub(crate) fn wants_of(text: &str) -> Vec<Field> {
    text.split(',').filter_map(|word| word.parse().ok()).collect()
}
