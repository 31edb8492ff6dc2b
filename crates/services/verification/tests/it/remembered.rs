use captely_contact::EmailStatus;
use captely_sandbox::mail_world::Personality::{CatchAll, DeadHost, Normal};
use captely_testkit::{assert_prepares, both_dbs};
use captely_verification::subject;
use captely_verify::Level;
use std::time::Duration;

use crate::site::{Site, check, migrations, open, sweep};

both_dbs! {
    migrations = &migrations();

    async fn every_statement_prepares(db) {
        assert_prepares(&db, &captely_verification::statements()).await;
    }

    async fn an_answer_is_believed_for_thirty_days(db) {
        let site = Site::new().await;
        let emails = site.emails(Normal, 8);
        let first = check(&site.process(&db, "one"), 1, &emails).await;
        let (asked, at) = (site.asked(Normal), site.now());
        site.days(29);
        // another process, another list: the same addresses
        let again = check(&site.process(&db, "two"), 2, &emails).await;
        assert_eq!(site.asked(Normal), asked, "nobody was asked again");
        assert_eq!(first, again);
        for answer in again.values() {
            assert_eq!(answer.checked_at, at, "the time of the real check");
            assert_eq!(answer.recheck_at, Some(at.plus(Duration::from_hours(24 * 30))));
        }
        site.days(2);
        let third = check(&site.process(&db, "three"), 1, &emails).await;
        assert!(site.asked(Normal) >= asked + 8, "31 days later all are asked");
        assert!(third.values().all(|answer| answer.checked_at == site.now()));
    }

    async fn a_deeper_answer_serves_and_a_shallower_does_not(db) {
        let site = Site::new().await;
        let emails = site.emails(Normal, 5);
        let mut shallow = site.process(&db, "mx");
        shallow.settings.level = Level::Mx;
        let answers = check(&shallow, 1, &emails).await;
        assert!(answers.values().all(|answer| answer.verdict.level == Level::Mx));
        assert_eq!(site.asked(Normal), 0);
        let deep = site.process(&db, "smtp");
        let answers = check(&deep, 2, &emails).await;
        assert!(answers.values().all(|answer| answer.verdict.level == Level::Smtp));
        let list = open(&shallow, 3).await;
        assert_eq!(sweep(&shallow, &list, &emails).await, 0, "smtp answers mx");
    }

    async fn no_domain_is_an_answer_at_every_level(db) {
        let site = Site::new().await;
        let nowhere = vec!["ada@no-such-domain.example".to_owned()];
        let mut shallow = site.process(&db, "domain");
        shallow.settings.level = Level::Domain;
        let answers = check(&shallow, 1, &nowhere).await;
        assert_eq!(answers[&nowhere[0]].verdict.status, EmailStatus::Invalid);
        let deep = site.process(&db, "smtp");
        let list = open(&deep, 2).await;
        assert_eq!(sweep(&deep, &list, &nowhere).await, 0);
    }

    async fn fresh_believes_nothing_and_still_goes_on(db) {
        let site = Site::new().await;
        let emails = site.emails(CatchAll, 6);
        check(&site.process(&db, "one"), 1, &emails).await;
        let mut fresh = site.process(&db, "two");
        fresh.settings.fresh = true;
        site.days(1);
        let list = open(&fresh, 2).await;
        assert_eq!(sweep(&fresh, &list, &emails[..3]).await, 3, "asked in spite of memory");
        // killed here, and begun again
        let list = open(&fresh, 2).await;
        assert!(!list.is_resumed(), "no time has passed on this clock");
        assert_eq!(sweep(&fresh, &list, &emails).await, 3, "and the first three not twice");
    }

    async fn trouble_is_no_answer_for_the_next_round(db) {
        let site = Site::new().await;
        let emails = site.emails(DeadHost, 1);
        let answers = check(&site.process(&db, "one"), 1, &emails).await;
        let answer = &answers[&emails[0]];
        assert_eq!((answer.verdict.status, answer.recheck_at), (EmailStatus::Unknown, None));
        site.clock.advance(Duration::from_secs(1));
        let process = site.process(&db, "two");
        let list = open(&process, 1).await;
        assert_eq!(sweep(&process, &list, &emails).await, 1, "asked again");
        // this round is not over, so the same is not asked a third time
        site.clock.advance(Duration::from_secs(1));
        let list = open(&process, 1).await;
        assert!(list.is_resumed());
        assert_eq!(sweep(&process, &list, &emails).await, 0);
    }

    async fn one_address_in_many_spellings_is_asked_once(db) {
        let site = Site::new().await;
        let email = site.emails(Normal, 1).remove(0);
        let process = site.process(&db, "one");
        let spellings = vec![email.clone(), email.to_uppercase(), email.clone(), "no address".into()];
        let list = open(&process, 1).await;
        assert_eq!(sweep(&process, &list, &spellings).await, 1);
        assert_eq!(subject(&email.to_uppercase()), Some(email));
        assert_eq!(subject("no address"), None);
    }
}
