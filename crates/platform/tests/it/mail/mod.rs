//! Mail from the queue to where it goes, on both databases, against the sandbox's servers.

mod outbox;
mod resend;
mod rolling;
mod smtp;

use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use captely_platform::chance::Chance;
use captely_platform::db::{Db, Stmt};
use captely_platform::ids::{Ids, MailId, WorkspaceId};
use captely_platform::jobs::{self, Job, Verdict};
use captely_platform::mail::{
    self, MailConfig, Mailbox, Mailer, NewMail, Template, TransportConfig,
};
use captely_platform::secrets::Keyring;
use captely_testkit::TestClock;

const WS: WorkspaceId = WorkspaceId::LOCAL;
/// How long a job is held.
const LEASE: Duration = Duration::from_mins(5);

/// What a row holds: state, attempts, what is sealed, the other side's id, the reason.
type Row = (i64, i64, String, Option<String>, Option<String>);

/// States of a row, as the migration numbers them.
const QUEUED: i64 = 0;
const SENDING: i64 = 1;
const SENT: i64 = 2;
const FAILED: i64 = 3;
const KEPT: i64 = 4;

fn keys() -> Keyring {
    ring(&"01".repeat(32))
}

fn ring(keys: &str) -> Keyring {
    Keyring::from_text(keys, Arc::new(Chance::from_seed(9))).unwrap()
}

fn code(code: &str) -> Template {
    Template::VerifyCode { code: code.to_owned(), minutes: 10 }
}

fn mailer(transport: TransportConfig, keys: Keyring, clock: &Arc<TestClock>) -> Arc<Mailer> {
    let sender = Mailbox::new("noreply@captely.test", Some("Captely")).unwrap();
    let config = MailConfig { sender, transport };
    Arc::new(Mailer::new(&config, keys, clock.clone()).unwrap())
}

/// A post office: a database, its clock, and the way out.
struct Post {
    db: Db,
    clock: Arc<TestClock>,
    ids: Ids,
    mailer: Arc<Mailer>,
}

impl Post {
    fn new(db: &Db, transport: TransportConfig) -> Self {
        let clock = Arc::new(TestClock::default());
        let mailer = mailer(transport, keys(), &clock);
        let ids = captely_testkit::ids_at(clock.clone(), 5);
        Self { db: db.clone(), clock, ids, mailer }
    }

    /// The same with a worker that has other keys, and sends nothing.
    fn with_keys(&self, keys: &str) -> Self {
        let ids = captely_testkit::ids_at(self.clock.clone(), 6);
        let mailer = mailer(TransportConfig::Outbox, ring(keys), &self.clock);
        Self { db: self.db.clone(), clock: self.clock.clone(), ids, mailer }
    }

    fn now(&self) -> Timestamp {
        captely_platform::clock::Clock::now(&*self.clock)
    }

    async fn queue(&self, to: &str, template: Template) -> MailId {
        let to = Mailbox::new(to, Some("Ada\r\nBcc: eve@example.com")).unwrap();
        let mail = NewMail { workspace: WS, to, template };
        let mut tx = self.db.writer().await.unwrap();
        let id = mail::queue(&mut tx, &self.ids, &keys(), self.now(), &mail).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn claim(&self) -> Vec<Job> {
        jobs::claim(&self.db, "w", &[mail::QUEUE], 10, LEASE, self.now()).await.unwrap()
    }

    /// Does the one job that is due, as a worker does.
    async fn work(&self) -> Verdict {
        let job = self.claim().await.pop().unwrap();
        let verdict = self.mailer.deliver(&self.db, &job).await;
        let mut tx = self.db.writer().await.unwrap();
        let held = jobs::finish(&mut tx, "w", &[(job, verdict.clone())], self.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(held, 1);
        verdict
    }

    async fn row(&self, id: MailId) -> Row {
        let sql = "SELECT state, attempt, sealed, provider_id, error FROM mail \
                   WHERE workspace_id = $1 AND id = $2";
        let mut tx = self.db.reader().await.unwrap();
        tx.one(Stmt::text(sql, [WS.into(), id.into()])).await.unwrap().unwrap()
    }

    /// Puts another sealed text into the row.
    async fn put(&self, id: MailId, sealed: &str) {
        let sql = "UPDATE mail SET sealed = $3 WHERE workspace_id = $1 AND id = $2";
        let mut tx = self.db.writer().await.unwrap();
        tx.run(Stmt::text(sql, [WS.into(), id.into(), sealed.into()])).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// State, attempts and whether anything is left of what it said.
    async fn brief(&self, id: MailId) -> (i64, i64, bool) {
        let (state, attempts, sealed, ..) = self.row(id).await;
        (state, attempts, !sealed.is_empty())
    }
}
