//! What each personality says to a RCPT.

use std::net::IpAddr;

use tokio::time::Instant;

use super::counters::count;
use super::host::Host;
use super::path;
use super::reply::Reply;
use crate::mail_world::{Mailbox, Personality};

/// The recipients of one session.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    /// Accepted since MAIL.
    accepted: u32,
    /// Refused as absent, in the whole session.
    absent: u32,
    /// The first recipient of the session.
    first: Option<First>,
    /// The order "absent first, then an existing one" was seen and counted.
    random_first: bool,
    /// The domain asked for last, and whether it has its mail here: sessions ask for one domain many
    /// times.
    last_domain: Option<(String, bool)>,
}

#[derive(Debug)]
struct First {
    domain: String,
    mailbox: Mailbox,
}

impl Recipients {
    pub(super) fn accepted(&self) -> u32 {
        self.accepted
    }

    pub(super) fn absent(&self) -> u32 {
        self.absent
    }

    pub(super) fn end_mail(&mut self) {
        self.accepted = 0;
    }

    /// Judges one RCPT of a client in a mail of `sender` (empty for `<>`).
    pub(super) fn judge(
        &mut self,
        host: &Host,
        (client, sender): (IpAddr, &str),
        asked: &path::Mailbox<'_>,
        now: Instant,
    ) -> Reply {
        let tally = host.tally();
        count(&tally.rcpts);
        if !self.is_served(host, asked.domain) {
            count(&tally.relay_refused);
            return Reply::RecipientRelay;
        }
        if self.accepted >= host.settings.recipients_per_mail_max {
            return Reply::RecipientTooMany;
        }
        let mailbox = host.mailbox(asked.domain, &asked.local);
        let is_first = self.note_order(host, asked.domain, mailbox);
        let reply = match host.personality {
            Personality::CatchAll => Reply::RecipientTaken,
            Personality::RefusesSecondRcpt if !is_first => {
                count(&tally.second_rcpt_refused);
                if mailbox == Mailbox::Exists {
                    count(&tally.existing_refused_as_second);
                }
                Reply::RecipientSecond
            }
            Personality::Greylisting
                if !host.greylist_lets_pass(
                    (client, sender, &asked.text.to_ascii_lowercase()),
                    now,
                ) =>
            {
                count(&tally.greylisted);
                Reply::RecipientGreylisted
            }
            _ => of_mailbox(mailbox),
        };
        match reply {
            Reply::RecipientTaken => {
                count(&tally.accepted);
                self.accepted = self.accepted.saturating_add(1);
            }
            Reply::RecipientAbsent => self.absent = self.absent.saturating_add(1),
            _ => {}
        }
        reply
    }

    fn is_served(&mut self, host: &Host, domain: &str) -> bool {
        match &self.last_domain {
            Some((last, served)) if last.eq_ignore_ascii_case(domain) => *served,
            _ => {
                let served = host.serves(domain);
                self.last_domain = Some((domain.to_owned(), served));
                served
            }
        }
    }

    /// Remembers the first recipient of the session and counts the order that spoils; says whether
    /// this one is the first.
    fn note_order(&mut self, host: &Host, domain: &str, mailbox: Mailbox) -> bool {
        let Some(first) = &self.first else {
            self.first = Some(First { domain: domain.to_owned(), mailbox });
            return true;
        };
        let spoils = first.mailbox == Mailbox::Absent
            && mailbox != Mailbox::Absent
            && first.domain.eq_ignore_ascii_case(domain);
        if spoils && !self.random_first {
            self.random_first = true;
            count(&host.tally().random_first);
        }
        false
    }
}

fn of_mailbox(mailbox: Mailbox) -> Reply {
    match mailbox {
        Mailbox::Exists => Reply::RecipientTaken,
        Mailbox::Absent => Reply::RecipientAbsent,
        Mailbox::Full => Reply::RecipientFull,
        Mailbox::Disabled => Reply::RecipientDisabled,
    }
}
