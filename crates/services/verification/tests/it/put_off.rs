use std::time::Duration;

use captely_contact::EmailStatus;
use captely_platform::jobs;
use captely_sandbox::mail_world::Personality::Greylisting;
use captely_testkit::both_dbs;
use captely_verification::{List, Progress, VERIFY_AGAIN, Verification, verify_again};

use crate::site::{GREYLIST, Site, check, migrations, open, sweep};

/// What the engine believes of a greylist that names no time.
const NAMED: Duration = Duration::from_mins(5);

/// Settles what is due by now, waiting for nothing else.
async fn settle(process: &Verification, list: &List) -> usize {
    let now = process.clock.now();
    process.settle_put_off(list, now, None, &Progress::default()).await.unwrap()
}

async fn pending(process: &Verification, list: &List) -> u64 {
    let mut tx = process.db.reader().await.unwrap();
    jobs::counts(&mut tx, process.workspace, list.id).await.unwrap().pending
}

both_dbs! {
    migrations = &migrations();

    async fn a_greylisted_address_is_asked_again_at_its_time(db) {
        let site = Site::new().await;
        let emails = site.emails(Greylisting, 6);
        let n = emails.len();
        let process = site.process(&db, "one");
        let list = open(&process, 1).await;
        sweep(&process, &list, &emails).await;
        let asked = site.asked(Greylisting);
        let answers = process.answers(&list, &emails).await.unwrap();
        for answer in answers.values() {
            assert_eq!(answer.verdict.status, EmailStatus::Unknown);
            assert_eq!(answer.retry_at, Some(site.now().plus(NAMED)));
            assert!(answer.reason().contains("2026-01-05T09:05:00Z"), "{}", answer.reason());
        }
        assert_eq!(site.asked(Greylisting), asked, "looking up asks nobody");
        // one second too early nothing is asked
        tokio::time::sleep(GREYLIST).await;
        site.clock.advance(NAMED.checked_sub(Duration::from_secs(1)).unwrap());
        assert_eq!(settle(&process, &list).await, 0);
        assert_eq!(site.asked(Greylisting), asked);
        site.clock.advance(Duration::from_secs(1));
        assert_eq!(settle(&process, &list).await, n);
        let answers = process.answers(&list, &emails).await.unwrap();
        for (email, answer) in &answers {
            assert_ne!(answer.verdict.code, "greylisted", "{email}");
            assert_eq!(answer.checked_at, site.now(), "{email}");
            // the made-up name of the catch-all test is a stranger, too, and is not kept waiting longer
            assert!(answer.retry_at.is_none_or(|at| at == site.now().plus(NAMED)), "{email}");
        }
        tokio::time::sleep(GREYLIST).await;
        site.clock.advance(NAMED);
        // by another process: what this one's verifier knows of the domain lasts in real time
        settle(&site.process(&db, "two"), &list).await;
        let answers = process.answers(&list, &emails).await.unwrap();
        assert!(answers.values().all(|answer| answer.retry_at.is_none()), "{answers:?}");
        assert!(answers.values().all(|answer| answer.verdict.status != EmailStatus::Unknown));
        assert_eq!(pending(&process, &list).await, 0);
    }

    async fn waiting_ends_with_the_last_answer(db) {
        let site = Site::new().await;
        let emails = site.emails(Greylisting, 4);
        let process = site.process(&db, "one");
        let list = open(&process, 1).await;
        sweep(&process, &list, &emails).await;
        let until = site.now().plus(Duration::from_mins(9));
        let progress = Progress::default();
        let (asked, ()) = tokio::join!(process.settle_put_off(&list, until, None, &progress), async {
            tokio::time::sleep(GREYLIST * 3).await;
            assert_eq!(progress.put_off(), u64::try_from(emails.len()).unwrap());
            site.clock.advance(NAMED);
            // those whose catch-all test is put off now are due too late to be waited for
            tokio::time::sleep(GREYLIST * 5).await;
            site.clock.set(until);
        });
        assert_eq!(asked.unwrap(), emails.len());
    }

    async fn a_later_round_asks_what_was_not_waited_for(db) {
        let site = Site::new().await;
        let emails = site.emails(Greylisting, 3);
        let process = site.process(&db, "one");
        check(&process, 1, &emails).await;
        let asked = site.asked(Greylisting);
        // before its time neither this list nor another asks, fresh or not
        site.clock.advance(Duration::from_mins(1));
        let mut fresh = site.process(&db, "two");
        fresh.settings.fresh = true;
        for (process, number) in [(&process, 1), (&fresh, 2)] {
            let list = open(process, number).await;
            assert_eq!(sweep(process, &list, &emails).await, 0);
            assert_eq!(pending(process, &list).await, u64::try_from(emails.len()).unwrap());
        }
        assert_eq!(site.asked(Greylisting), asked);
        tokio::time::sleep(GREYLIST).await;
        site.clock.advance(NAMED);
        let list = open(&process, 1).await;
        sweep(&process, &list, &emails).await;
        let rcpts = site.asked(Greylisting);
        assert!(rcpts > asked);
        // the jobs of both lists find that there is nothing left to do
        assert_eq!(settle(&process, &list).await, 0);
        assert_eq!(settle(&fresh, &open(&fresh, 2).await).await, 0);
        assert_eq!(site.asked(Greylisting), rcpts);
    }

    async fn a_server_that_never_answers_is_left_alone_longer_and_longer(db) {
        let site = Site::new().await;
        let emails = site.emails(Greylisting, 1);
        let process = site.process(&db, "one");
        let list = open(&process, 1).await;
        sweep(&process, &list, &emails).await;
        let mut waits = Vec::new();
        loop {
            let answers = process.answers(&list, &emails).await.unwrap();
            let Some(retry_at) = answers[&emails[0]].retry_at else { break };
            waits.push(retry_at.since(site.now()).as_secs());
            if pending(&process, &list).await == 0 {
                break;
            }
            site.clock.set(retry_at);
            let verifier = site.stranger(waits.len());
            let stranger = Verification { verifier, ..site.process(&db, "x") };
            assert_eq!(settle(&stranger, &list).await, 1);
        }
        assert_eq!(waits, [300, 600, 1_200, 2_400, 4_800, 9_600]);
    }

    async fn any_worker_can_do_the_job(db) {
        let site = Site::new().await;
        let emails = site.emails(Greylisting, 2);
        let list = open(&site.process(&db, "one"), 1).await;
        sweep(&site.process(&db, "one"), &list, &emails).await;
        tokio::time::sleep(GREYLIST).await;
        site.clock.advance(NAMED);
        let worker = site.process(&db, "server/1");
        let lease = Duration::from_mins(5);
        let claimed = jobs::claim(&db, "server/1", &[VERIFY_AGAIN], 10, lease, site.now()).await;
        let claimed = claimed.unwrap();
        assert_eq!(claimed.len(), emails.len());
        assert_eq!(verify_again(&worker, claimed.clone()).await.unwrap(), emails.len());
        // claimed twice by mistake, it asks nobody
        assert_eq!(verify_again(&worker, claimed).await.unwrap(), 0);
    }
}
