use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use captely_contact::{Person, Timestamp};
use captely_credits::Ledger;
use captely_platform::clock::Clock;
use captely_platform::db::{Db, DbError};
use captely_platform::ids::{Ids, RunId, WorkspaceId};
use captely_providers::{ProviderError, Question};
use captely_waterfall::{Admission, Breaker, BreakerState};
use tokio::sync::{Notify, mpsc, oneshot};

use super::ask::{Ask, NewAsk, Reply};
use super::count::{Count, Counted};
use super::journal::{Entry, Journal};
use super::poller::Poller;
use super::progress::Progress;
use super::slots::{Limits, Taken};
use crate::store::attempts::Attempt;
use crate::store::states::ProviderState;
use crate::{ProviderSeat, Stopper};

/// While the run's money is held by calls of other desks, this often it is looked at again.
pub(super) const HELD_ELSEWHERE: Duration = Duration::from_millis(200);

/// Least time from one admission to the next: questions that come in meanwhile share its transaction.
const GATHER: Duration = Duration::from_millis(15);
/// The same after an admission of many: where there is much to do, larger transactions cost less.
const GATHER_MANY: Duration = Duration::from_millis(80);
/// Questions that are many.
const MANY: usize = 100;

/// While as many calls are under way as may be, this often it is looked again even if no bell rang.
const CALLS_FULL: Duration = Duration::from_millis(50);

/// A provider's desk: rows hand in questions, one task makes the calls for all of them.
pub(crate) struct Desk {
    to: mpsc::UnboundedSender<Ask>,
    shared: Arc<Shared>,
}

/// What the desk's tasks share.
pub(crate) struct Shared {
    pub(crate) seat: ProviderSeat,
    pub(crate) db: Db,
    pub(crate) ids: Arc<Ids>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) run: RunId,
    /// Counts calls against the month's limits.
    pub(crate) ledger: Ledger,
    pub(crate) journal: Journal,
    pub(crate) progress: Arc<Progress>,
    pub(crate) stopper: Stopper,
    pub(crate) ask_limits: Arc<Limits>,
    pub(crate) poll_limits: Arc<Limits>,
    /// Set once, when the provider can do nothing more in this run.
    pub(crate) dropped: OnceLock<String>,
    pub(crate) breaker: Mutex<Breaker>,
    /// Questions of one call at most; halved when credits do not cover a whole call.
    pub(crate) per_call: Mutex<usize>,
    /// Questions whose answer was lost, to be looked for together.
    pub(crate) lost: Mutex<Vec<(Case, ProviderError)>>,
    /// Rung whenever a call ends or money comes free.
    pub(crate) bell: Arc<Notify>,
    /// Questions whose money is held, of all desks.
    pub(crate) held: Count,
}

/// A question on its way, with its attempt and whoever waits for it.
pub(crate) struct Case {
    pub(crate) attempt: Box<Attempt>,
    pub(crate) question: Question,
    pub(crate) reply: oneshot::Sender<Reply>,
    /// Its money is held.
    pub(crate) holding: Counted,
}

impl Desk {
    /// Opens the desk; it closes when the handle is dropped and its calls have ended.
    pub(crate) fn open(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        let (to, from) = mpsc::unbounded_channel();
        let poller = Poller::start(Arc::clone(&shared));
        let clerk = Clerk {
            shared: Arc::clone(&shared),
            from,
            queue: VecDeque::new(),
            poller,
            under_way: Arc::new(()),
            next_admission: tokio::time::Instant::now(),
            told_limit: false,
        };
        tokio::spawn(clerk.work());
        Self { to, shared }
    }

    /// Asks a new question, whose answer comes by `answer`.
    pub(crate) async fn ask(&self, ask: NewAsk, answer: oneshot::Receiver<Reply>) -> Reply {
        self.send(Ask::New(ask), answer).await
    }

