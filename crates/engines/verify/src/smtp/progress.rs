use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::classify::{Meaning, classify};
use super::host::Host;
use super::session::Batch;
use super::trouble::Trouble;
use crate::dns::MailFamily;
use crate::evidence::Evidence;

/// Recipients of one domain to ask one host about.
pub(crate) struct Question<'q> {
    /// The host's name.
    pub(crate) host: &'q Arc<str>,
    /// Who runs it.
    pub(crate) family: MailFamily,
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
    /// Whether nobody is asked about before or after on the same connection.
    pub(crate) own_connection: bool,
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
pub(super) struct Progress<'q> {
    pub(super) question: &'q Question<'q>,
    pub(super) answers: Vec<Answer>,
    pub(super) connections: usize,
    /// Recipients that the pace has room for and that were not asked yet.
    pub(super) paced: usize,
    /// How often it waited for a connection closed here to be closed there.
    pub(super) waits: u32,
    /// Whether the next recipient has to be the first of its connection.
    pub(super) wants_fresh: bool,
    /// The refusal of the next recipient, which may only mean "no more recipients".
    pub(super) doubtful: Option<Answer>,
}

impl<'q> Progress<'q> {
    pub(super) const fn new(question: &'q Question<'q>) -> Self {
        Self {
            question,
            answers: Vec::new(),
            connections: 0,
            paced: 0,
            waits: 0,
            wants_fresh: false,
            doubtful: None,
        }
    }

    /// The host has shown that it takes later recipients: its refusal meant what it said.
    pub(super) fn settle(&mut self, evidence: &mut Evidence) {
        if let Some(answer) = self.doubtful.take() {
            evidence
                .push(|| "= it takes others later on a connection: the refusal stands".to_owned());
            self.answers.push(answer);
            self.wants_fresh = false;
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    /// Whether the server had a passing trouble in the end. Postfix's postscreen says 450 4.3.2 to
    /// everything in a client's first session and takes its second: nothing is kept of the first.
    pub(super) fn is_put_off(&self) -> bool {
        self.answers.last().is_some_and(|answer| matches!(answer.meaning, Meaning::Temporary(_)))
    }

    /// Recipients not answered yet that still matter. An acceptance may be enough; and a server
    /// that greylists or refuses the sender does so for the others as well.
    pub(super) fn rest(&self) -> &'q [&'q str] {
        let decided = self.answers.last().is_some_and(|a| !a.meaning.is_refusal());
        if self.question.one_is_enough && decided {
            return &[];
        }
        self.question.recipients.get(self.answers.len()..).unwrap_or_default()
    }

    /// Waits until the host and its provider may be asked about so many recipients.
    pub(super) async fn keep_pace(
        &mut self,
        host: &Host,
        count: usize,
        wait_max: Duration,
    ) -> Result<(), Trouble> {
        let missing = count.saturating_sub(self.paced);
        if missing == 0 {
            return Ok(());
        }
        let of_family = host.gate.as_ref().and_then(|gate| gate.pace.as_ref());
        let mut wait = Duration::ZERO;
        for pace in [host.pace.as_ref(), of_family].into_iter().flatten() {
            wait = wait.max(pace.reserve(missing, wait_max).map_err(Trouble::Paced)?);
        }
        self.paced = count;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// Takes the replies to a batch; false where the next recipient needs a fresh connection.
    pub(super) fn take(
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
                    self.doubtful = Some(Answer { meaning, first });
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
