use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;

use super::fault::SendFault;
use super::letter::Content;
use super::reason::without;
use super::store::{self, Key, MailRow, state};
use super::transport::{Taken, Transport};
use super::{Letter, MailConfig, MailSetupError, Mailbox, message, queue};
use crate::clock::Clock;
use crate::db::{Db, DbError};
use crate::jobs::{Job, Verdict};
use crate::secrets::Keyring;

/// The wait after the first attempt that came to nothing; it doubles with each one.
const WAIT_FIRST: Duration = Duration::from_secs(15);
const WAIT_MAX: Duration = Duration::from_hours(1);

/// The longest that one letter may take to go out, whatever the time-outs of its way are.
const SEND_MAX: Duration = Duration::from_mins(2);

/// A letter that is out is noted in the database even if that is busy just then: so often, so far
/// apart. Without the note it would be sent again.
const NOTE_TRIES: u32 = 5;
const NOTE_WAIT: Duration = Duration::from_millis(500);

/// Writes mail and sends it: what a worker needs for the jobs of [`super::QUEUE`].
pub struct Mailer {
    sender: Mailbox,
    transport: Transport,
    keys: Keyring,
    clock: Arc<dyn Clock>,
}

/// A mail that was begun.
struct Begun {
    letter: Letter,
    queued_at: Timestamp,
    useful_until: Timestamp,
}

