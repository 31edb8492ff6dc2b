use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::connect::Caller;
use super::gate::Gates;
use super::hearing::Hearing;
use super::host::Host;
use super::progress::{Answer, Progress, Question};
use super::retry_hint::TEMPORARY_WAIT;
use super::session::Session;
use super::trouble::Trouble;
use crate::config::{StartTls, VerifyConfig};
use crate::evidence::Evidence;

/// Fresh connections that one question may cost: a server that wants one recipient each is asked at
/// most this many times.
const CONNECTIONS_PER_QUESTION_MAX: usize = 10;
/// How often stale connections are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// A server that takes one connection may still count the one that was just closed: it is waited for this
/// long, then twice as long, and so on.
const CLOSING_WAIT: Duration = Duration::from_millis(300);
const CLOSING_WAITS_MAX: u32 = 3;
/// What was learned of a host is forgotten after this long without a question.
const HOST_MEMORY: Duration = Duration::from_mins(15);

/// Connections to mail hosts: kept open for the next question, limited per host and in all.
pub(crate) struct Pool {
    config: Arc<VerifyConfig>,
    caller: Caller,
    gates: Gates,
    hosts: Mutex<Hosts>,
    permits: Semaphore,
    hearing: Hearing,
}

type Permit<'h> = Option<SemaphorePermit<'h>>;

struct Hosts {
    by_name: HashMap<Arc<str>, Arc<Host>>,
    swept: Instant,
    idle: usize,
}

impl Pool {
    pub(crate) fn new(config: Arc<VerifyConfig>) -> Self {
        let permits = Semaphore::new(config.connections_max);
        let hosts = Hosts { by_name: HashMap::new(), swept: Instant::now(), idle: 0 };
        let caller = Caller::new(Arc::clone(&config));
        let gates = Gates::new(config.family_limits.clone());
        let hosts = Mutex::new(hosts);
        Self { config, caller, gates, hosts, permits, hearing: Hearing::default() }
    }

    /// Whether any mail host was ever heard; waits a moment for those who are being asked.
    pub(crate) async fn has_heard(&self) -> bool {
        self.hearing.soon().await
    }

    /// Answers in the order of the recipients, one for each unless one was enough or a trouble came
    /// between; the trouble stands beside the answers that came before it.
    pub(crate) async fn ask(
        &self,
        question: &Question<'_>,
        evidence: &mut Evidence,
    ) -> (Vec<Answer>, Option<Trouble>) {
        let _asking = self.hearing.begin();
        let host = self.host(question);
        let mut progress = Progress::new(question);
        if let Some(trouble) = host.paused() {
            return (progress.answers, Some(trouble));
        }
        let mut trouble = None;
        while !progress.is_done() && trouble.is_none() {
            trouble = self.one_turn(&host, &mut progress, evidence).await.err();
        }
        (progress.answers, trouble)
    }

