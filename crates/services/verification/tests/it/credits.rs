//! Credits of checks: half of one for each final answer, once.

use std::sync::Arc;
use std::time::Duration;

use captely_contact::Credits;
use captely_credits::{GrantSource, Key, NewGrant, Policy};
use captely_platform::ids::WorkspaceId;
use captely_sandbox::mail_world::Personality;
use captely_testkit::both_dbs;
use captely_verification::{Progress, Sweep, Verification};

use crate::site::{GREYLIST, Site, migrations, open};

const WORKSPACE: WorkspaceId = WorkspaceId::LOCAL;

/// What is held and spent, when nothing is wrong.
async fn sums(process: &Verification) -> (Credits, Credits) {
    let checked = process.ledger.verify(WORKSPACE).await.unwrap();
    assert!(checked.is_right(), "{:#?}", checked.faults);
    let standing = process.ledger.standing(WORKSPACE).await.unwrap();
    (standing.held, standing.spent)
}

both_dbs! {
    migrations = &migrations();

    async fn a_final_answer_costs_half_a_credit_once(db) {
        let site = Site::new().await;
        let process = site.process(&db, "one");
        let emails = site.emails(Personality::Normal, 8);
        let n = i64::try_from(emails.len()).unwrap();
        for mark in [1, 2] {
            let list = open(&process, mark).await;
            let mut sweep = Sweep::start(&process, list, Arc::<Progress>::default());
            sweep.add(&emails).await.unwrap();
            sweep.end().await.unwrap();
            // What is remembered costs nothing.
            assert_eq!(sums(&process).await, (Credits::ZERO, Credits::millis(500 * n)));
        }
    }

    async fn what_is_put_off_is_paid_for_when_it_is_answered(db) {
        let site = Site::new().await;
        let process = site.process(&db, "one");
        let emails = site.emails(Personality::Greylisting, 5);
        let n = i64::try_from(emails.len()).unwrap();
        let list = open(&process, 3).await;
        let progress = Arc::<Progress>::default();
        let mut sweep = Sweep::start(&process, list, Arc::clone(&progress));
        sweep.add(&emails).await.unwrap();
        sweep.end().await.unwrap();
        assert_eq!(sums(&process).await, (Credits::ZERO, Credits::ZERO));
        tokio::time::sleep(GREYLIST).await;
        site.clock.advance(Duration::from_hours(1));
        let until = site.now();
        process.settle_put_off(&list, until, None, &progress).await.unwrap();
        assert_eq!(sums(&process).await, (Credits::ZERO, Credits::millis(500 * n)));
    }

    async fn nobody_is_asked_whom_there_are_no_credits_for(db) {
        let site = Site::new().await;
        let process = site.process(&db, "one");
        let mut tx = db.writer().await.unwrap();
        let policy = Policy { unlimited: false, ..Policy::unlimited() };
        process.ledger.set_policy(&mut tx, WORKSPACE, &policy).await.unwrap();
        let grant = NewGrant {
            source: GrantSource::Package,
            amount: Credits::whole(1),
            priority: None,
            effective_at: None,
            expires_at: None,
            rollover: None,
            note: String::new(),
        };
        process.ledger.grant(&mut tx, WORKSPACE, &Key::new("g"), &grant).await.unwrap();
        tx.commit().await.unwrap();
        let emails = site.emails(Personality::Normal, 8);
        let list = open(&process, 4).await;
        let progress = Arc::<Progress>::default();
        let mut sweep = Sweep::start(&process, list, Arc::clone(&progress));
        sweep.add(&emails).await.unwrap();
        assert!(sweep.refused().is_some());
        sweep.end().await.unwrap();
        assert_eq!((sums(&process).await, progress.asked()), ((Credits::ZERO, Credits::whole(1)), 2));
    }
}
