use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::db::Stmt;
use captely_platform::jobs::Verdict;
use captely_platform::mail::{SmtpConfig, SmtpTls, TransportConfig};
use captely_sandbox::smtp::{SubmissionServer, SubmissionSettings};
use captely_sandbox::{CaughtMail, Outbox};
use captely_testkit::both_dbs;

use super::{FAILED, LEASE, Post, QUEUED, SENT, WS, code};

/// The sandbox's server and what it took.
struct Site {
    server: SubmissionServer,
    outbox: Arc<Outbox>,
}

impl Site {
    async fn start(settings: SubmissionSettings) -> Self {
        let outbox = Arc::new(Outbox::default());
        let server = SubmissionServer::start(settings, outbox.clone()).await.unwrap();
        Self { server, outbox }
    }

    fn mails(&self) -> Vec<CaughtMail> {
        self.outbox.mails()
    }
}

fn to(address: SocketAddr, password: &str) -> TransportConfig {
    TransportConfig::Smtp(SmtpConfig {
        host: address.ip().to_string(),
        port: address.port(),
        tls: SmtpTls::None,
        account: Some(("sandbox".to_owned(), password.into())),
        ca_file: None,
        timeout: Duration::from_secs(5),
        connections_max: 2,
    })
}

const PASSWORD: &str = "sandbox-smtp-password";

