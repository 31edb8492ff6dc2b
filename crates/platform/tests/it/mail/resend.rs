use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::jobs::Verdict;
use captely_platform::mail::{ResendConfig, TransportConfig};
use captely_sandbox::{Conduct, Faults, Provider, Sandbox, Settings, Span, Via};
use captely_testkit::both_dbs;

use super::{FAILED, LEASE, Post, QUEUED, SENDING, SENT, code};

async fn sandbox(conduct: Conduct) -> Sandbox {
    let settings = Settings { people: 10, conduct, ..Settings::default() };
    Sandbox::start(settings).await.unwrap()
}

fn to(sandbox: &Sandbox) -> TransportConfig {
    let account = &sandbox.addresses().providers.resend;
    TransportConfig::Resend(ResendConfig {
        key: account.key.as_str().into(),
        base: account.base.clone(),
        timeout: Duration::from_secs(10),
    })
}

fn with(change: impl FnOnce(&mut Faults)) -> Conduct {
    let mut conduct = Conduct::at_once();
    change(&mut conduct.providers.resend.faults);
    conduct
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn a_letter_is_taken(db) {
        let sandbox = sandbox(Conduct::default()).await;
        let post = Post::new(&db, to(&sandbox));
        let id = post.queue("ada@example.com", code("123456")).await;
        assert_eq!(post.work().await, Verdict::Done);
        let [mail] = &sandbox.outbox().mails()[..] else { panic!("one mail") };
        assert_eq!((mail.via, mail.from.as_str()), (Via::Resend, "Captely <noreply@captely.test>"));
        assert_eq!((&mail.to[..], mail.subject.as_str()), (&["ada@example.com".to_owned()][..], "123456 is your Captely code"));
        assert!(mail.html.as_deref().unwrap().contains(">123456</p>"));
        assert!(mail.text.as_deref().unwrap().contains("    123456\n"));
        assert_eq!(post.brief(id).await, (SENT, 1, false));
        assert_eq!(post.row(id).await.3.as_ref(), Some(&mail.id));
    }

    async fn a_worker_killed_between_sending_and_noting_sends_once(db) {
        let slow = Conduct { latency_ms: Span { from: 60_000, to: 60_000 }, ..Conduct::at_once() };
        let sandbox = sandbox(slow).await;
        let post = Post::new(&db, to(&sandbox));
        let id = post.queue("ada@example.com", code("123456")).await;
        let job = post.claim().await.pop().unwrap();
        let (mailer, other) = (post.mailer.clone(), db.another_process().await);
        let worker = tokio::spawn(async move { mailer.deliver(&other, &job).await });
        while sandbox.outbox().mails().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        worker.abort();
        assert!(worker.await.unwrap_err().is_cancelled(), "it had no answer yet");
        assert_eq!(post.brief(id).await, (SENDING, 1, true));

        sandbox.set_conduct(Conduct::at_once());
        post.clock.advance(LEASE);
        assert_eq!(post.work().await, Verdict::Done);
        let mails = sandbox.outbox().mails();
        assert_eq!(mails.len(), 1);
        assert_eq!(post.brief(id).await, (SENT, 2, false));
        assert_eq!(post.row(id).await.3.as_ref(), Some(&mails[0].id));
        assert_eq!(sandbox.calls().resend.charged_twice, 0);
    }

    async fn an_answer_that_is_lost_is_asked_for_again(db) {
        let sandbox = sandbox(with(|faults| faults.cut = 1_000)).await;
        let post = Post::new(&db, to(&sandbox));
        let id = post.queue("ada@example.com", code("123456")).await;
        assert_eq!(post.work().await, Verdict::Retry { after: Duration::from_secs(15) });
        assert_eq!(post.brief(id).await, (QUEUED, 1, true));
        sandbox.set_conduct(Conduct::at_once());
        post.clock.advance(Duration::from_secs(15));
        assert_eq!(post.work().await, Verdict::Done);
        assert_eq!(sandbox.outbox().mails().len(), 1);
    }

    async fn trouble_that_passes_is_waited_for(db) {
        let sandbox = sandbox(Conduct::at_once()).await;
        let post = Post::new(&db, to(&sandbox));
        let id = post.queue("ada@example.com", code("123456")).await;
        for (n, conduct) in [
            (1, with(|faults| faults.server_error = 1_000)),
            (2, with(|faults| faults.rate_limited = 1_000)),
            (3, with(|faults| faults.garbage = 1_000)),
            (4, Conduct { resend_unverified_domains: vec!["captely.test".into()], ..Conduct::at_once() }),
        ] {
            sandbox.set_conduct(conduct);
            let Verdict::Retry { after } = post.work().await else { panic!("attempt {n}") };
            assert_eq!(after.as_secs(), 15 << (n - 1), "attempt {n}");
            assert_eq!(post.brief(id).await, (QUEUED, n, true));
            post.clock.advance(after);
        }
        assert!(post.row(id).await.4.unwrap().contains("captely.test domain is not verified"));
        sandbox.set_conduct(Conduct::at_once());
        assert_eq!(post.work().await, Verdict::Done);
        // What came as garbage had been taken; the same key brought its id.
        assert_eq!(sandbox.outbox().mails().len(), 1);
    }

    async fn an_address_that_it_does_not_take_is_final(db) {
        let sandbox = sandbox(Conduct::at_once()).await;
        let post = Post::new(&db, to(&sandbox));
        let id = post.queue("ada@localhost", code("123456")).await;
        let Verdict::Fail { why } = post.work().await else { panic!("final") };
        assert!(why.contains("422 validation_error"), "{why}");
        assert_eq!(post.brief(id).await, (FAILED, 1, false));
    }

    async fn two_workers_with_one_mail_send_it_once(db) {
        let sandbox = sandbox(Conduct::at_once()).await;
        let post = Post::new(&db, to(&sandbox));
        let id = post.queue("ada@example.com", code("123456")).await;
        let job = post.claim().await.pop().unwrap();
        let other = db.another_process().await;
        let (one, two) = tokio::join!(post.mailer.deliver(&db, &job), post.mailer.deliver(&other, &job));
        assert_eq!((one, two), (Verdict::Done, Verdict::Done));
        assert_eq!(sandbox.outbox().mails().len(), 1);
        assert_eq!(sandbox.calls().resend.charged, captely_contact::Credits::whole(1));
        assert_eq!(post.brief(id).await.0, SENT);
        assert_eq!(sandbox.calls().of(Provider::Resend).bad_key, 0);
    }
}
