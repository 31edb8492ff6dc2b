use std::time::Duration;

use captely_contact::Person;
use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::{Answer, ProviderError, Question, Sheet};

/// One question's answer or its failure.
pub type Outcome = Result<Answer, ProviderError>;

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The answers, one for each question in the order asked.
    Answered(Vec<Outcome>),
    /// The provider works on it: one ticket (opaque text, to be kept) or failure for each question.
    /// Several questions of one call may share a ticket.
    Pending(Vec<Result<String, ProviderError>>),
}

/// A question under way at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The provider's handle as [`Asked::Pending`] gave it.
    pub ticket: String,
    /// The question that it stands for.
    pub question: Question,
}

/// One page of a provider's list of questions, searched for some of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// For each question its ticket, where the page shows it.
    pub tickets: Vec<Option<String>>,
    /// Where the next page begins (opaque). `None`: there is none, so what no page has shown is not
    /// known to the provider.
    pub next: Option<String>,
}

/// A client of one data provider. Implementations hold key, address and HTTP client; they keep no
/// state about rows, do not wait, do not retry and do not limit: those are the run's to do.
pub trait Provider: Send + Sync {
    /// Price, limits, fields; no I/O.
    fn sheet(&self) -> &Sheet;

    /// Why this person cannot be asked about, as far as can be told without a call. Such questions are
    /// not to be asked: they cost nothing and have no place in a call. No I/O.
    fn refuses(&self, person: &Person) -> Option<ProviderError> {
        let _ = person;
        None
    }

    /// Asks up to [`Sheet::questions_per_call`] questions in ONE HTTP call. An `Err` concerns all.
    fn ask<'a>(&'a self, questions: &'a [Question]) -> BoxFuture<'a, Result<Asked, ProviderError>>;

    /// Reads up to [`Sheet::tickets_per_poll`] tickets in ONE HTTP call: for each ticket `None`
    /// while it is under way. Providers that answer at once are never polled.
    fn poll<'a>(
        &'a self,
        tickets: &'a [Ticket],
    ) -> BoxFuture<'a, Result<Vec<Option<Outcome>>, ProviderError>>;

    /// The part of a ticket that names the request at the provider. Tickets of one group are read by
    /// the same poll; tickets of other groups in that poll stay `None`. No I/O.
    fn poll_group<'t>(&self, ticket: &'t str) -> &'t str {
        ticket
    }

    /// What is already known (and paid) of a question whose polling is given up: the part of the
    /// answer that the ticket carries. `None` where a ticket carries nothing. No I/O.
    fn give_up(&self, ticket: &Ticket) -> Option<Answer> {
        let _ = ticket;
        None
    }

    /// Looks for questions that may have reached the provider although we have neither answer nor
    /// ticket (the process died, or the answer was lost), by the provider's own free means: on the
    /// first page of its list of questions, or on the one behind `page`. None of them was asked
    /// longer ago than `ago`. Only called where [`Sheet::can_settle`]. At most ONE HTTP call, which
    /// counts for [`Sheet::polls_per_settle`] polls.
    fn settle<'a>(
        &'a self,
        questions: &'a [Question],
        ago: Duration,
        page: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Searched, ProviderError>> {
        let _ = (ago, page);
        async { Ok(Searched { tickets: vec![None; questions.len()], next: None }) }.boxed()
    }

    /// Checks the key by a free call. Credits left, where the provider says so (whole credits).
    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>>;
}
