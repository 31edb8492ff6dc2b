//! Workers of other keys and versions beside each other, and jobs that are tried again by hand.

use std::time::Duration;

use captely_platform::MIGRATIONS;
use captely_platform::jobs::{self, Acted, State, Verdict};
use captely_platform::mail::TransportConfig;
use captely_testkit::both_dbs;

use super::{FAILED, KEPT, Post, QUEUED, WS, code, keys};

/// More than a job waits after its first troubles.
const A_MOMENT: Duration = Duration::from_secs(30);

#[track_caller]
fn is_trouble(verdict: &Verdict, word: &str) {
    assert!(matches!(verdict, Verdict::Trouble { why } if why.contains(word)), "{verdict:?}");
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn a_mail_that_one_worker_has_no_key_for_is_sent_by_another(db) {
        let post = Post::new(&db, TransportConfig::Outbox);
        let id = post.queue("ada@example.com", code("123456")).await;
        let before = post.row(id).await;
        let old = post.with_keys(&"02".repeat(32));
        is_trouble(&old.work().await, "not among the encryption keys");
        assert_eq!(post.row(id).await, before);
        post.clock.advance(A_MOMENT);
        is_trouble(&old.work().await, "not among the encryption keys");
        post.clock.advance(A_MOMENT);
        assert_eq!(post.work().await, Verdict::Done);
        assert_eq!(post.brief(id).await, (KEPT, 1, true));
    }

    async fn a_mail_that_nobody_has_the_key_for_ends_with_its_time(db) {
        let post = Post::new(&db, TransportConfig::Outbox);
        let id = post.queue("ada@example.com", code("123456")).await;
        let old = post.with_keys(&"02".repeat(32));
        is_trouble(&old.work().await, "not among the encryption keys");
        post.clock.advance(Duration::from_mins(10));
        let verdict = old.work().await;
        assert!(matches!(&verdict, Verdict::Fail { why } if why.contains("ran out")), "{verdict:?}");
        assert_eq!(post.brief(id).await, (FAILED, 0, false));
    }

    async fn a_mail_of_a_newer_version_is_left_to_that(db) {
        let post = Post::new(&db, TransportConfig::Outbox);
        let id = post.queue("ada@example.com", code("123456")).await;
        let ours = post.row(id).await.2;
        let newer = br#"{"to_write":{"to":{"address":"ada@example.com"},"template":{"template":"of_tomorrow"}}}"#;
        let context = format!("mail.sealed {WS} {id}");
        let sealed = keys().seal(&context, newer);
        for (text, word) in [(sealed.as_str(), "another version"), ("x2.of.tomorrow", "no sealed text")] {
            post.put(id, text).await;
            is_trouble(&post.work().await, word);
            assert_eq!(post.brief(id).await, (QUEUED, 0, true));
            assert_eq!(post.row(id).await.2, text);
            post.clock.advance(A_MOMENT);
        }
        post.put(id, &ours).await;
        assert_eq!(post.work().await, Verdict::Done);
    }

    async fn a_mail_that_was_given_up_stays_a_failure_when_it_is_tried_again(db) {
        let post = Post::new(&db, TransportConfig::Outbox);
        let id = post.queue("ada@example.com", code("123456")).await;
        post.clock.advance(Duration::from_mins(10));
        let job = post.claim().await.pop().unwrap();
        for (verdict, word) in [
            (post.mailer.deliver(&db, &job).await, "ran out"),
            // A worker that died before it said so, or a person who tries it again.
            (post.mailer.deliver(&db, &job).await, "given up before"),
        ] {
            assert!(matches!(&verdict, Verdict::Fail { why } if why.contains(word)), "{verdict:?}");
        }
        let mut tx = db.writer().await.unwrap();
        let failed = Verdict::Fail { why: "no".to_owned() };
        assert_eq!(jobs::finish(&mut tx, "w", &[(job.clone(), failed)], post.now()).await.unwrap(), 1);
        let acted = jobs::retry(&mut tx, Some(WS), job.id, post.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(acted, Acted::Now(State::Pending));
        let again = post.work().await;
        assert!(matches!(&again, Verdict::Fail { why } if why.contains("asked for again (its time ran out")), "{again:?}");
        let listed = jobs::get(&mut db.reader().await.unwrap(), None, job.id).await.unwrap().unwrap();
        assert_eq!(listed.state, State::Failed);
        assert_eq!(post.brief(id).await, (FAILED, 0, false));
    }
}
