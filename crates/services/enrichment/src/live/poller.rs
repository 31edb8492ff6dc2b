use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use captely_providers::{Outcome, ProviderError, Ticket};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::answered::{consequences, end, finish};
use super::desk::{Case, Shared};
use super::groups::Groups;
use super::slots::Limits;

/// Least time between two polls, whatever the provider allows: what comes in meanwhile goes along.
const LOOK_AGAIN_MIN: Duration = Duration::from_millis(10);
/// After a poll that failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Reads tickets until they are answered, as often as the provider allows.
#[derive(Clone)]
pub(crate) struct Poller {
    to: mpsc::UnboundedSender<Case>,
    shared: Arc<Shared>,
}

/// A ticket that is not answered yet.
pub(super) struct Open {
    pub(super) case: Case,
    pub(super) due: tokio::time::Instant,
    until: Timestamp,
}

/// What a poll said, in the order of its tickets.
type Read = Result<Vec<Option<Outcome>>, ProviderError>;

struct Reader {
    shared: Arc<Shared>,
    from: mpsc::UnboundedReceiver<Case>,
    open: Groups,
    polls: JoinSet<(String, Vec<Open>, Read)>,
}

impl Poller {
    pub(crate) fn start(shared: Arc<Shared>) -> Self {
        let (to, from) = mpsc::unbounded_channel();
        let reader = Reader {
            shared: Arc::clone(&shared),
            from,
            open: Groups::default(),
            polls: JoinSet::new(),
        };
        tokio::spawn(reader.work());
        Self { to, shared }
    }

    /// Polls this case's ticket from now on.
    pub(crate) fn watch(&self, case: Case) {
        // the reader is gone only when the run is
        let _ = self.to.send(case);
    }

    /// Waits until one poll is allowed.
    pub(crate) async fn slot(&self) {
        slot(&self.shared, &self.shared.poll_limits).await;
    }
}

/// Takes a slot of the poll limits, waiting for one where there is none.
async fn slot(shared: &Shared, limits: &Limits) {
    while !limits.windows.is_empty() && !shared.stopper.is_stopping() {
        let now = shared.clock.now();
        let taken = async {
            let mut tx = shared.db.writer().await?;
            let taken = limits.take(&mut tx, 1, now).await?;
            tx.commit().await?;
            Ok::<_, captely_platform::db::DbError>(taken)
        };
        let wait = match taken.await {
            Ok((taken, _)) if !taken.is_empty() => return,
            Ok((_, again)) => again.map_or(PAUSE_AFTER_FAILURE, |at| at.since(now)),
            Err(_busy) => PAUSE_AFTER_FAILURE,
        };
        tokio::select! {
            () = tokio::time::sleep(wait.max(LOOK_AGAIN_MIN)) => {}
            () = shared.stopper.stopping() => {}
        }
    }
}

impl Reader {
    async fn work(mut self) {
        loop {
            if self.shared.stopper.is_stopping() {
                // tickets are in the database; whoever goes on polls them
                self.open.clear();
                self.from.close();
                return;
            }
            while let Ok(case) = self.from.try_recv() {
                self.add(case);
            }
            let due = self.open.due();
            let ready = due.is_some_and(|due| due <= tokio::time::Instant::now());
            if ready && self.polls.len() < self.shared.seat.calls_at_once {
                self.poll();
                continue;
            }
            let can_poll = self.polls.len() < self.shared.seat.calls_at_once;
            let is_due = due.is_some();
            let due = due.unwrap_or_else(tokio::time::Instant::now);
            tokio::select! {
                case = self.from.recv() => match case {
                    Some(case) => self.add(case),
                    None if self.open.is_empty() && self.polls.is_empty() => return,
                    None => tokio::time::sleep(LOOK_AGAIN_MIN).await,
                },
                Some(done) = self.polls.join_next() => {
                    if let Ok((group, tickets, read)) = done {
                        self.read(&group, tickets, read);
                    }
                }
                () = tokio::time::sleep_until(due), if can_poll && is_due => {}
                () = self.shared.stopper.stopping() => {}
            }
        }
    }

