use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::classify::{Meaning, classify};
use super::host::Host;
use super::retry_hint::TEMPORARY_WAIT;
use super::session::{Batch, Session};
use super::trouble::Trouble;
use crate::config::VerifyConfig;
use crate::evidence::Evidence;

/// Fresh connections that one question may cost: a server that wants one recipient each is asked at
/// most this many times.
const CONNECTIONS_PER_QUESTION_MAX: usize = 10;
/// How often stale connections are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// What was learned of a host is forgotten after this long without a question.
const HOST_MEMORY: Duration = Duration::from_mins(15);

/// Connections to mail hosts: kept open for the next question, limited per host and in all.
pub(crate) struct Pool {
    config: Arc<VerifyConfig>,
    hosts: Mutex<Hosts>,
    permits: Semaphore,
}

struct Hosts {
    by_name: HashMap<Arc<str>, Arc<Host>>,
    swept: Instant,
    idle: usize,
}

/// Recipients of one domain to ask one host about.
pub(crate) struct Question<'q> {
    /// The host's name.
    pub(crate) host: &'q Arc<str>,
    /// Its addresses.
    pub(crate) addresses: &'q [IpAddr],
    /// The domain of all recipients.
    pub(crate) domain: &'q str,
    /// Addresses in the order in which they are wanted; at least one.
    pub(crate) recipients: &'q [&'q str],
    /// Whether the first acceptance ends the question.
    pub(crate) one_is_enough: bool,
    /// Whether even a clear refusal is asked again as the first recipient of a fresh connection,
    /// where the server has not yet shown that it takes more than one.
    pub(crate) make_sure: bool,
}

/// What the host said about one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Its meaning.
    pub(crate) meaning: Meaning,
    /// Whether the recipient was the first of its connection.
    pub(crate) first: bool,
}

/// A question under way.
struct Progress<'q> {
    question: &'q Question<'q>,
    answers: Vec<Answer>,
    connections: usize,
}

impl Pool {
    pub(crate) fn new(config: Arc<VerifyConfig>) -> Self {
        let permits = Semaphore::new(config.connections_max);
        let hosts = Hosts { by_name: HashMap::new(), swept: Instant::now(), idle: 0 };
        Self { config, hosts: Mutex::new(hosts), permits }
    }

    /// Answers in the order of the recipients, one for each unless one was enough or a trouble came
    /// between; the trouble stands beside the answers that came before it.
    pub(crate) async fn ask(
        &self,
        question: &Question<'_>,
        evidence: &mut Evidence,
    ) -> (Vec<Answer>, Option<Trouble>) {
        let host = self.host(question.host);
        let mut progress = Progress { question, answers: Vec::new(), connections: 0 };
        if let Some(trouble) = host.paused() {
            return (progress.answers, Some(trouble));
        }
        // Permits come first for the host, so that a slow host does not hold what others need.
        let (Ok(_of_host), Ok(_of_all)) =
            (host.permits.acquire().await, self.permits.acquire().await)
        else {
            return (progress.answers, Some(Trouble::Unreachable("the verifier is closed".into())));
        };
        let mut trouble = None;
        while !progress.is_done() && trouble.is_none() {
            trouble = self.one_connection(&host, &mut progress, evidence).await.err();
        }
        (progress.answers, trouble)
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
            let before = session.asked;
            let question = progress.question;
            let batch = session.ask(&self.config.mail_from, question.domain, recipients).await;
            let complete = progress.take(host, &batch, recipients, before, evidence);
            if let Some(trouble) = batch.ended {
                // A connection that was put aside may have been closed meanwhile.
                let stale =
                    reused && batch.replies.is_empty() && !matches!(trouble, Trouble::NoSmtpUtf8);
                if stale && before == session.asked {
                    return Ok(());
                }
                evidence.push(|| format!("! {trouble}"));
                host.note_trouble(&trouble, self.config.host_pause);
                return Err(trouble);
            }
            host.note_answer();
            if !complete {
                return Ok(()); // the rest needs a fresh connection; this one is dropped
            }
        }
        self.put_aside(host, session);
        Ok(())
    }

    /// An open connection with room left, or a new one; and whether it was used before.
    async fn session(
        &self,
        host: &Host,
        progress: &mut Progress<'_>,
        evidence: &mut Evidence,
    ) -> Result<(Session, bool), Trouble> {
        if let Some(session) = host.take_idle(self.config.idle_timeout) {
            self.count_idle(|n| n.saturating_sub(1));
            // After the first round a fresh connection is what is wanted: this one makes room for it.
            if progress.connections == 0 && session.asked < host.recipients_max() {
                progress.connections = 1;
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
        match Session::open(question.addresses, &self.config).await {
            Ok(session) => {
                evidence.push(|| format!("= {} S: {}", question.host, session.greeting));
                Ok((session, false))
            }
            Err(trouble) => {
                evidence.push(|| format!("! {} {trouble}", question.host));
                host.note_trouble(&trouble, self.config.host_pause);
                Err(trouble)
            }
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
    fn host(&self, name: &Arc<str>) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.swept.elapsed() >= SWEEP_EVERY {
            hosts.sweep(self.config.idle_timeout);
        }
        let fresh = || Arc::new(Host::new(&self.config));
        let host = Arc::clone(hosts.by_name.entry(Arc::clone(name)).or_insert_with(fresh));
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

impl<'q> Progress<'q> {
    fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    /// Recipients not answered yet that still matter. An acceptance may be enough; and a server
    /// that greylists or refuses the sender does so for the others as well.
    fn rest(&self) -> &'q [&'q str] {
        let decided = self.answers.last().is_some_and(|a| !a.meaning.is_refusal());
        if self.question.one_is_enough && decided {
            return &[];
        }
        self.question.recipients.get(self.answers.len()..).unwrap_or_default()
    }

    /// Takes the replies to a batch; false where the next recipient needs a fresh connection.
    fn take(
        &mut self,
        host: &Host,
        batch: &Batch,
        recipients: &[&str],
        asked_before: usize,
        evidence: &mut Evidence,
    ) -> bool {
        for (nth, (reply, recipient)) in batch.replies.iter().zip(recipients).enumerate() {
            let before = asked_before.saturating_add(nth);
            let meaning = classify(reply, recipient);
            evidence.push(|| format!("C: RCPT TO:<{recipient}>"));
            evidence.push(|| format!("S: {reply}"));
            let first = before == 0;
            match meaning {
                Meaning::TooManyRecipients if !first => {
                    host.limit_recipients(before);
                    return false;
                }
                Meaning::Accepted if !first => host.note_accepted_later(),
                Meaning::Absent { clear }
                    if !first && !host.accepts_later() && (!clear || self.question.make_sure) =>
                {
                    return false;
                }
                _ => {}
            }
            self.answers.push(Answer { meaning, first });
            if self.question.one_is_enough && !meaning.is_refusal() {
                break;
            }
        }
        true
    }
}
