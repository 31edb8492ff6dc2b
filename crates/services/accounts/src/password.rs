//! Passwords: hashing on threads of its own, and the rules for a new one.

mod guessed;
mod hasher;
mod pattern;
mod policy;
mod queue;

use std::sync::Arc;
use std::thread;

use captely_platform::chance::Chance;
use captely_platform::secrets::Secret;
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization as _;

use hasher::Hasher;
pub use hasher::{HashCost, MEMORY_KIB_MAX};
use policy::PASSWORD_BYTES_MAX;
pub use policy::{PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN, PasswordFault, check_password};
use queue::{Push, Queue};

/// Hashing threads at most.
pub const THREADS_MAX: usize = 16;
/// Passwords that may wait for a thread, at most.
pub const WAITING_MAX: usize = 4_096;
/// After how many seconds somebody who was turned away should try again.
pub const RETRY_AFTER_S: u32 = 2;

/// Adds to the niceness of a hashing thread (0 to 19), so that requests go first. At 10 the Linux
/// scheduler gives a thread about a tenth of the time it gives to one at 0 (`sched(7)`).
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// How many threads hash, how many passwords may wait, and how costly a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordSettings {
    /// Threads, 1 to 16. Each takes `cost.memory_kib` while it has work.
    pub threads: usize,
    /// Passwords that wait for a thread, 1 to 4,096; one more is refused as busy.
    pub waiting_max: usize,
    /// The cost of a new hash.
    pub cost: HashCost,
}

impl Default for PasswordSettings {
    /// One thread fewer than cores, at least 1 and at most 4; 64 waiting; the cost OWASP asks for.
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = cores.saturating_sub(1).clamp(1, 4);
        Self { threads, waiting_max: 64, cost: HashCost::default() }
    }
}

/// Why hashing could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum PasswordSetUpError {
    /// A count outside its bounds.
    #[error("{setting} is {value}; it must be 1 to {max}")]
    OutOfBounds {
        /// The setting's name.
        setting: &'static str,
        /// What it is.
        value: usize,
        /// The most it may be.
        max: usize,
    },
    /// A cost that argon2 cannot take.
    #[error(
        "argon2 cannot take a memory of {memory_kib} KiB, {passes} passes and {lanes} lanes: at least \
         8 KiB a lane, at most 262144 KiB, 64 passes and 16 lanes"
    )]
    Cost {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes over it.
        passes: u32,
        /// Lanes of it.
        lanes: u32,
    },
    /// The operating system gave no thread.
    #[error("no thread for hashing passwords can be started: {0}")]
    Thread(std::io::Error),
}

/// Why there is no answer for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many wait already: 503 with `Retry-After`.
    #[error("too many people sign in at this moment; try again in {RETRY_AFTER_S} seconds")]
    Busy,
    /// The pool is being shut down.
    #[error("the server is stopping; try again")]
    Stopping,
    /// The stored text is no argon2id hash within our bounds.
    #[error("the stored password hash cannot be read; set a new password")]
    UnreadableHash,
}

/// What came of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// It is the password.
    pub matches: bool,
    /// It matches, and its hash should be made anew with today's cost.
    pub needs_rehash: bool,
}

/// Hashes and checks passwords (argon2id, RFC 9106) on a few threads of its own, so that neither
/// requests wait for it nor memory grows with the number of people who sign in at once.
#[derive(Debug)]
pub struct Passwords {
    queue: Arc<Queue<Job>>,
}

/// One password on its way to a thread. A caller that went away takes its job with it.
#[derive(Debug)]
enum Job {
    Hash { password: Secret, answer: Answer<String> },
    Verify { password: Secret, phc: Option<String>, answer: Answer<Verified> },
}

type Answer<T> = oneshot::Sender<Result<T, PasswordError>>;

impl Passwords {
    /// Starts the threads; they end when this is dropped. `chance` gives the salts.
    pub fn start(
        settings: PasswordSettings,
        chance: &Arc<Chance>,
    ) -> Result<Self, PasswordSetUpError> {
        check_bounds("password threads", settings.threads, THREADS_MAX)?;
        check_bounds("passwords waiting", settings.waiting_max, WAITING_MAX)?;
        let out = Self { queue: Arc::new(Queue::new(settings.waiting_max)) };
        for number in 1..=settings.threads {
            let hasher = Hasher::new(settings.cost, chance.clone())?;
            let queue = out.queue.clone();
            let thread = thread::Builder::new().name(format!("password-{number}"));
            thread.spawn(move || work(&queue, hasher)).map_err(PasswordSetUpError::Thread)?;
        }
        Ok(out)
    }

    /// The hash of a new password as a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
    pub async fn hash(&self, password: &Secret) -> Result<String, PasswordError> {
        let password = normalised(password);
        self.ask(|answer| Job::Hash { password, answer }).await
    }

    /// Whether `password` is the one of the hash. Without a hash (nobody has the address, or signs in
    /// another way) the same work is done and nothing matches: timing tells nothing. So it is with one that
    /// is longer than any that may be chosen.
    pub async fn verify(
        &self,
        password: &Secret,
        phc: Option<&str>,
    ) -> Result<Verified, PasswordError> {
        let may_be = password.expose().len() <= PASSWORD_BYTES_MAX;
        let password = if may_be { normalised(password) } else { Secret::from("") };
        let phc = phc.map(str::to_owned);
        let verified = self.ask(|answer| Job::Verify { password, phc, answer }).await?;
        Ok(if may_be { verified } else { Verified { matches: false, needs_rehash: false } })
    }

    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, PasswordError> {
        let (sender, receiver) = oneshot::channel();
        match self.queue.push(job(sender)) {
            Push::Taken => receiver.await.unwrap_or(Err(PasswordError::Stopping)),
            Push::Full => Err(PasswordError::Busy),
            Push::Closed => Err(PasswordError::Stopping),
        }
    }
}

impl Drop for Passwords {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// One spelling of what looks the same: keyboards differ in how they compose `é` (ASVS 4.0 2.1.4).
fn normalised(password: &Secret) -> Secret {
    Secret::from(password.expose().nfc().collect::<String>())
}

fn check_bounds(setting: &'static str, value: usize, max: usize) -> Result<(), PasswordSetUpError> {
    if (1..=max).contains(&value) {
        Ok(())
    } else {
        Err(PasswordSetUpError::OutOfBounds { setting, value, max })
    }
}

/// The life of a hashing thread. Its memory goes back when there was nothing to do for a while.
fn work(queue: &Queue<Job>, mut hasher: Hasher) {
    #[cfg(target_os = "linux")]
    if let Err(why) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(error = %why, "password hashing keeps its priority");
    }
    while let Some(job) = queue.pop(|| hasher.free_memory()) {
        match job {
            Job::Hash { password, answer } if !answer.is_closed() => {
                // Nobody may be waiting any more, which is fine.
                let _ = answer.send(hasher.hash(password.expose()));
            }
            Job::Verify { password, phc, answer } if !answer.is_closed() => {
                let _ = answer.send(hasher.verify(password.expose(), phc.as_deref()));
            }
            Job::Hash { .. } | Job::Verify { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests;
