use captely_sandbox::mail_world::Personality::{CatchAll, DeadHost, Normal, NullMx};
use captely_testkit::both_dbs;
use captely_verification::{Progress, Sweep};
use std::sync::Arc;

use crate::site::{Site, check, migrations, open, sweep};

fn mixed(site: &Site) -> Vec<String> {
    let kinds = [Normal, CatchAll, NullMx, DeadHost];
    kinds.into_iter().flat_map(|kind| site.emails(kind, 20)).collect()
}

both_dbs! {
    migrations = &migrations();

    async fn what_was_answered_before_the_end_is_not_asked_again(db) {
        let site = Site::new().await;
        let emails = mixed(&site);
        let process = site.process(&db, "one");
        let list = open(&process, 1).await;
        let progress = Arc::<Progress>::default();
        let mut stopped = Sweep::start(&process, list, Arc::clone(&progress));
        stopped.add(&emails[..emails.len() / 2]).await.unwrap();
        stopped.stop().await.unwrap();
        let before = progress.asked();
        site.clock.advance(std::time::Duration::from_secs(5));
        let process = site.process(&db, "two");
        let list = open(&process, 1).await;
        assert!(list.is_resumed());
        let after = sweep(&process, &list, &emails).await;
        let all = u64::try_from(emails.len()).unwrap();
        assert_eq!(before + after, all, "each address once");
        let answers = process.answers(&list, &emails).await.unwrap();
        assert_eq!(answers.len(), emails.len());
        // the same as of a run that nobody stopped
        let whole = check(&site.process(&db, "three"), 9, &emails).await;
        for (email, answer) in answers {
            assert_eq!(answer.verdict.status, whole[&email].verdict.status, "{email}");
        }
    }

    async fn two_processes_at_one_list_both_get_all_of_it(db) {
        let site = Site::new().await;
        let emails = mixed(&site);
        let other_db = db.another_process().await;
        let (one, two) = (site.process(&db, "one"), site.process(&other_db, "two"));
        let (a, b) = tokio::join!(check(&one, 1, &emails), check(&two, 1, &emails));
        assert_eq!((a.len(), b.len()), (emails.len(), emails.len()));
        for email in &emails {
            assert_eq!(a[email].verdict.status, b[email].verdict.status, "{email}");
        }
    }
}
