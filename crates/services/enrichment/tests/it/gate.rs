//! A gate before a provider: what goes on in which order is the test's word, not the clock's.

use std::sync::Arc;
use std::time::Duration;

use captely_contact::Person;
use captely_providers::{Answer, Asked, Outcome, Provider, ProviderError, Question, Searched};
use captely_providers::{Sheet, Ticket};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;

/// Calls arrive at it and wait until they are let through.
pub(crate) struct Gate {
    arrived: Semaphore,
    open: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self { arrived: Semaphore::new(0), open: Semaphore::new(0) }
    }
}

impl Gate {
    /// Waits until `n` more calls have arrived; their attempts are in the database.
    pub(crate) async fn arrived(&self, n: usize) {
        self.arrived.acquire_many(u32::try_from(n).unwrap()).await.unwrap().forget();
    }

    /// Lets `n` more calls through.
    pub(crate) fn let_through(&self, n: usize) {
        self.open.add_permits(n);
    }

    /// Lets every call through from now on.
    pub(crate) fn open(&self) {
        self.open.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    async fn pass(&self) {
        self.arrived.add_permits(1);
        self.open.acquire().await.unwrap().forget();
    }
}

/// A provider whose new questions wait at a gate, on our side of the wire.
pub(crate) struct Gated {
    pub(crate) client: Box<dyn Provider>,
    pub(crate) gate: Arc<Gate>,
}

impl Provider for Gated {
    fn sheet(&self) -> &Sheet {
        self.client.sheet()
    }

    fn refuses(&self, person: &Person) -> Option<ProviderError> {
        self.client.refuses(person)
    }

    fn ask<'a>(&'a self, questions: &'a [Question]) -> BoxFuture<'a, Result<Asked, ProviderError>> {
        self.gate.pass().then(|()| self.client.ask(questions)).boxed()
    }

    fn poll<'a>(
        &'a self,
        tickets: &'a [Ticket],
    ) -> BoxFuture<'a, Result<Vec<Option<Outcome>>, ProviderError>> {
        self.client.poll(tickets)
    }

    fn poll_group<'t>(&self, ticket: &'t str) -> &'t str {
        self.client.poll_group(ticket)
    }

    fn give_up(&self, ticket: &Ticket) -> Option<Answer> {
        self.client.give_up(ticket)
    }

    fn settle<'a>(
        &'a self,
        questions: &'a [Question],
        ago: Duration,
        page: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Searched, ProviderError>> {
        self.client.settle(questions, ago, page)
    }

    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>> {
        self.client.check_key()
    }
}
