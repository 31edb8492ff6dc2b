use std::time::Duration;

use captely_contact::{EmailStatus, Usd};

use captely_providers::LineStatus;
use captely_sandbox::mail_world::Personality::{CatchAll, Normal};
use captely_sandbox::{Conduct, Provider, Span};
use captely_testkit::{TestDb, both_dbs};
use captely_verification::{Budget, Outside, OutsideChecker, OutsideFound};
use captely_verify::phone;

use crate::site::{Site, check, migrations, open};

const PLENTY: Budget = Budget { checks_max: 1_000, usd_max: Usd::micros(1_000_000_000) };

fn outside(checker: &OutsideChecker, budget: Budget) -> Outside<'_> {
    Outside { checker, budget, all: false }
}

fn checks(n: i64) -> Budget {
    Budget { checks_max: n, ..PLENTY }
}

/// Subjects that a service is asked about.
fn subjects(site: &Site, service: Provider, n: usize) -> Vec<String> {
    if service == Provider::Twilio { site.numbers(n) } else { site.emails(CatchAll, n) }
}

async fn within_a_budget(db: &TestDb, service: Provider) {
    let site = Site::new().await;
    let checker = site.checker(service, |_| {});
    let some = subjects(&site, service, 30);
    let process = site.process(db, "one");
    let list = open(&process, 1).await;
    let few = process.ask_outside(&list, &outside(&checker, checks(3)), &some).await.unwrap();
    assert_eq!((few.asked, few.short_of_budget), (3, 27), "{few:?}");
    // the round goes on in another process: what it has spent counts
    let other = site.process(db, "two");
    site.clock.advance(Duration::from_secs(1));
    let list = open(&other, 1).await;
    let more = other.ask_outside(&list, &outside(&checker, checks(5)), &some).await.unwrap();
    assert_eq!((more.asked, more.known, more.short_of_budget), (2, 3, 25), "{more:?}");
    // in money: a price at worst that does not fit is not asked
    let budget = Budget { usd_max: Usd::micros(1), ..PLENTY };
    let none = other.ask_outside(&list, &outside(&checker, budget), &some).await.unwrap();
    assert_eq!((none.asked, none.short_of_budget), (0, 25), "{none:?}");
    assert_eq!(site.ledger(service).lookups, 5);
}