    /// Waits for room and asks. Where the host turns out to be narrower than thought, the recipients
    /// left over wait for another turn.
    async fn one_turn(
        &self,
        host: &Host,
        progress: &mut Progress<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Trouble> {
        // Whoever waits for its turn holds nothing that others need. So permits come in the same order
        // for all, that of the host first: a slow host does not hold what others need either.
        progress.keep_pace(host, 1, self.config.pace_wait_max).await?;
        let (of_host, _of_others) = tokio::select! {
            biased;
            // Of a doubtful refusal others come first: what they are told may settle it.
            () = host.until_accepts_later(), if progress.doubtful.is_some() => {
                progress.settle(evidence);
                return Ok(());
            }
            turn = self.turn(host) => turn,
        };
        progress.doubtful = None;
        while !progress.is_done() && progress.doubtful.is_none() {
            let Err(trouble) = self.one_connection(host, progress, evidence).await else {
                continue;
            };
            if trouble.is_crowded() {
                // None came about: the next turn may use one that is open.
                progress.connections = progress.connections.saturating_sub(1);
                if host.narrow() {
                    if let Some(permit) = of_host {
                        permit.forget();
                    }
                    return Ok(());
                }
                if progress.waits < CLOSING_WAITS_MAX {
                    tokio::time::sleep(CLOSING_WAIT.saturating_mul(1 << progress.waits)).await;
                    progress.waits = progress.waits.saturating_add(1);
                    continue;
                }
            }
            return Err(trouble);
        }
        Ok(())
    }

    /// What allows to be busy with the host, the host's own permit first; it ends with what is returned.
    async fn turn<'h>(&'h self, host: &'h Host) -> (Permit<'h>, [Permit<'h>; 2]) {
        // The semaphores are never closed.
        let of_host = host.permits.acquire().await.ok();
        let of_family = match &host.gate {
            Some(gate) => gate.permits.acquire().await.ok(),
            None => None,
        };
        (of_host, [of_family, self.permits.acquire().await.ok()])
    }

    /// Asks as much as one connection allows.
    async fn one_connection(
        &self,
        host: &Host,
        progress: &mut Progress<'_>,
        evidence: &mut Evidence,
    ) -> Result<(), Trouble> {
        let (mut session, reused) = self.session(host, progress, evidence).await?;
        loop {
            let room = host.recipients_max().saturating_sub(session.asked);
            // The first goes alone: it may be enough, and the server may take no second.
            let wide = progress.answers.is_empty() || session.asked == 0;
            let room = if wide { room.min(1) } else { room };
            let rest = progress.rest();
            let recipients = rest.get(..room.min(rest.len())).unwrap_or_default();
            if recipients.is_empty() {
                break;
            }
            progress.keep_pace(host, recipients.len(), self.config.pace_wait_max).await?;
            let before = session.asked;
            let question = progress.question;
            let batch = session.ask(&self.config.mail_from, question.domain, recipients).await;
            progress.paced = progress.paced.saturating_sub(recipients.len());
            let complete = progress.take(host, &batch, recipients, before, evidence);
            if let Some(trouble) = batch.ended {
                // A connection that was put aside may have been closed meanwhile.
                let stale =
                    reused && batch.replies.is_empty() && !matches!(trouble, Trouble::NoSmtpUtf8);
                if stale && before == session.asked {
                    progress.wants_fresh = true;
                    return Ok(());
                }
                if batch.partly_answered
                    && host.trust().pipelining
                    && trouble.may_be_lost_commands()
                {
                    evidence.push(|| format!("! {trouble}; asked again one by one"));
                    host.note_pipelining_fails();
                    progress.wants_fresh = true;
                    return Ok(());
                }
                evidence.push(|| format!("! {trouble}"));
                if session.asked > 0 && trouble.may_be_enough() {
                    host.limit_recipients(session.asked);
                    progress.wants_fresh = true;
                    return Ok(());
                }
                host.note_trouble(&trouble, self.config.host_pause);
                return Err(trouble);
            }
            host.note_answer();
            if !complete || !session.is_open() {
                progress.wants_fresh = true;
                break; // the rest needs a fresh connection; others may still use this one
            }
        }
        if !progress.question.own_connection && !progress.is_put_off() {
            self.put_aside(host, session);
        }
        Ok(())
    }

    /// An open connection with room left, or a new one; and whether it was used before.
    async fn session(
        &self,
        host: &Host,
        progress: &mut Progress<'_>,
        evidence: &mut Evidence,
    ) -> Result<(Session, bool), Trouble> {
        if !progress.question.own_connection
            && let Some(session) = host.take_idle(self.config.idle_timeout)
        {
            self.count_idle(|n| n.saturating_sub(1));
            // Where a fresh connection is wanted, this one makes room for it.
            if !progress.wants_fresh && session.asked < host.recipients_max() {
                progress.connections = progress.connections.saturating_add(1);
                evidence.push(|| format!("= {} (open connection)", progress.question.host));
                return Ok((session, true));
            }
        }
        if let Some(trouble) = host.paused() {
            return Err(trouble);
        }
        progress.connections = progress.connections.saturating_add(1);
        if progress.connections > CONNECTIONS_PER_QUESTION_MAX {
            return Err(Trouble::Temporary(
                "it wants a connection for each recipient".into(),
                TEMPORARY_WAIT,
            ));
        }
        let question = progress.question;
        let opened = self.open(host, question, evidence).await;
        if opened.as_ref().map_or_else(|trouble| !trouble.may_be_ours(), |_session| true) {
            self.hearing.note();
        }
        match opened {
            Ok(session) => {
                evidence.push(|| format!("= {} S: {}", question.host, session.greeting));
                if let Some(version) = session.privacy {
                    evidence.push(|| format!("= {version}, certificate not verified (RFC 7435)"));
                }
                Ok((session, false))
            }
            Err(trouble) => {
                evidence.push(|| format!("! {} {trouble}", question.host));
                host.note_trouble(&trouble, self.config.host_pause);
                Err(trouble)
            }
        }
    }

    /// A new connection; in the clear where the handshake fails and that may be.
    async fn open(
        &self,
        host: &Host,
        question: &Question<'_>,
        evidence: &mut Evidence,
    ) -> Result<Session, Trouble> {
        let place = (&**question.host, question.addresses);
        let opened = Session::open(&self.caller, place, host.trust()).await;
        match opened {
            Err(trouble @ Trouble::Tls(_)) if self.config.starttls == StartTls::Offered => {
                evidence.push(|| format!("! {trouble}; asked again in the clear"));
                host.note_tls_fails();
                Session::open(&self.caller, place, host.trust()).await
            }
            opened => opened,
        }
    }

    fn put_aside(&self, host: &Host, session: Session) {
        let mut room = false;
        self.count_idle(|n| {
            room = n < self.config.idle_connections_max;
            if room { n.saturating_add(1) } else { n }
        });
        if room && session.is_open() && session.asked < host.recipients_max() {
            host.put_idle(session);
        } else if room {
            self.count_idle(|n| n.saturating_sub(1));
        }
    }

    fn count_idle(&self, change: impl FnOnce(usize) -> usize) {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.idle = change(hosts.idle);
    }

    /// What is known of the host; a new start where nothing is.
    fn host(&self, question: &Question<'_>) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.swept.elapsed() >= SWEEP_EVERY {
            hosts.sweep(self.config.idle_timeout);
        }
        let fresh = || Arc::new(Host::new(&self.config, self.gates.of(question.family)));
        let name = Arc::clone(question.host);
        let host = Arc::clone(hosts.by_name.entry(name).or_insert_with(fresh));
        host.touch();
        host
    }
}

impl Hosts {
    fn sweep(&mut self, idle_timeout: Duration) {
        let mut idle = 0_usize;
        self.by_name.retain(|_, host| {
            let (open, unused) = host.sweep(idle_timeout);
            idle = idle.saturating_add(open);
            open > 0 || unused < HOST_MEMORY || Arc::strong_count(host) > 1
        });
        self.idle = idle;
        self.swept = Instant::now();
    }
}
