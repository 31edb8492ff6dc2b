//! The task that lets time pass at Stripe and delivers its webhooks.

use std::sync::Arc;
use std::time::Duration;

use super::delivery::{self, Letter};
use super::visit;
use crate::server::deliver;
use crate::sim::Sim;

/// How often it is looked for something to do that nobody rings for: time has passed.
const TICK: Duration = Duration::from_millis(50);

/// A running courier; it ends with [`Courier::stop`], or with the runtime.
#[derive(Debug)]
pub(crate) struct Courier {
    task: tokio::task::JoinHandle<()>,
}

impl Courier {
    pub(crate) fn start(sim: Arc<Sim>) -> Self {
        Self { task: tokio::spawn(run(sim)) }
    }

    /// Ends it, in the middle of a delivery too.
    pub(crate) async fn stop(self) {
        self.task.abort();
        // The error says that it was aborted.
        let _aborted = self.task.await;
    }
}

async fn run(sim: Arc<Sim>) {
    let rung = visit(&sim, |shop| Arc::clone(&shop.rung));
    loop {
        let letter = visit(&sim, delivery::next);
        match letter {
            Some(letter) => send(&sim, letter).await,
            // Whether it was rung for or its time is up, it looks again.
            None => drop(tokio::time::timeout(TICK, rung.notified()).await),
        }
    }
}

/// One after the other: a receiver that is slow makes the rest late, not out of order.
async fn send(sim: &Arc<Sim>, letter: Letter) {
    let mut status = 0;
    if letter.is_sent {
        let headers = [("Stripe-Signature", letter.signature.as_str())];
        match deliver(&letter.attempt.url, &headers, &letter.body).await {
            Ok(answered) => status = answered,
            Err(error) => tracing::debug!(%error, "A webhook of the sandbox was not taken"),
        }
    }
    visit(sim, |shop| delivery::settle(shop, letter, status));
}
