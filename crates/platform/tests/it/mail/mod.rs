//! Mail from the queue to where it goes, on both databases, against the sandbox's servers.

mod outbox;
mod resend;
mod smtp;

use std::sync::Arc;

use captely_contact::Timestamp;
use captely_platform::chance::Chance;
use captely_platform::db::{Db, Stmt};
use captely_platform::ids::{Ids, MailId, WorkspaceId};
use captely_platform::jobs::{self, Job, Verdict};
use captely_platform::mail::{
    self, LEASE, MailConfig, Mailbox, Mailer, NewMail, Template, TransportConfig,
};
use captely_platform::secrets::Keyring;
use captely_testkit::TestClock;

const WS: WorkspaceId = WorkspaceId::LOCAL;

/// What a row holds: state, attempts, what is sealed, the other side's id, the reason.
type Row = (i64, i64, String, Option<String>, Option<String>);

/// States of a row, as the migration numbers them.
const QUEUED: i64 = 0;
const SENDING: i64 = 1;
const SENT: i64 = 2;
const FAILED: i64 = 3;
const KEPT: i64 = 4;

fn keys() -> Keyring {
    Keyring::from_text(&"01".repeat(32), Arc::new(Chance::from_seed(9))).unwrap()
}

fn code(code: &str) -> Template {
    Template::VerifyCode { code: code.to_owned(), minutes: 10 }
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
        let sender = Mailbox::new("noreply@captely.test", Some("Captely")).unwrap();
        let mailer = Mailer::new(&MailConfig { sender, transport }, keys(), clock.clone()).unwrap();
        let ids = captely_testkit::ids_at(clock.clone(), 5);
        Self { db: db.clone(), clock, ids, mailer: Arc::new(mailer) }
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

    /// State, attempts and whether anything is left of what it said.
    async fn brief(&self, id: MailId) -> (i64, i64, bool) {
        let (state, attempts, sealed, ..) = self.row(id).await;
        (state, attempts, !sealed.is_empty())
    }
}
