use crate::chance::{below, draw, topic};

/// How the mail servers are run. Durations are in milliseconds, sizes in bytes, shares in thousandths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// The port of every mail host; 0 picks one that is free on all their addresses.
    pub port: u16,
    /// How long a greylisting host defers a new (client, sender, recipient).
    pub greylist_delay_ms: u64,
    /// How long every host takes for its greeting and for each reply, as over a long way; a tarpit's
    /// own waits come on top.
    pub reply_delay_ms: u64,
    /// How long a tarpit waits before its greeting.
    pub tarpit_banner_ms: u64,
    /// How long a tarpit waits before every later reply.
    pub tarpit_reply_ms: u64,
    /// A session that sends no command for this long is ended with a 421 (RFC 5321 §4.5.3.2.7 asks
    /// for five minutes at least).
    pub idle_timeout_ms: u64,
    /// Sessions at one time over all hosts; further clients are greeted with a 421.
    pub connections_max: usize,
    /// Sessions at one time on one host; further clients are greeted with a 421.
    pub connections_per_host_max: usize,
    /// Commands in one session, after which it is ended with a 421.
    pub commands_per_session_max: u32,
    /// Recipients accepted for one MAIL (RFC 5321 §4.5.3.1.8 asks for 100 at least).
    pub recipients_per_mail_max: u32,
    /// Commands refused with 500 to 503 before the session is ended with a 421.
    pub errors_max: u32,
    /// Recipients refused for good before the session is ended with a 421, as hosts do that fear an
    /// address harvest; `None` never ends it.
    pub refused_recipients_max: Option<u32>,
    /// The SIZE announced (RFC 1870).
    pub message_bytes_max: u64,
    /// Announce STARTTLS, and answer it with 454 (RFC 3207 §4): a client must go on in the clear.
    pub offer_starttls: bool,
    /// How many of the latest dialogues are kept for reading; 0 keeps none and costs nothing.
    pub dialogues_max: usize,
    /// What goes wrong on purpose.
    pub faults: SmtpFaults,
}

impl Default for SmtpSettings {
    fn default() -> Self {
        Self {
            port: 0,
            greylist_delay_ms: 2_000,
            reply_delay_ms: 0,
            tarpit_banner_ms: 1_500,
            tarpit_reply_ms: 250,
            idle_timeout_ms: 300_000,
            connections_max: 2_000,
            connections_per_host_max: 500,
            commands_per_session_max: 1_000_000,
            recipients_per_mail_max: 100,
            errors_max: 20,
            refused_recipients_max: None,
            message_bytes_max: 35_651_584,
            offer_starttls: false,
            dialogues_max: 0,
            faults: SmtpFaults::default(),
        }
    }
}

/// Faults by share of connections. A connection has at most one; which one follows from the seed and
/// from its number, counted from 0 in order of arrival.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SmtpFaults {
    /// Chance: the same seed gives the n-th connection the same fault.
    pub seed: u64,
    /// Of 1,000 connections, how many are cut without a word.
    pub drop_per_thousand: u16,
    /// A connection to be cut is cut on receipt of the command after this many.
    pub drop_after_commands: u32,
    /// Of 1,000 connections, how many get, after the greeting, lines that are no SMTP replies.
    pub garbage_per_thousand: u16,
    /// Of 1,000 connections, how many are accepted and never sent a byte.
    pub silent_per_thousand: u16,
}

/// What goes wrong in one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Cut when the command after this many arrives.
    DropAfter(u32),
    /// Replies are garbage.
    Garbage,
    /// Never a byte.
    Silent,
}

impl SmtpFaults {
    /// The fault of the connection with this number, if it has one.
    pub(super) fn of_connection(&self, number: u64) -> Option<Fault> {
        let roll = below(draw(self.seed, topic::FAULT, number), 1_000);
        let drop_end = u64::from(self.drop_per_thousand);
        let garbage_end = drop_end.saturating_add(self.garbage_per_thousand.into());
        let silent_end = garbage_end.saturating_add(self.silent_per_thousand.into());
        match roll {
            _ if roll < drop_end => Some(Fault::DropAfter(self.drop_after_commands)),
            _ if roll < garbage_end => Some(Fault::Garbage),
            _ if roll < silent_end => Some(Fault::Silent),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_connections_are_kept() {
        let faults = SmtpFaults {
            seed: 7,
            drop_per_thousand: 100,
            drop_after_commands: 3,
            garbage_per_thousand: 50,
            silent_per_thousand: 20,
        };
        let mut seen = [0_u32; 4];
        for number in 0..100_000 {
            match faults.of_connection(number) {
                Some(Fault::DropAfter(after)) => {
                    assert_eq!(after, 3);
                    seen[0] += 1;
                }
                Some(Fault::Garbage) => seen[1] += 1,
                Some(Fault::Silent) => seen[2] += 1,
                None => seen[3] += 1,
            }
        }
        for (got, expected) in seen.into_iter().zip([10_000, 5_000, 2_000, 83_000_u32]) {
            assert!(got.abs_diff(expected) < 400, "{seen:?}");
        }
        assert_eq!(SmtpFaults::default().of_connection(0), None);
    }
}