    /// Finds out what became of an attempt that an earlier process left open.
    pub(crate) async fn resume(&self, attempt: Attempt, person: Person) -> Reply {
        let (reply, answer) = oneshot::channel();
        self.send(Ask::Resume(Box::new(attempt), person, reply), answer).await
    }

    async fn send(&self, ask: Ask, answer: oneshot::Receiver<Reply>) -> Reply {
        if self.to.send(ask).is_err() {
            return Reply::Stopping;
        }
        answer.await.unwrap_or(Reply::Stopping)
    }

    /// Why the provider takes no part any more, if so.
    pub(crate) fn dropped(&self) -> Option<String> {
        self.shared.dropped.get().cloned()
    }
}

impl Shared {
    /// The provider can do nothing more in this run; says so once, for people.
    pub(crate) fn drop_out(&self, error: &ProviderError) {
        let provider = self.seat.client.sheet().title;
        if self.dropped.set(error.to_string()).is_ok() {
            self.stopper.note(format!("{provider} {error}: it takes no further part in this run"));
        }
        self.bell.notify_one();
    }

    /// Notes how a call went with the provider's health; what is worth writing down.
    pub(crate) fn health(&self, error: Option<&ProviderError>) -> Option<Entry> {
        let now = self.clock.now();
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        let note = match error {
            Some(error) if error.is_ill_health() => {
                if !breaker.failure(now) {
                    return None;
                }
                error.to_string()
            }
            Some(error) if error.drops_provider() => error.to_string(),
            _ => {
                let was_open = breaker.state(now) != BreakerState::Closed;
                breaker.success();
                if !was_open {
                    return None;
                }
                String::new()
            }
        };
        Some(Entry::State(ProviderState {
            provider: self.seat.client.sheet().name.to_owned(),
            key_mark: self.seat.key_mark.clone(),
            breaker: breaker.clone(),
            note,
            at: now,
        }))
    }
}

pub(super) struct Clerk {
    pub(super) shared: Arc<Shared>,
    from: mpsc::UnboundedReceiver<Ask>,
    pub(super) queue: VecDeque<NewAsk>,
    poller: Poller,
    /// Cloned into every call: the count tells how many are under way.
    under_way: Arc<()>,
    next_admission: tokio::time::Instant,
    /// People know that a limit of the month is reached.
    pub(super) told_limit: bool,
}

/// What there is to do after trying to send.
pub(super) enum Next {
    Go,
    /// Wait for the bell, at most so long.
    Wait(Duration),
}

impl Clerk {
    async fn work(mut self) {
        loop {
            if self.queue.is_empty() {
                match self.from.recv().await {
                    None => return,
                    Some(ask) => self.take_in(ask),
                }
            }
            while let Ok(ask) = self.from.try_recv() {
                self.take_in(ask);
            }
            if self.shared.stopper.is_stopping() {
                self.queue.drain(..).for_each(|ask| answer(ask, Reply::Stopping));
                continue;
            }
            if let Some(why) = self.shared.dropped.get() {
                self.queue.drain(..).for_each(|ask| answer(ask, Reply::Dropped(why.clone())));
                continue;
            }
            match self.send_some().await {
                Ok(Next::Go) => {}
                Ok(Next::Wait(longest)) => self.wait(longest).await,
                Err(error) if error.is_retryable() => self.wait(HELD_ELSEWHERE).await,
                Err(error) => {
                    self.shared.stopper.fail(error);
                }
            }
        }
    }

    fn take_in(&mut self, ask: Ask) {
        match ask {
            Ask::New(ask) => match self.shared.seat.client.refuses(&ask.person) {
                Some(error) => answer(ask, Reply::Unfit(error)),
                None => self.queue.push_back(ask),
            },
            Ask::Resume(attempt, person, reply) => {
                let question = Question {
                    mark: attempt.mark(),
                    person,
                    wants: super::ask::wants_of(&attempt.wants),
                };
                let holding = self.shared.held.one_more();
                let case = Case { attempt, question, reply, holding };
                tokio::spawn(super::call::resume(
                    Arc::clone(&self.shared),
                    case,
                    self.poller.clone(),
                ));
            }
        }
    }