    fn add(&mut self, case: Case) {
        let client = &self.shared.seat.client;
        let due = tokio::time::Instant::now() + self.shared.seat.poll_every;
        let until = self.shared.clock.now().plus(client.sheet().poll_for);
        let ticket = case.attempt.ticket.clone().unwrap_or_default();
        let group = match client.poll_group(&ticket) {
            // lists of all tickets save polls; where polls have no limit, each is read by itself
            "" if self.shared.poll_limits.windows.is_empty() => ticket,
            group => group.to_owned(),
        };
        self.open.add(&group, Open { case, due, until });
    }

    /// Starts one poll with the tickets that are due, of one group.
    fn poll(&mut self) {
        let client = Arc::clone(&self.shared.seat.client);
        let most = client.sheet().tickets_per_poll.max(1);
        let now = tokio::time::Instant::now();
        let Some((group, mut tickets)) = self.open.take(most, now, self.pause()) else { return };
        let shared = Arc::clone(&self.shared);
        self.polls.spawn(async move {
            slot(&shared, &shared.poll_limits).await;
            let read: Vec<Ticket> = tickets.iter_mut().map(take_ticket).collect();
            let answers = client.poll(&read).await;
            for (open, Ticket { question, .. }) in tickets.iter_mut().zip(read) {
                open.case.question = question;
            }
            (group, tickets, answers)
        });
    }

    /// Between two looks at one group.
    fn pause(&self) -> Duration {
        self.shared.seat.poll_every.max(LOOK_AGAIN_MIN)
    }

    fn read(&mut self, group: &str, tickets: Vec<Open>, read: Read) {
        let now = self.shared.clock.now();
        let mut more = Vec::new();
        more.extend(self.shared.health(read.as_ref().err()));
        let mut again = self.pause();
        let mut refused = false;
        let mut answers = match read {
            Ok(answers) => answers,
            Err(error) => {
                refused = error.drops_provider();
                again = match &error {
                    ProviderError::RateLimited { after: Some(after) } => *after,
                    _ => again.max(PAUSE_AFTER_FAILURE),
                };
                consequences(&self.shared, &error, 1);
                Vec::new()
            }
        }
        .into_iter();
        let at = tokio::time::Instant::now();
        let (mut ended, mut left) = (Vec::new(), Vec::new());
        for mut open in tickets {
            let outcome = answers.next().flatten();
            // one that takes no new questions may still answer those it has; one that refuses
            // to be read will not
            let gave_up = now > open.until || refused;
            let outcome = outcome.or_else(|| gave_up.then(|| self.give_up(&mut open)));
            if let Some(outcome) = outcome {
                if let Err(error) = &outcome {
                    consequences(&self.shared, error, 1);
                }
                ended.push(end(&self.shared, open.case, outcome, now));
            } else {
                open.due = at + again;
                left.push(open);
            }
        }
        self.open.put_back(group, left, at);
        if !ended.is_empty() || !more.is_empty() {
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move { finish(&shared, ended, more).await });
        }
    }

    /// The end of a ticket that nobody answered in time: what it carries, or in doubt.
    fn give_up(&self, open: &mut Open) -> Outcome {
        let ticket = take_ticket(open);
        let given_up = self.shared.seat.client.give_up(&ticket);
        open.case.question = ticket.question;
        given_up.ok_or_else(|| ProviderError::NoAnswer {
            detail: "its answer did not come in time".into(),
        })
    }
}

/// What a poll reads of a ticket; its question is to be put back.
fn take_ticket(open: &mut Open) -> Ticket {
    Ticket {
        ticket: open.case.attempt.ticket.clone().unwrap_or_default(),
        question: std::mem::take(&mut open.case.question),
    }
}
