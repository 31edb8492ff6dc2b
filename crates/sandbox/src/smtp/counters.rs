use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::Serialize;

use super::address::LISTENING;
use crate::mail_world::Personality;

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// What the hosts of one personality have seen since the start.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
        pub struct SmtpCounts { $($(#[$doc])* pub $name: u64),+ }

        /// The same, while they are being counted.
        #[derive(Debug, Default)]
        pub(super) struct Tally { $(pub(super) $name: AtomicU64),+ }

        impl Tally {
            fn read(&self) -> SmtpCounts {
                SmtpCounts { $($name: self.$name.load(Relaxed)),+ }
            }
        }
    };
}

counts! {
    /// Connections accepted, those turned away as too many included.
    connections,
    /// Connections turned away with 421 because there were too many.
    turned_away,
    /// Commands read.
    commands,
    /// RCPT commands that were judged, whatever the answer.
    rcpts,
    /// RCPT answered 250.
    accepted,
    /// RCPT for a domain that has its mail elsewhere.
    relay_refused,
    /// RCPT deferred by the greylist.
    greylisted,
    /// Sessions that asked for a mailbox that does not exist and after it, in the same session, for
    /// one that does at the same domain: the order of a client that sends its random probe first.
    random_first,
    /// RCPT refused because it was not the session's first.
    second_rcpt_refused,
    /// Of those, the ones for a mailbox that exists: what the wrong order has cost.
    existing_refused_as_second,
    /// Sessions refused because of who the client is.
    blocked,
    /// Clients that spoke before the greeting.
    talked_early,
    /// Commands sent ahead of replies to a server that had not offered it (RFC 2920 §3.1).
    pipelined_unasked,
    /// Commands refused as wrong: 500 to 503, 555, bad paths.
    protocol_errors,
    /// DATA commands: this world's clients verify and never send.
    data_attempts,
    /// Connections with a fault made on purpose.
    faults,
}

/// The tallies of all hosts, one for each personality.
#[derive(Debug, Default)]
pub(super) struct Counters {
    tallies: [Tally; LISTENING.len()],
    /// For personalities that answer on no socket; nothing is ever counted here.
    none: Tally,
}

impl Counters {
    pub(super) fn of(&self, personality: Personality) -> &Tally {
        LISTENING
            .iter()
            .position(|p| *p == personality)
            .and_then(|at| self.tallies.get(at))
            .unwrap_or(&self.none)
    }

    pub(super) fn read(&self, personality: Personality) -> SmtpCounts {
        self.of(personality).read()
    }
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}
