//! A sandbox, and processes that check addresses of it in one database.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use captely_contact::Timestamp;
use captely_credits::{Ledger, Policy};
use captely_platform::chance::Chance;
use captely_platform::clock::{Clock as _, TestClock};
use captely_platform::db::{Db, Migration};
use captely_platform::ids::{Ids, WorkspaceId};
use captely_providers::{CheckerSettings, Http, HttpConfig};
use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::SmtpSettings;
use captely_sandbox::{Conduct, Provider, ProviderCalls, Sandbox, Settings};
use captely_verification::{
    Answer, CheckSettings, List, OutsideChecker, Progress, Sweep, Verification, list_id,
};
use captely_verify::{EmailVerifier, Level, VerifyConfig};

/// How long the sandbox's greylists last.
pub(crate) const GREYLIST: Duration = Duration::from_millis(100);

/// Enough that somebody is at a mail host of every kind.
const PEOPLE: u32 = 4_000;

pub(crate) fn migrations() -> Vec<Migration> {
    [
        captely_platform::MIGRATIONS,
        captely_accounts::MIGRATIONS,
        captely_credits::MIGRATIONS,
        captely_crm::MIGRATIONS,
        captely_imports::MIGRATIONS,
        captely_verification::MIGRATIONS,
    ]
    .concat()
}

/// A world, and the time in it.
pub(crate) struct Site {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Arc<TestClock>,
}

impl Site {
    pub(crate) async fn new() -> Self {
        let greylist_delay_ms = u64::try_from(GREYLIST.as_millis()).unwrap();
        let smtp = SmtpSettings { greylist_delay_ms, ..SmtpSettings::default() };
        let conduct = Conduct::at_once();
        let settings = Settings { seed: 5, people: PEOPLE, smtp, conduct, ..Settings::default() };
        Self { sandbox: Sandbox::start(settings).await.unwrap(), clock: Arc::default() }
    }

    /// Up to `n` addresses at companies whose mail hosts are of this kind.
    pub(crate) fn emails(&self, personality: Personality, n: usize) -> Vec<String> {
        let world = self.sandbox.world();
        let at = |id: u32| {
            let person = world.person(id)?;
            let company = world.company(person.company)?;
            // who has moved on has an address elsewhere
            let domain = format!("@{}", company.domain);
            let email = world.true_email(&person).filter(|email| email.ends_with(&domain))?;
            (company.personality == personality).then_some(email)
        };
        let mut emails: Vec<String> = (0..PEOPLE).filter_map(at).collect();
        emails.sort();
        emails.dedup();
        emails.truncate(n);
        assert!(!emails.is_empty(), "nobody is at {personality:?}");
        emails
    }

    /// Recipients that the mail hosts of a kind were asked about.
    pub(crate) fn asked(&self, personality: Personality) -> u64 {
        self.sandbox.smtp().counts(personality).rcpts
    }

    /// A process of its own on the database.
    pub(crate) fn process(&self, db: &Db, name: &str) -> Verification {
        static SEED: AtomicU64 = AtomicU64::new(1);
        let chance = Chance::from_seed(SEED.fetch_add(1, Ordering::Relaxed));
        let ids = Arc::new(Ids::new(self.clock.clone(), Arc::new(chance)));
        Verification {
            db: db.clone(),
            ledger: Ledger::new(
                db.clone(),
                Arc::clone(&ids),
                self.clock.clone(),
                Policy::unlimited(),
            ),
            ids,
            clock: self.clock.clone(),
            workspace: WorkspaceId::LOCAL,
            worker: name.to_owned(),
            verifier: self.verifier(""),
            settings: CheckSettings {
                level: Level::Smtp,
                remember: Duration::from_hours(24 * 30),
                fresh: false,
                at_once: 64,
                retry_after_max: None,
            },
        }
    }

    /// To a greylist, which knows senders by their MAIL FROM, somebody new.
    pub(crate) fn stranger(&self, number: usize) -> EmailVerifier {
        self.verifier(&format!("stranger-{number}@sender.example.org"))
    }

    fn verifier(&self, mail_from: &str) -> EmailVerifier {
        let addresses = self.sandbox.addresses();
        let smtp: std::net::SocketAddr = addresses.smtp.parse().unwrap();
        let config = VerifyConfig {
            mail_from: mail_from.to_owned(),
            dns: Some(vec![addresses.dns.parse().unwrap()]),
            smtp_port: smtp.port(),
            allow_private_hosts: true,
            host_pause: Duration::from_millis(50),
            catch_all_untested_ttl: Duration::from_millis(50),
            ..VerifyConfig::default()
        };
        EmailVerifier::new(config, 7).unwrap()
    }

    /// The mobiles of up to `n` people.
    pub(crate) fn numbers(&self, n: usize) -> Vec<String> {
        let people = (0..PEOPLE).filter_map(|id| self.sandbox.world().person(id));
        let mut numbers: Vec<String> = people.map(|person| person.mobile.clone()).collect();
        numbers.sort();
        numbers.dedup();
        numbers.truncate(n);
        assert_eq!(numbers.len(), n);
        numbers
    }

    /// A client of the sandbox's Zerobounce or Twilio, whose settings `change` has changed.
    pub(crate) fn checker(
        &self,
        service: Provider,
        change: impl FnOnce(&mut CheckerSettings),
    ) -> OutsideChecker {
        let account = self.sandbox.addresses().providers.of(service);
        let http = Http::new(&HttpConfig { allow_private: true, ..HttpConfig::default() }).unwrap();
        let mut settings = CheckerSettings {
            base: Some(account.base.clone()),
            secret: account.secret.as_deref().map(Into::into),
            calls_per_minute: Some(100_000),
            ..CheckerSettings::new(account.key.as_str())
        };
        change(&mut settings);
        let name = if service == Provider::Twilio { "twilio-lookup" } else { "zerobounce" };
        OutsideChecker::of(name, http, &settings).unwrap()
    }

    /// What a service was asked and charged.
    pub(crate) fn ledger(&self, service: Provider) -> ProviderCalls {
        self.sandbox.calls().of(service).clone()
    }

    /// Lets `days` pass.
    pub(crate) fn days(&self, days: u64) {
        self.clock.advance(Duration::from_hours(24 * days));
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The list of this number.
pub(crate) async fn open(process: &Verification, number: u8) -> List {
    process.open(list_id([number; 16])).await.unwrap()
}

/// Asks about every address of a list that is not known; how many were.
pub(crate) async fn sweep(process: &Verification, list: &List, emails: &[String]) -> u64 {
    let progress = Arc::<Progress>::default();
    let mut sweep = Sweep::start(process, *list, Arc::clone(&progress));
    for some in emails.chunks(10) {
        sweep.add(some).await.unwrap();
    }
    sweep.end().await.unwrap();
    progress.asked()
}

/// A list from its beginning to its end, without waiting for anybody.
pub(crate) async fn check(
    process: &Verification,
    number: u8,
    emails: &[String],
) -> HashMap<String, Answer> {
    let list = open(process, number).await;
    sweep(process, &list, emails).await;
    let answers = process.answers(&list, emails).await.unwrap();
    process.close(&list).await.unwrap();
    answers
}
