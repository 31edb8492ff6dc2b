use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use captely_contact::Timestamp;
use captely_providers::{Outcome, ProviderError, Ticket};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::answered::{consequences, end, finish};
use super::desk::{Case, Shared};
use super::slots::Limits;

/// Polls of one provider under way at a time.
const POLLS_AT_ONCE: usize = 16;
/// Least time between two looks at one ticket, whatever the provider allows.
const LOOK_AGAIN_MIN: Duration = Duration::from_millis(2);
/// After a poll that failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Reads tickets until they are answered, as often as the provider allows.
#[derive(Clone)]
pub(crate) struct Poller {
    to: mpsc::UnboundedSender<Case>,
    open: Arc<AtomicUsize>,
    shared: Arc<Shared>,
}

/// A ticket that is not answered yet.
struct Open {
    case: Case,
    due: tokio::time::Instant,
    until: Timestamp,
}

/// What a poll said, in the order of its tickets.
type Read = Result<Vec<Option<Outcome>>, ProviderError>;

struct Reader {
    shared: Arc<Shared>,
    from: mpsc::UnboundedReceiver<Case>,
    count: Arc<AtomicUsize>,
    open: VecDeque<Open>,
    polls: JoinSet<(Vec<Open>, Read)>,
    next_poll: tokio::time::Instant,
}

impl Poller {
    pub(crate) fn start(shared: Arc<Shared>) -> Self {
        let (to, from) = mpsc::unbounded_channel();
        let open = Arc::new(AtomicUsize::new(0));
        let reader = Reader {
            shared: Arc::clone(&shared),
            from,
            count: Arc::clone(&open),
            open: VecDeque::new(),
            polls: JoinSet::new(),
            next_poll: tokio::time::Instant::now(),
        };
        tokio::spawn(reader.work());
        Self { to, open, shared }
    }

    /// Polls this case's ticket from now on.
    pub(crate) fn watch(&self, case: Case) {
        self.open.fetch_add(1, Ordering::Relaxed);
        // the reader is gone only when the run is
        let _ = self.to.send(case);
    }

    /// Whether any ticket is open.
    pub(crate) fn is_busy(&self) -> bool {
        self.open.load(Ordering::Relaxed) > 0
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
            let due = self.open.front().map(|open| open.due.max(self.next_poll));
            let ready = due.is_some_and(|due| due <= tokio::time::Instant::now());
            if ready && self.polls.len() < POLLS_AT_ONCE {
                self.poll();
                continue;
            }
            let can_poll = self.polls.len() < POLLS_AT_ONCE;
            let due = due.unwrap_or_else(tokio::time::Instant::now);
            tokio::select! {
                case = self.from.recv() => match case {
                    Some(case) => self.add(case),
                    None if self.open.is_empty() && self.polls.is_empty() => return,
                    None => tokio::time::sleep(LOOK_AGAIN_MIN).await,
                },
                Some(done) = self.polls.join_next() => {
                    if let Ok((tickets, read)) = done {
                        self.read(tickets, read);
                    }
                }
                () = tokio::time::sleep_until(due), if can_poll && !self.open.is_empty() => {}
                () = self.shared.stopper.stopping() => {}
            }
        }
    }

    fn add(&mut self, case: Case) {
        let sheet = self.shared.seat.client.sheet();
        let due = tokio::time::Instant::now() + self.shared.seat.poll_every;
        let until = self.shared.clock.now().plus(sheet.poll_for);
        self.open.push_back(Open { case, due, until });
    }

    /// Starts one poll with the tickets that are due, of one group.
    fn poll(&mut self) {
        let client = Arc::clone(&self.shared.seat.client);
        let most = client.sheet().tickets_per_poll.max(1);
        let ticket = |open: &Open| open.case.attempt.ticket.clone().unwrap_or_default();
        let Some(first) = self.open.front().map(ticket) else { return };
        let group = client.poll_group(&first);
        let now = tokio::time::Instant::now();
        let (mut tickets, mut left) = (Vec::new(), VecDeque::new());
        for open in self.open.drain(..) {
            let same = tickets.len() < most
                && open.due <= now
                && client.poll_group(open.case.attempt.ticket.as_deref().unwrap_or_default())
                    == group;
            if same { tickets.push(open) } else { left.push_back(open) }
        }
        self.open = left;
        self.next_poll = now + self.shared.seat.poll_every;
        let shared = Arc::clone(&self.shared);
        self.polls.spawn(async move {
            slot(&shared, &shared.poll_limits).await;
            let read: Vec<Ticket> = tickets
                .iter()
                .map(|open| Ticket {
                    ticket: open.case.attempt.ticket.clone().unwrap_or_default(),
                    question: open.case.question.clone(),
                })
                .collect();
            let answers = client.poll(&read).await;
            (tickets, answers)
        });
    }

    fn read(&mut self, tickets: Vec<Open>, read: Read) {
        let now = self.shared.clock.now();
        let mut more = Vec::new();
        more.extend(self.shared.health(read.as_ref().err()));
        let mut again = self.shared.seat.poll_every.max(LOOK_AGAIN_MIN);
        let mut answers = match read {
            Ok(answers) => answers,
            Err(error) => {
                again = match &error {
                    ProviderError::RateLimited { after: Some(after) } => *after,
                    _ => again.max(PAUSE_AFTER_FAILURE),
                };
                consequences(&self.shared, &error, 1);
                Vec::new()
            }
        }
        .into_iter();
        let due = tokio::time::Instant::now() + again;
        let mut ended = Vec::new();
        for mut open in tickets {
            let outcome = answers.next().flatten();
            let gave_up = now > open.until || self.shared.dropped.get().is_some();
            let outcome = outcome.or_else(|| gave_up.then(|| self.give_up(&open)));
            if let Some(outcome) = outcome {
                ended.push(end(&self.shared, open.case, outcome, now));
            } else {
                open.due = due;
                self.open.push_back(open);
            }
        }
        self.count.fetch_sub(ended.len(), Ordering::Relaxed);
        if !ended.is_empty() || !more.is_empty() {
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move { finish(&shared, ended, more).await });
        }
    }

    /// The end of a ticket that nobody answered in time: what it carries, or in doubt.
    fn give_up(&self, open: &Open) -> Outcome {
        let ticket = Ticket {
            ticket: open.case.attempt.ticket.clone().unwrap_or_default(),
            question: open.case.question.clone(),
        };
        self.shared.seat.client.give_up(&ticket).ok_or_else(|| ProviderError::NoAnswer {
            detail: "its answer did not come in time".into(),
        })
    }
}