/// The value of a header of one line.
fn header<'m>(raw: &'m str, name: &str) -> Vec<&'m str> {
    let head = raw.split("\r\n\r\n").next().unwrap();
    head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn a_letter_arrives_and_nothing_of_it_stays(db) {
        let site = Site::start(SubmissionSettings::default()).await;
        let post = Post::new(&db, to(site.server.address(), PASSWORD));
        let id = post.queue("ada@example.com", code("123456")).await;
        assert_eq!(post.work().await, Verdict::Done);

        let [mail] = &site.mails()[..] else { panic!("one mail") };
        assert_eq!((mail.from.as_str(), &mail.to[..]), ("noreply@captely.test", &["ada@example.com".to_owned()][..]));
        let raw = mail.raw.as_deref().unwrap();
        assert_eq!(header(raw, "Message-ID"), [format!("<{id}@captely.test>")]);
        assert_eq!(header(raw, "From"), ["Captely <noreply@captely.test>"]);
        // `Ada Bcc: eve@example.com`: the name had a line break and a header of its own in it.
        assert_eq!(header(raw, "To"), ["=?utf-8?b?QWRhIEJjYzogZXZlQGV4YW1wbGUuY29t?= <ada@example.com>"]);
        assert_eq!(header(raw, "Bcc"), [""; 0]);
        assert_eq!(mail.subject, "123456 is your Captely code");
        assert!(raw.contains("Content-Type: text/plain") && raw.contains("Content-Type: text/html"));

        assert_eq!(post.brief(id).await, (SENT, 1, false));
        let provider_id = post.row(id).await.3.unwrap();
        assert!(provider_id.contains(&mail.id), "{provider_id}");
        assert_eq!(post.claim().await, []);
    }

    async fn a_mailbox_that_is_not_there_is_final(db) {
        let refused = vec!["gone@example.com".to_owned()];
        let site = Site::start(SubmissionSettings { refused, ..SubmissionSettings::default() }).await;
        let post = Post::new(&db, to(site.server.address(), PASSWORD));
        let id = post.queue("Gone@example.com", code("123456")).await;
        let Verdict::Fail { why } = post.work().await else { panic!("it failed for good") };
        assert!(why.contains("there is no such mailbox"), "{why}");
        assert!(!why.to_lowercase().contains("gone@example.com"), "{why}");
        assert_eq!(post.brief(id).await, (FAILED, 1, false));
        assert_eq!(post.row(id).await.4.unwrap(), why);
        assert_eq!(site.mails(), []);
    }

    async fn a_server_that_puts_off_is_asked_again(db) {
        let put_off = vec!["later@example.com".to_owned()];
        let site = Site::start(SubmissionSettings { put_off, ..SubmissionSettings::default() }).await;
        let post = Post::new(&db, to(site.server.address(), PASSWORD));
        let id = post.queue("later@example.com", code("123456")).await;
        assert_eq!(post.work().await, Verdict::Retry { after: Duration::from_secs(15) });
        assert_eq!(post.brief(id).await, (QUEUED, 1, true));
        post.clock.advance(Duration::from_secs(15));
        assert_eq!(post.work().await, Verdict::Retry { after: Duration::from_secs(30) });
        // Until the code has run out; then nothing is kept of it.
        post.clock.advance(Duration::from_mins(9));
        let Verdict::Fail { why } = post.work().await else { panic!("it gave up") };
        assert!(why.starts_with("gave up after 3 attempts: "), "{why}");
        assert_eq!(post.brief(id).await, (FAILED, 3, false));
    }

    async fn a_server_that_is_down_gets_it_when_it_is_up(db) {
        let site = Site::start(SubmissionSettings::default()).await;
        let listen = site.server.address();
        site.server.stop().await;
        let post = Post::new(&db, to(listen, PASSWORD));
        let id = post.queue("ada@example.com", code("123456")).await;
        assert_eq!(post.work().await, Verdict::Retry { after: Duration::from_secs(15) });
        assert!(post.row(id).await.4.unwrap().contains(&listen.to_string()));
        let site = Site::start(SubmissionSettings { listen, ..SubmissionSettings::default() }).await;
        post.clock.advance(Duration::from_secs(15));
        assert_eq!(post.work().await, Verdict::Done);
        assert_eq!(site.mails().len(), 1);
        assert_eq!(post.brief(id).await, (SENT, 2, false));
        assert_eq!(post.row(id).await.4, None);
    }

    async fn a_wrong_password_loses_no_mail(db) {
        let site = Site::start(SubmissionSettings::default()).await;
        let post = Post::new(&db, to(site.server.address(), "wrong"));
        let id = post.queue("ada@example.com", code("123456")).await;
        assert!(matches!(post.work().await, Verdict::Retry { .. }));
        let why = post.row(id).await.4.unwrap();
        assert!(why.contains("password is wrong") && !why.contains("sandbox-smtp"), "{why}");
        post.clock.advance(Duration::from_secs(15));
        let mended = Post { clock: post.clock.clone(), ..Post::new(&db, to(site.server.address(), PASSWORD)) };
        assert_eq!(mended.work().await, Verdict::Done);
        assert_eq!(site.mails().len(), 1);
    }

    async fn after_a_crash_the_same_letter_goes_out_again(db) {
        let site = Site::start(SubmissionSettings::default()).await;
        let post = Post::new(&db, to(site.server.address(), PASSWORD));
        let id = post.queue("ada@example.com", code("123456")).await;
        let job = post.claim().await.pop().unwrap();
        let before = post.row(id).await.2;
        assert_eq!(post.mailer.deliver(&db, &job).await, Verdict::Done);
        // The row as it stood when the worker had sent the letter and died.
        let crash = "UPDATE mail SET state = 1, sealed = $3, finished_at = NULL \
                     WHERE workspace_id = $1 AND id = $2";
        let mut tx = db.writer().await.unwrap();
        tx.run(Stmt::text(crash, [WS.into(), id.into(), before.into()])).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(post.claim().await, [], "its lease still runs");
        post.clock.advance(LEASE);
        assert_eq!(post.work().await, Verdict::Done);
        let mails = site.mails();
        assert_eq!(mails.len(), 2, "SMTP cannot know");
        for name in ["Message-ID", "Date", "Subject", "To"] {
            let [one, two] = [0, 1].map(|n| header(mails[n].raw.as_deref().unwrap(), name).join("|"));
            assert_eq!(one, two);
        }
    }

    async fn a_finished_mail_is_not_sent_by_a_job_that_comes_again(db) {
        let site = Site::start(SubmissionSettings::default()).await;
        let post = Post::new(&db, to(site.server.address(), PASSWORD));
        post.queue("ada@example.com", code("123456")).await;
        let job = post.claim().await.pop().unwrap();
        for _ in 0..3 {
            assert_eq!(post.mailer.deliver(&db, &job).await, Verdict::Done);
        }
        assert_eq!(site.mails().len(), 1);
    }
}
