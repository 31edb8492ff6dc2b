use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::chance::Chance;
use captely_platform::db::{Db, Stmt};
use captely_platform::ids::{Ids, MailId, WorkspaceId};
use captely_platform::jobs::{self, Verdict};
use captely_platform::mail::{
    self, MailConfig, Mailbox, Mailer, NewMail, SmtpConfig, SmtpTls, Template, TransportConfig,
};
use captely_platform::secrets::Keyring;
use captely_testkit::{Engine, TestClock, TestDb};

const WS: WorkspaceId = WorkspaceId::LOCAL;
/// How long a job is held.
const LEASE: Duration = Duration::from_mins(5);

/// Postfix demands STARTTLS here; see scripts/real/postfix/master.cf.in.
const DEMANDS_STARTTLS: &str = "127.0.0.29";
/// TLS from the first byte.
const IMPLICIT: &str = "127.0.0.40";
/// No TLS at all.
const IN_THE_CLEAR: &str = "127.0.0.21";

/// Where scripts/test-real has started Postfix.
struct Postfix {
    port: u16,
    log: PathBuf,
    certificate: PathBuf,
}

fn postfix() -> Option<Postfix> {
    let variable = |name: &str| {
        let value = std::env::var(name).ok();
        if value.is_none() {
            println!("skipped: {name} is not set; run `make test-real`, as root for mail servers");
        }
        value
    };
    Some(Postfix {
        port: variable("CAPTELY_REAL_SMTP_PORT")?.parse().expect("a port"),
        log: variable("CAPTELY_REAL_MAIL_LOG")?.into(),
        certificate: variable("CAPTELY_REAL_CERTIFICATE")?.into(),
    })
}

impl Postfix {
    fn config(&self, host: &str, tls: SmtpTls) -> SmtpConfig {
        SmtpConfig {
            host: host.to_owned(),
            port: self.port,
            tls,
            account: None,
            ca_file: Some(self.certificate.clone()),
            timeout: Duration::from_secs(15),
            connections_max: 1,
        }
    }

    /// Lines of Postfix's log that hold all the words, waited for at most 5 s.
    async fn logged(&self, words: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for _ in 0..50 {
            let log = std::fs::read_to_string(&self.log).expect("Postfix's log");
            let has_all = |line: &&str| words.iter().all(|word| line.contains(word));
            found = log.lines().filter(has_all).map(str::to_owned).collect();
            if !found.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        found
    }
}

/// Queues a mail to `to` and does its job once: the mail, what became of it, and the row's reason.
async fn deliver(config: SmtpConfig, seed: u64, to: &str) -> (MailId, Verdict, Option<String>) {
    let db = TestDb::new(Engine::Sqlite, MIGRATIONS).await.expect("a database");
    let keys = Keyring::from_text(&"01".repeat(32), Arc::new(Chance::from_seed(9))).expect("a key");
    let clock = Arc::new(TestClock::default());
    let ids: Ids = captely_testkit::ids_at(clock.clone(), seed);
    let sender = Mailbox::new("noreply@captely.test", Some("Captely")).expect("an address");
    let mail_config = MailConfig { sender, transport: TransportConfig::Smtp(config) };
    let mailer = Mailer::new(&mail_config, keys.clone(), clock).expect("a way out");
    let mail = NewMail {
        workspace: WS,
        to: Mailbox::new(to, Some("Ada Łovelace")).expect("an address"),
        template: Template::VerifyCode { code: "123456".to_owned(), minutes: 10 },
    };
    let mut tx = db.writer().await.expect("a transaction");
    let id = mail::queue(&mut tx, &ids, &keys, TestClock::START, &mail).await.expect("queued");
    tx.commit().await.expect("committed");
    let claimed = jobs::claim(&db, "w", &[mail::QUEUE], 1, LEASE, TestClock::START).await;
    let job = claimed.expect("a claim").pop().expect("a job");
    let verdict = mailer.deliver(&db, &job).await;
    let reason = reason(&db, id).await;
    (id, verdict, reason)
}

async fn reason(db: &Db, id: MailId) -> Option<String> {
    let sql = "SELECT error FROM mail WHERE workspace_id = $1 AND id = $2";
    let mut tx = db.reader().await.expect("a transaction");
    let row: Option<(Option<String>,)> =
        tx.one(Stmt::text(sql, [WS.into(), id.into()])).await.expect("a read");
    row.expect("the row").0
}

#[tokio::test]
async fn it_takes_a_letter_over_starttls_and_over_implicit_tls() {
    let Some(postfix) = postfix() else { return };
    for (seed, host, tls) in
        [(1, DEMANDS_STARTTLS, SmtpTls::Starttls), (2, IMPLICIT, SmtpTls::Implicit)]
    {
        let (id, verdict, reason) =
            deliver(postfix.config(host, tls), seed, "ada@starttls.test").await;
        assert_eq!((verdict, reason), (Verdict::Done, None), "{host}");
        let message_id = format!("message-id=<{id}@captely.test>");
        let lines = postfix.logged(&["cleanup", &message_id]).await;
        let [line] = &lines[..] else { panic!("{host}: {lines:?}") };
        let queue_id = line.split(": ").nth(1).expect("a queue id");
        let sent = postfix.logged(&[queue_id, "to=<ada@starttls.test>", "status=sent"]).await;
        assert_eq!(sent.len(), 1, "{host}: {sent:?}");
    }
}

#[tokio::test]
async fn it_refuses_a_mailbox_that_it_has_not() {
    let Some(postfix) = postfix() else { return };
    let config = postfix.config(DEMANDS_STARTTLS, SmtpTls::Starttls);
    let (_, verdict, reason) = deliver(config, 3, "nobody@starttls.test").await;
    let Verdict::Fail { why } = verdict else { panic!("final: {verdict:?}") };
    assert!(why.contains("550") && why.contains("5.1.1") && !why.contains("nobody@"), "{why}");
    assert_eq!(reason.as_deref(), Some(why.as_str()));
}

#[tokio::test]
async fn nothing_goes_to_a_server_that_is_not_trusted_or_speaks_no_tls() {
    let Some(postfix) = postfix() else { return };
    let stranger =
        SmtpConfig { ca_file: None, ..postfix.config(DEMANDS_STARTTLS, SmtpTls::Starttls) };
    let (one, verdict, reason) = deliver(stranger, 4, "ada@starttls.test").await;
    assert!(matches!(verdict, Verdict::Retry { .. }), "{verdict:?}");
    assert!(reason.as_ref().is_some_and(|why| why.contains("certificate")), "{reason:?}");
    let clear = postfix.config(IN_THE_CLEAR, SmtpTls::Starttls);
    let (two, verdict, reason) = deliver(clear, 5, "ada@company.test").await;
    assert!(matches!(verdict, Verdict::Retry { .. }), "{verdict:?}");
    assert!(reason.as_ref().is_some_and(|why| why.contains("STARTTLS")), "{reason:?}");
    let log = std::fs::read_to_string(&postfix.log).expect("Postfix's log");
    assert!(!log.contains(&one.to_string()) && !log.contains(&two.to_string()));
}
