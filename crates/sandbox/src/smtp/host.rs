use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::address::{mail_address, serves};
use super::counters::{Counters, Tally};
use super::dialect::Dialect;
use super::greylist::Greylist;
use super::settings::SmtpSettings;
use crate::mail_world::{MailWorld, Mailbox, Personality};

/// One mail host: a behaviour in a dialect, and what all its sessions share.
pub(super) struct Host {
    pub(super) personality: Personality,
    pub(super) dialect: Dialect,
    /// What it calls itself in greetings.
    pub(super) name: String,
    pub(super) settings: Arc<SmtpSettings>,
    world: Arc<dyn MailWorld>,
    greylist: Arc<Greylist>,
    counters: Arc<Counters>,
}

impl Host {
    pub(super) fn new(
        (personality, dialect): (Personality, Dialect),
        world: &Arc<dyn MailWorld>,
        settings: &Arc<SmtpSettings>,
        greylist: &Arc<Greylist>,
        counters: &Arc<Counters>,
    ) -> Self {
        let [.., octet] = mail_address(personality, dialect).octets();
        Self {
            personality,
            dialect,
            name: format!("mx-{octet}.{}", dialect.house()),
            settings: Arc::clone(settings),
            world: Arc::clone(world),
            greylist: Arc::clone(greylist),
            counters: Arc::clone(counters),
        }
    }

    pub(super) fn tally(&self) -> &Tally {
        self.counters.of(self.personality)
    }

    /// Whether the domain has its mail here.
    pub(super) fn serves(&self, domain: &str) -> bool {
        serves(self.world.as_ref(), self.personality, self.dialect, domain)
    }

    pub(super) fn mailbox(&self, domain: &str, local: &str) -> Mailbox {
        self.world.mailbox(domain, local)
    }

    pub(super) fn greylist_lets_pass(&self, triple: (IpAddr, &str, &str), now: Instant) -> bool {
        let delay = Duration::from_millis(self.settings.greylist_delay_ms);
        self.greylist.lets_pass(triple, now, delay)
    }

    /// How long to wait before the greeting and before each later reply.
    pub(super) fn delays(&self) -> (Duration, Duration) {
        let always = Duration::from_millis(self.settings.reply_delay_ms);
        match self.personality {
            Personality::Tarpit => (
                always.saturating_add(Duration::from_millis(self.settings.tarpit_banner_ms)),
                always.saturating_add(Duration::from_millis(self.settings.tarpit_reply_ms)),
            ),
            _ => (always, always),
        }
    }
}
