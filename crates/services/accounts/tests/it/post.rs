//! What came by mail: queued mail is delivered by the real mailer into the outbox and read there.

use std::sync::Arc;
use std::time::Duration;

use captely_platform::clock::Clock;
use captely_platform::db::Db;
use captely_platform::jobs;
use captely_platform::mail::{self, MailConfig, Mailbox, Mailer, TransportConfig};
use captely_platform::secrets::Keyring;
use captely_testkit::TestClock;

pub(crate) struct Post {
    mailer: Mailer,
    keys: Keyring,
    clock: Arc<TestClock>,
}

impl Post {
    pub(crate) fn new(keys: Keyring, clock: Arc<TestClock>) -> Self {
        let sender = Mailbox::new("captely@captely.example", None).unwrap();
        let config = MailConfig { sender, transport: TransportConfig::Outbox };
        let mailer = Mailer::new(&config, keys.clone(), clock.clone()).unwrap();
        Self { mailer, keys, clock }
    }

    /// The texts that `address` got so far, the newest first.
    pub(crate) async fn to(&self, db: &Db, address: &str) -> Vec<String> {
        let lease = Duration::from_hours(1);
        let queued = jobs::claim(db, "test", &[mail::QUEUE], 1_000, lease, self.clock.now()).await;
        for job in queued.unwrap() {
            let _verdict = self.mailer.deliver(db, &job).await;
        }
        let all = mail::outbox(db, &self.keys, 1_000).await.unwrap();
        all.into_iter().filter(|mail| mail.to.contains(address)).map(|mail| mail.text).collect()
    }

    /// The six digits of the newest mail.
    pub(crate) async fn code(&self, db: &Db, address: &str) -> String {
        let mails = self.to(db, address).await;
        let newest = mails.first().unwrap();
        let mut words = newest.split(|c: char| !c.is_ascii_digit());
        words.find(|word| word.len() == 6).unwrap().to_owned()
    }

    /// The token of the newest invitation.
    pub(crate) async fn invitation(&self, db: &Db, address: &str) -> String {
        let mails = self.to(db, address).await;
        let found = mails.iter().find_map(|mail| mail.split_once("/accept-invitation#")).unwrap();
        found.1.split_whitespace().next().unwrap().to_owned()
    }
}
