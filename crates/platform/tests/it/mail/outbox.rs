use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::jobs::Verdict;
use captely_platform::mail::{self, Mailbox, NewMail, Template, TransportConfig};
use captely_testkit::{assert_prepares, both_dbs};

use super::{FAILED, KEPT, Post, QUEUED, WS, code, keys};

both_dbs! {
    migrations = MIGRATIONS;

    async fn a_mail_of_a_transaction_that_is_rolled_back_never_was(db) {
        let post = Post::new(&db, TransportConfig::Outbox);
        let to = Mailbox::new("ada@example.com", None).unwrap();
        let mail = NewMail { workspace: WS, to, template: code("123456") };
        let mut tx = db.writer().await.unwrap();
        mail::queue(&mut tx, &captely_testkit::ids(), &keys(), post.now(), &mail).await.unwrap();
        drop(tx);
        assert_eq!(post.claim().await, []);
        assert_eq!(mail::outbox(&db, &keys(), 10).await.unwrap(), []);
    }

    async fn a_mail_lies_sealed_until_it_is_read_in_the_outbox(db) {
        let post = Post::new(&db, TransportConfig::Outbox);
        let first = post.queue("ada@example.com", code("123456")).await;
        let (state, attempts, sealed, ..) = post.row(first).await;
        assert_eq!((state, attempts), (QUEUED, 0));
        for word in ["123456", "ada", "verify_code"] {
            assert!(!sealed.contains(word), "{word}");
        }
        assert_eq!(post.work().await, Verdict::Done);
        post.clock.advance(Duration::from_secs(1));
        let second = post.queue("bob@example.com", Template::PasswordChanged { when: "now".into() }).await;
        assert_eq!(post.work().await, Verdict::Done);

        let all = mail::outbox(&db, &keys(), 10).await.unwrap();
        assert_eq!(all.iter().map(|mail| mail.id).collect::<Vec<_>>(), [second, first]);
        assert_eq!(mail::outbox(&db, &keys(), 1).await.unwrap().len(), 1);
        let mail = mail::kept(&db, &keys(), first).await.unwrap().unwrap();
        assert_eq!(mail.to, "Ada Bcc: eve@example.com <ada@example.com>");
        assert_eq!(mail.subject, "123456 is your Captely code");
        assert!(mail.text.contains("    123456\n") && mail.html.contains(">123456</p>"));
        assert_eq!(mail.queued_at, "2026-01-05T09:00:00Z");
        assert_eq!(post.brief(first).await, (KEPT, 1, true));
        let stranger = captely_testkit::ids_at(post.clock.clone(), 99).uuid().into();
        assert_eq!(mail::kept(&db, &keys(), stranger).await.unwrap(), None);
    }

    async fn a_code_that_ran_out_is_not_sent(db) {
        let post = Post::new(&db, TransportConfig::Outbox);
        let id = post.queue("ada@example.com", code("123456")).await;
        post.clock.advance(Duration::from_mins(10));
        let verdict = post.work().await;
        assert!(matches!(&verdict, Verdict::Fail { why } if why.contains("ran out")), "{verdict:?}");
        assert_eq!(post.brief(id).await, (FAILED, 0, false));
    }

    async fn a_row_copied_to_another_mail_does_not_open(db) {
        let post = Post::new(&db, TransportConfig::Outbox);
        let (one, two) = (post.queue("a@example.com", code("111111")).await, post.queue("b@example.com", code("222222")).await);
        let sealed = post.row(one).await.2;
        post.put(two, &sealed).await;
        let jobs = post.claim().await;
        let mut verdicts = Vec::new();
        for job in &jobs {
            verdicts.push(post.mailer.deliver(&db, job).await);
        }
        assert_eq!(verdicts.iter().filter(|v| **v == Verdict::Done).count(), 1);
        assert!(verdicts.iter().any(|v| matches!(v, Verdict::Fail { why } if why.contains("cannot be opened"))));
        assert_eq!(post.brief(two).await, (FAILED, 0, false));
    }

    async fn old_mail_is_purged(db) {
        let post = Post::new(&db, TransportConfig::Outbox);
        let id = post.queue("ada@example.com", code("123456")).await;
        post.work().await;
        let queued = post.now();
        for (before, n, gone) in [(queued, 10, 0), (queued.plus(Duration::from_secs(1)), 0, 0), (queued.plus(Duration::from_secs(1)), 10, 1)] {
            let mut tx = db.writer().await.unwrap();
            assert_eq!(mail::purge(&mut tx, before, n).await.unwrap(), gone);
            tx.commit().await.unwrap();
        }
        assert_eq!(mail::kept(&db, &keys(), id).await.unwrap(), None);
    }

    async fn statements_are_prepared(db) {
        assert_prepares(&db, &mail::statements()).await;
    }
}