    async fn wait(&self, longest: Duration) {
        tokio::select! {
            () = self.shared.bell.notified() => {}
            () = self.shared.stopper.stopping() => {}
            () = tokio::time::sleep(longest) => {}
        }
    }

    /// Sends as many calls as health, limits, money and calls under way allow.
    async fn send_some(&mut self) -> Result<Next, DbError> {
        let now = self.shared.clock.now();
        let under_way = Arc::strong_count(&self.under_way) - 1;
        let mut room = self.shared.seat.calls_at_once.saturating_sub(under_way);
        let (state, rest) = {
            let breaker = self.breaker();
            (breaker.would_admit(now), breaker.wait(now))
        };
        match state {
            _ if room == 0 => return Ok(Next::Wait(CALLS_FULL)),
            Admission::Free => {}
            Admission::OneTrial => room = 1,
            Admission::No => return Ok(Next::Wait(rest.max(CALLS_FULL))),
        }
        let most = *self.shared.per_call.lock().unwrap_or_else(PoisonError::into_inner);
        let alone = self.queue.front().is_some_and(|ask| ask.alone);
        let per_call = if alone { 1 } else { most.max(1) };
        let wanted = self.queue.len().div_ceil(per_call);
        // a transaction for one of many calls would only make the others wait
        if room < wanted.min(self.shared.seat.calls_at_once.div_ceil(4)) && state == Admission::Free
        {
            return Ok(Next::Wait(CALLS_FULL));
        }
        let now_here = tokio::time::Instant::now();
        if self.next_admission > now_here {
            tokio::time::sleep_until(self.next_admission).await;
            self.next_admission = now_here;
            return Ok(Next::Go);
        }
        self.next_admission = now_here + if self.queue.len() < MANY { GATHER } else { GATHER_MANY };
        self.admit(room.min(wanted), per_call).await
    }

    pub(super) fn dispatch(
        &self,
        cases: Vec<Case>,
        taken: Vec<Taken>,
        per_call: usize,
        now: Timestamp,
    ) {
        let mut cases = cases.into_iter();
        for slots in taken {
            let call: Vec<Case> = cases.by_ref().take(per_call).collect();
            if call.is_empty() {
                return;
            }
            // in half-open state this is the one trial
            let _ = self.breaker().admits(now);
            tokio::spawn(super::call::call(
                Arc::clone(&self.shared),
                call,
                slots,
                self.poller.clone(),
                Arc::clone(&self.under_way),
            ));
        }
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.shared.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next asks, at most `most`. Questions of one call want the same fields and bear company, so
    /// where calls carry several, only those are taken that are like the first one.
    pub(super) fn next_asks(&mut self, most: usize, per_call: usize) -> Vec<NewAsk> {
        let Some(first) = self.queue.front() else { return Vec::new() };
        let (wants, alone) = (first.wants.clone(), first.alone);
        let is_like = |ask: &NewAsk| ask.wants == wants && ask.alone == alone;
        if per_call == 1 || self.queue.iter().all(is_like) {
            return self.queue.drain(..most.min(self.queue.len())).collect();
        }
        let (mut taken, mut left) = (Vec::with_capacity(most), VecDeque::new());
        for ask in self.queue.drain(..) {
            if taken.len() < most && is_like(&ask) {
                taken.push(ask);
            } else {
                left.push_back(ask);
            }
        }
        self.queue = left;
        taken
    }

    pub(super) fn put_back(&mut self, asks: Vec<NewAsk>) {
        for ask in asks.into_iter().rev() {
            self.queue.push_front(ask);
        }
    }
}

pub(super) fn answer(ask: NewAsk, reply: Reply) {
    // the row may have been given up
    let _ = ask.reply.send(reply);
}