async fn by_two_processes(db: &TestDb, service: Provider) {
    let site = Site::new().await;
    let (a, b) = (site.checker(service, |_| {}), site.checker(service, |_| {}));
    let some = subjects(&site, service, 30);
    let other_db = db.another_process().await;
    let (one, two) = (site.process(db, "one"), site.process(&other_db, "two"));
    let (list, same) = (open(&one, 1).await, open(&two, 1).await);
    assert_eq!(list.since, same.since);
    let (of_one, of_two) = (outside(&a, checks(20)), outside(&b, checks(20)));
    let (one, two) = tokio::join!(
        one.ask_outside(&list, &of_one, &some),
        two.ask_outside(&same, &of_two, &some),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    let ledger = site.ledger(service);
    assert_eq!(one.asked + two.asked, ledger.lookups);
    assert!(ledger.lookups <= 20 && ledger.charged_twice == 0, "{ledger:?}");
}

async fn with_a_lost_answer(db: &TestDb, service: Provider) {
    let site = Site::new().await;
    let slow = Span { from: 2_000, to: 2_000 };
    site.sandbox.set_conduct(Conduct { latency_ms: slow, ..Conduct::at_once() });
    let checker = site.checker(service, |_| {});
    let outside = outside(&checker, PLENTY);
    let some = subjects(&site, service, 4);
    let process = site.process(db, "one");
    let list = open(&process, 1).await;
    // dies while its calls are under way
    let asking = process.ask_outside(&list, &outside, &some);
    assert!(tokio::time::timeout(Duration::from_millis(700), asking).await.is_err());
    let calls = site.ledger(service).calls;
    site.sandbox.set_conduct(Conduct::at_once());
    let next = site.process(db, "two");
    for minutes in [1, 40, 24 * 60] {
        site.clock.advance(Duration::from_mins(minutes));
        let list = open(&next, 1).await;
        let summary = next.ask_outside(&list, &outside, &some).await.unwrap();
        assert_eq!((summary.asked, summary.in_doubt), (0, 4), "after {minutes} minutes");
    }
    assert_eq!(
        site.ledger(service).calls,
        calls.max(site.ledger(service).lookups),
        "nobody was asked again"
    );
    assert!(next.outside_answers(&checker, &some).await.unwrap().is_empty());
    // a month later nothing is held against it
    site.days(31);
    let list = open(&next, 1).await;
    let summary = next.ask_outside(&list, &outside, &some).await.unwrap();
    assert_eq!((summary.asked, summary.in_doubt), (4, 0), "{summary:?}");
}

async fn with_a_refused_key(db: &TestDb, service: Provider) {
    let site = Site::new().await;
    let checker = site.checker(service, |settings| settings.key = "wrong".into());
    let some = subjects(&site, service, 30);
    let process = site.process(db, "one");
    let list = open(&process, 1).await;
    let summary = process.ask_outside(&list, &outside(&checker, checks(30)), &some).await;
    let summary = summary.unwrap();
    assert!(summary.stopped.is_some() && summary.asked <= 16, "{summary:?}");
    assert_eq!((summary.failed, summary.cost), (summary.asked, Usd::ZERO));
    // what failed was given back
    let right = site.checker(service, |_| {});
    let summary = process.ask_outside(&list, &outside(&right, checks(30)), &some).await;
    assert_eq!(summary.unwrap().asked, 30);
}

both_dbs! {
    migrations = &migrations();

    async fn it_is_asked_about_what_is_open_and_once(db) {
        let site = Site::new().await;
        let checker = site.checker(Provider::Zerobounce, |_| {});
        let outside = outside(&checker, PLENTY);
        let (open_ones, known) = (site.emails(CatchAll, 20), site.emails(Normal, 5));
        let process = site.process(&db, "one");
        let own = check(&process, 1, &[open_ones.clone(), known.clone()].concat()).await;
        for email in &open_ones {
            assert_eq!(own[email].verdict.status, EmailStatus::AcceptAll);
            assert!(outside.is_asked_about(&own[email]));
        }
        assert!(known.iter().all(|email| !outside.is_asked_about(&own[email])));
        assert!(Outside { all: true, ..outside }.is_asked_about(&own[&known[0]]));
        let outside = Outside { all: false, ..outside };
        let list = open(&process, 1).await;
        let first = process.ask_outside(&list, &outside, &open_ones).await.unwrap();
        let n = u64::try_from(open_ones.len()).unwrap();
        assert_eq!((first.asked, first.known, first.short_of_budget), (n, 0, 0), "{first:?}");
        let (calls, charged) = (site.ledger(Provider::Zerobounce).lookups, site.ledger(Provider::Zerobounce).charged_usd);
        assert_eq!((calls, first.cost), (n, charged), "what is told is what was charged");
        let answers = process.outside_answers(&checker, &open_ones).await.unwrap();
        assert_eq!(answers.len(), open_ones.len());
        // a month later by another process, and nobody is paid before that
        site.days(29);
        let later = site.process(&db, "two");
        let list = open(&later, 2).await;
        let again = later.ask_outside(&list, &outside, &open_ones).await.unwrap();
        assert_eq!(again.asked + again.known, n, "{again:?}");
        assert_eq!(again.cost, Usd::ZERO, "only what said to ask again was, and cost nothing");
        assert_eq!(site.ledger(Provider::Zerobounce).charged_twice, 0);
    }

    async fn it_is_asked_about_valid_numbers_and_once(db) {
        let site = Site::new().await;
        let checker = site.checker(Provider::Twilio, |_| {});
        let outside = outside(&checker, PLENTY);
        for (text, number) in [
            ("+44 7400 000123", Some("+447400000123")),
            ("+44 909 879 0879", Some("+449098790879")),
            ("+44 7400 0001234", None),
            ("07400 000123", None),
        ] {
            assert_eq!(outside.number(&phone(text, None)).as_deref(), number, "{text}");
        }
        let numbers = site.numbers(40);
        let process = site.process(&db, "one");
        let list = open(&process, 1).await;
        let first = process.ask_outside(&list, &outside, &numbers).await.unwrap();
        assert_eq!((first.asked, first.known, first.failed), (40, 0, 0), "{first:?}");
        let ledger = site.ledger(Provider::Twilio);
        assert_eq!((ledger.lookups, first.cost), (40, ledger.charged_usd), "as it was charged");
        let answers = process.outside_answers(&checker, &numbers).await.unwrap();
        assert_eq!(answers.len(), 40);
        let line = |found: &OutsideFound| match found {
            OutsideFound::Phone(found) => found.line,
            OutsideFound::Email(_) => panic!("{found:?}"),
        };
        assert!(answers.values().all(|said| line(&said.found) == LineStatus::NotAsked));
        // a month later by another process, and nobody is paid before that
        site.days(29);
        let later = site.process(&db, "two");
        let list = open(&later, 2).await;
        let again = later.ask_outside(&list, &outside, &numbers).await.unwrap();
        assert_eq!((again.asked, again.known, again.cost), (0, 40, Usd::ZERO), "{again:?}");
        assert_eq!(site.ledger(Provider::Twilio).calls, ledger.calls);
        // unless more is asked: whether the line is in use
        let deeper = site.checker(Provider::Twilio, |settings| settings.line_status = true);
        let outside = Outside { checker: &deeper, ..outside };
        let more = later.ask_outside(&list, &outside, &numbers).await.unwrap();
        assert_eq!((more.asked, more.known), (40, 0), "{more:?}");
        let answers = later.outside_answers(&deeper, &numbers).await.unwrap();
        assert!(answers.values().any(|said| line(&said.found) == LineStatus::Active));
        assert!(answers.values().all(|said| line(&said.found) != LineStatus::NotAsked));
        let same = later.ask_outside(&list, &outside, &numbers).await.unwrap();
        assert_eq!((same.asked, same.known), (0, 40), "{same:?}");
        // which says all that less would
        let less = later.outside_answers(&checker, &numbers).await.unwrap();
        assert_eq!(less, answers);
    }

    async fn a_budget_is_never_passed(db) {
        within_a_budget(&db, Provider::Zerobounce).await;
    }

    async fn a_budget_is_never_passed_for_numbers(db) {
        within_a_budget(&db, Provider::Twilio).await;
    }

    async fn two_processes_ask_about_nobody_twice_and_keep_one_budget(db) {
        by_two_processes(&db, Provider::Zerobounce).await;
    }

    async fn two_processes_ask_about_no_number_twice(db) {
        by_two_processes(&db, Provider::Twilio).await;
    }

    async fn a_lost_answer_is_owned_up_to_and_not_paid_again(db) {
        with_a_lost_answer(&db, Provider::Zerobounce).await;
    }

    async fn a_lost_answer_about_a_number_is_not_paid_again(db) {
        with_a_lost_answer(&db, Provider::Twilio).await;
    }

    async fn a_checker_that_refuses_is_asked_no_more(db) {
        with_a_refused_key(&db, Provider::Zerobounce).await;
    }

    async fn a_checker_of_numbers_that_refuses_is_asked_no_more(db) {
        with_a_refused_key(&db, Provider::Twilio).await;
    }
}