impl Mailer {
    /// Sets the way out up; no I/O but reading certificates. Needs a Tokio runtime.
    pub fn new(
        config: &MailConfig,
        keys: Keyring,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, MailSetupError> {
        let transport = Transport::new(&config.transport)?;
        Ok(Self { sender: config.sender.clone(), transport, keys, clock })
    }

    /// Does one job of [`super::QUEUE`]. Made to be repeated: a mail that was sent or has failed stays
    /// as it is.
    pub async fn deliver(&self, db: &Db, job: &Job) -> Verdict {
        let key = match queue::mail_of(job) {
            Ok(id) => (job.workspace, id),
            Err(why) => return Verdict::Fail { why },
        };
        match self.attempt(db, job, key).await {
            Ok(verdict) => verdict,
            // Nobody can be told through a database that does not answer but by trying again.
            Err(why) => {
                tracing::warn!(mail = %key.1, error = %why, "A mail could not be sent for the database's sake");
                Verdict::Retry { after: WAIT_FIRST }
            }
        }
    }

    async fn attempt(&self, db: &Db, job: &Job, key: Key) -> Result<Verdict, DbError> {
        let begun = match self.begin(db, key).await? {
            Ok(begun) => begun,
            Err(verdict) => return Ok(verdict),
        };
        let send = self.transport.send(key.1, &begun.letter, begun.queued_at);
        let outcome = tokio::time::timeout(SEND_MAX, send).await.unwrap_or_else(|_elapsed| {
            Err(SendFault::later(format!("it was not taken within {} s", SEND_MAX.as_secs())))
        });
        let outcome = outcome
            .map(|taken| taken.without(begun.letter.to.address()))
            .map_err(|fault| self.or_give_up(fault, job, &begun));
        for _ in 1..NOTE_TRIES {
            match self.note(db, key, &outcome).await {
                Err(why) if why.is_retryable() => tokio::time::sleep(NOTE_WAIT).await,
                noted => return noted,
            }
        }
        self.note(db, key, &outcome).await
    }

    /// Fixes the letter and marks the mail as being sent; or says why there is nothing to send.
    async fn begin(&self, db: &Db, key: Key) -> Result<Result<Begun, Verdict>, DbError> {
        let now = self.clock.now();
        let mut tx = db.writer().await?;
        let Some(row) = store::read(&mut tx, key).await? else {
            return Ok(Err(Verdict::Fail { why: format!("there is no mail {}", key.1) }));
        };
        match row.state {
            state::QUEUED | state::SENDING => {}
            state::FAILED => return Ok(Err(given_up_before(&row))),
            _sent_or_kept => return Ok(Err(Verdict::Done)),
        }
        let begun = match self.letter_of(key, &row, now) {
            Ok(letter) => {
                let sealed = store::seal(&self.keys, key, &Content::Written(letter.clone()))?;
                // Whoever had the job before may have ended the mail since it was read.
                if !store::begin(&mut tx, key, &sealed).await? {
                    return Ok(Err(Verdict::Done));
                }
                Ok(Begun {
                    letter,
                    queued_at: Timestamp::micros(row.queued_at),
                    useful_until: Timestamp::micros(row.useful_until),
                })
            }
            // Nothing is written: it stays as it is for a process that can read it.
            Err(SendFault::Later { why, .. }) => return Ok(Err(Verdict::Trouble { why })),
            Err(SendFault::Final(why)) => {
                store::failed(&mut tx, key, now, &why).await?;
                Err(Verdict::Fail { why })
            }
        };
        tx.commit().await?;
        Ok(begun)
    }

    fn letter_of(&self, key: Key, row: &MailRow, now: Timestamp) -> Result<Letter, SendFault> {
        if now >= Timestamp::micros(row.useful_until) {
            let why = "its time ran out before it was known to be sent";
            return Err(SendFault::Final(why.to_owned()));
        }
        match store::open(&self.keys, key, &row.sealed)? {
            Content::Written(letter) => Ok(letter),
            Content::ToWrite { to, template } => {
                message::write(&self.sender, &to, &template).map_err(SendFault::Final)
            }
        }
    }

    /// A fault that may pass becomes final where the mail would be of no use by the next attempt, or
    /// where the job has none left. What is kept of it does not tell whose mail it was.
    fn or_give_up(&self, fault: SendFault, job: &Job, begun: &Begun) -> SendFault {
        let plain = |why: &str| without(why, begun.letter.to.address());
        match fault {
            SendFault::Final(why) => SendFault::Final(plain(&why)),
            SendFault::Later { why, after } => {
                let wait = wait_after(job.attempt).max(after.unwrap_or_default());
                let too_late = self.clock.now().plus(wait) >= begun.useful_until;
                if too_late || job.attempt >= job.attempts_max {
                    let tries = job.attempt;
                    SendFault::Final(format!("gave up after {tries} attempts: {}", plain(&why)))
                } else {
                    SendFault::Later { why: plain(&why), after: Some(wait) }
                }
            }
        }
    }

    /// Writes down what came of it.
    async fn note(
        &self,
        db: &Db,
        key: Key,
        outcome: &Result<Taken, SendFault>,
    ) -> Result<Verdict, DbError> {
        let now = self.clock.now();
        let mut tx = db.writer().await?;
        let verdict = match outcome {
            Ok(Taken::Kept) => {
                store::keep(&mut tx, key, now).await?;
                Verdict::Done
            }
            Ok(Taken::Sent(provider_id)) => {
                store::sent(&mut tx, key, now, provider_id.as_deref()).await?;
                Verdict::Done
            }
            Err(SendFault::Final(why)) => {
                store::failed(&mut tx, key, now, why).await?;
                Verdict::Fail { why: why.clone() }
            }
            Err(SendFault::Later { why, after }) => {
                store::put_off(&mut tx, key, why).await?;
                Verdict::Retry { after: after.unwrap_or(WAIT_FIRST) }
            }
        };
        tx.commit().await?;
        if let Err(fault) = outcome {
            tracing::warn!(mail = %key.1, ?fault, "A mail was not sent");
        }
        Ok(verdict)
    }
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mailer({:?}, {:?})", self.sender, self.transport)
    }
}

/// Its job is tried again although nothing is left to send.
fn given_up_before(row: &MailRow) -> Verdict {
    let why = row.error.as_deref().unwrap_or("the reason is not known");
    Verdict::Fail {
        why: format!(
            "the mail was given up before, and its text is gone: have it asked for again ({why})"
        ),
    }
}

/// 15 s, 30 s, 1 min, … 1 h, 1 h.
fn wait_after(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    WAIT_FIRST.saturating_mul(1 << doublings).min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let seconds: Vec<u64> = (1..=11).map(|n| wait_after(n).as_secs()).collect();
        assert_eq!(seconds, [15, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
        assert_eq!(wait_after(u32::MAX).as_secs(), 3_600);
    }
}
