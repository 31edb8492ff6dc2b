//! The addresses of imports: told to their contacts, counted, paid for once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use captely_contact::{Credits, Timestamp};
use captely_credits::{GrantSource, Key, NewGrant, Policy};
use captely_imports::{
    Ask, ImportState, Importer, VERIFY_IMPORT, Verified, ask_to_verify, checked, import_job,
};
use captely_platform::db::{Db, Stmt};
use captely_platform::events;
use captely_platform::ids::{ImportId, WorkspaceId};
use captely_platform::jobs::{self, Handler as _, NewJob};
use captely_sandbox::mail_world::Personality::{CatchAll, Greylisting, Normal, NullMx};
use captely_tabular::ReadOptions;
use captely_testkit::{Engine, TestDb, both_dbs};
use captely_verification::{
    Patience, Progress, Sweep, Turn, VERIFY_AGAIN, Verification, VerifyImport, list_id,
};

use crate::site::{GREYLIST, Site, migrations};

const WORKSPACE: WorkspaceId = WorkspaceId::LOCAL;

/// A list of people with these addresses, and of one without, imported.
async fn import(process: &Verification, emails: &[String]) -> ImportId {
    let mut list = String::from("name,email,company\n");
    for (n, email) in emails.iter().enumerate() {
        writeln!(list, "Person N{n},{email},Mills {n}").unwrap();
    }
    list.push_str("Nobody Known,,Looms\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    std::fs::write(&path, list).unwrap();
    let importer = importer(process);
    let done = importer.import_with(&path, ReadOptions::default(), Ask::default(), |_| ()).await;
    done.unwrap().id
}

fn importer(process: &Verification) -> Importer {
    Importer {
        db: process.db.clone(),
        ids: Arc::clone(&process.ids),
        clock: Arc::clone(&process.clock),
        workspace: WORKSPACE,
        ledger: None,
    }
}

async fn ask(process: &Verification, import: ImportId) -> bool {
    let mut tx = process.db.writer().await.unwrap();
    let now = process.clock.now();
    let asked = ask_to_verify(&mut tx, WORKSPACE, import, now).await.unwrap();
    tx.commit().await.unwrap();
    asked
}

/// As a server takes turns.
fn patience(now: Timestamp) -> impl Fn(Timestamp) -> Patience {
    move |began_at| Patience {
        turn_ends: None,
        stays_until: now,
        waits_until: began_at.plus(Duration::from_hours(6)),
    }
}

async fn turn(process: &Verification, import: ImportId) -> Turn {
    let patience = patience(process.clock.now());
    process.verify_import(import, patience, &mut |_rows| ()).await.unwrap()
}

async fn shown(db: &Db, import: ImportId) -> Option<Verified> {
    let job = import_job(db, WORKSPACE, import).await.unwrap().unwrap();
    let mut tx = db.reader().await.unwrap();
    let checked = checked(&mut tx, WORKSPACE, import).await.unwrap();
    checked.map(|checked| checked.shown(job.state))
}

fn statuses(verified: &Verified) -> Vec<(&str, u64)> {
    verified.counts.statuses.iter().map(|(status, n)| (status.as_str(), *n)).collect()
}

/// Address, source, status, what it cost, how sure, in whose words.
type Value = (String, String, String, i64, i64, String);

async fn values(db: &Db) -> BTreeMap<String, Value> {
    let sql = "SELECT value, source, status, cost_micros, confidence, verification \
               FROM contact_value WHERE workspace_id = $1 AND field = 'email'";
    let rows: Vec<Value> = db.all(Stmt::text(sql, [WORKSPACE.into()])).await.unwrap();
    rows.into_iter().map(|row| (row.0.clone(), row)).collect()
}

/// Where PostgreSQL has its findings: what is written again is moved.
async fn places(db: &TestDb) -> Vec<(String,)> {
    if db.engine() == Engine::Sqlite {
        return Vec::new();
    }
    let sql = "SELECT CAST(ctid AS text) FROM contact_value WHERE workspace_id = $1 ORDER BY 1";
    db.all(Stmt::text(sql, [WORKSPACE.into()])).await.unwrap()
}

async fn spent(process: &Verification) -> Credits {
    let checked = process.ledger.verify(WORKSPACE).await.unwrap();
    assert!(checked.is_right(), "{:#?}", checked.faults);
    let standing = process.ledger.standing(WORKSPACE).await.unwrap();
    assert_eq!(standing.held, Credits::ZERO);
    standing.spent
}

/// What `n` answers cost.
fn price(n: usize) -> Credits {
    Credits::millis(500 * i64::try_from(n).unwrap())
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap()
}

async fn grant(process: &Verification, key: &str, amount: Credits) {
    let mut tx = process.db.writer().await.unwrap();
    let grant = NewGrant {
        source: GrantSource::Package,
        amount,
        priority: None,
        effective_at: None,
        expires_at: None,
        rollover: None,
        note: String::new(),
    };
    process.ledger.grant(&mut tx, WORKSPACE, &Key::new(key), &grant).await.unwrap();
    tx.commit().await.unwrap();
}

/// Verified events, with what they tell.
async fn told(db: &Db) -> Vec<serde_json::Value> {
    // What a transaction of the moment holds back is settled soon.
    loop {
        let all = events::read_after(db, WORKSPACE, events::Cursor::START, 1_000).await.unwrap();
        let told: Vec<_> = all.into_iter().filter(|one| one.kind == "import.verified").collect();
        if !told.is_empty() {
            return told.into_iter().map(|one| one.data).collect();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

both_dbs! {
    migrations = &migrations();

    async fn each_contact_gets_what_came_of_its_address(db) {
        let site = Site::new().await;
        let process = site.process(&db, "one");
        let (normal, any) = (site.emails(Normal, 6), site.emails(CatchAll, 3));
        let none = site.emails(NullMx, 2);
        let emails = [normal.as_slice(), &any, &none].concat();
        let import = import(&process, &emails).await;
        assert!(ask(&process, import).await);
        assert!(!ask(&process, import).await, "it waits already");
        assert_eq!(shown(&db, import).await.unwrap().status, "waiting");
        assert_eq!(turn(&process, import).await, Turn::Ended);
        let verified = shown(&db, import).await.unwrap();
        let (n, m, k) = (count(normal.len()), count(any.len()), count(none.len()));
        assert_eq!((verified.status, verified.trouble.as_deref()), ("done", None));
        assert_eq!(statuses(&verified), [("accept_all", m), ("invalid", k), ("valid", n)]);
        assert_eq!((verified.counts.rows, verified.counts.without_address), (n + m + k + 1, 1));
        assert_eq!((verified.counts.not_checked, verified.counts.put_off), (0, 0));
        let values = values(&db).await;
        assert_eq!(values.len(), emails.len());
        for (some, expected, sure) in [(&normal, "valid", 93), (&any, "accept_all", 72), (&none, "invalid", 0)] {
            for email in some {
                let (_, source, status, cost, confidence, words) = &values[email];
                assert_eq!((source.as_str(), status.as_str(), *cost), ("input", expected, 0));
                assert_eq!(*confidence, sure, "{email}");
                assert!(words.ends_with('.'), "{words}");
            }
        }
        assert_eq!(spent(&process).await, price(emails.len()));
        let told = told(&db).await;
        assert_eq!((told.len(), &told[0]["status"]), (1, &"done".into()), "{told:?}");
        assert_eq!(told[0]["counts"]["statuses"]["valid"], n);
        // A worker that is given it again, or another import of the same people, asks nobody.
        let (asked, written) = (site.asked(Normal), places(&db).await);
        assert_eq!(turn(&site.process(&db, "two"), import).await, Turn::Ended);
        let again = self::import(&process, &emails).await;
        ask(&process, again).await;
        assert_eq!(turn(&process, again).await, Turn::Ended);
        assert_eq!(statuses(&shown(&db, again).await.unwrap()), statuses(&verified));
        assert_eq!((site.asked(Normal), spent(&process).await), (asked, price(emails.len())));
        assert_eq!(places(&db).await, written, "what is the same is not written again");
    }

    async fn nobody_is_asked_where_nobody_asked_for_it(db) {
        let site = Site::new().await;
        let process = site.process(&db, "one");
        let import = import(&process, &site.emails(Normal, 3)).await;
        assert_eq!(turn(&process, import).await, Turn::Ended);
        assert_eq!((shown(&db, import).await, site.asked(Normal)), (None, 0));
        assert!(values(&db).await.is_empty());
    }

    async fn without_credits_it_stops_and_goes_on_when_there_are_some(db) {
        let site = Site::new().await;
        let process = site.process(&db, "one");
        let mut tx = db.writer().await.unwrap();
        let policy = Policy { unlimited: false, ..Policy::unlimited() };
        process.ledger.set_policy(&mut tx, WORKSPACE, &policy).await.unwrap();
        tx.commit().await.unwrap();
        grant(&process, "one", Credits::whole(1)).await;
        let emails = site.emails(Normal, 8);
        let import = import(&process, &emails).await;
        ask(&process, import).await;
        assert_eq!(turn(&process, import).await, Turn::Ended);
        let verified = shown(&db, import).await.unwrap();
        let why = verified.trouble.as_deref().unwrap_or_default();
        assert_eq!(verified.status, "stopped");
        assert!(why.starts_with("not every address was checked: this needs"), "{why}");
        assert_eq!(statuses(&verified), [("valid", 2)]);
        assert_eq!(verified.counts.not_checked, count(emails.len()) - 2);
        assert_eq!((values(&db).await.len(), spent(&process).await), (2, Credits::whole(1)));
        assert_eq!(turn(&process, import).await, Turn::Ended, "it does not go on by itself");
        assert_eq!(spent(&process).await, Credits::whole(1));
        grant(&process, "two", Credits::whole(50)).await;
        assert!(ask(&process, import).await);
        assert_eq!(turn(&process, import).await, Turn::Ended);
        let verified = shown(&db, import).await.unwrap();
        assert_eq!((verified.status, verified.trouble.as_deref()), ("done", None));
        assert_eq!(statuses(&verified), [("valid", count(emails.len()))]);
        assert_eq!(spent(&process).await, price(emails.len()));
    }

    async fn a_killed_worker_leaves_nothing_to_be_paid_twice(db) {
        let site = Site::new().await;
        let emails = site.emails(Normal, 40);
        let one = site.process(&db, "one");
        let import = import(&one, &emails).await;
        ask(&one, import).await;
        // It dies while it asks, wherever it is then.
        let at = patience(one.clock.now());
        let dying = tokio::spawn(async move {
            one.verify_import(import, at, &mut |_rows| ()).await.map(drop)
        });
        while site.asked(Normal) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        dying.abort();
        let _cancelled = dying.await;
        // Another dies when it has asked about some and told nobody.
        let two = site.process(&db, "two");
        let list = two.open(list_id(import.as_uuid().into_bytes())).await.unwrap();
        let mut sweep = Sweep::start(&two, list, Arc::<Progress>::default());
        sweep.add(&emails[..10]).await.unwrap();
        sweep.end().await.unwrap();
        let three = site.process(&db, "three");
        assert_eq!(turn(&three, import).await, Turn::Ended);
        let verified = shown(&db, import).await.unwrap();
        assert_eq!(statuses(&verified), [("valid", count(emails.len()))]);
        assert_eq!(values(&db).await.len(), emails.len());
        assert_eq!(spent(&three).await, price(emails.len()));
    }

    async fn put_off_addresses_are_asked_again_at_their_time(db) {
        let site = Site::new().await;
        let emails = site.emails(Greylisting, 4);
        let import = import(&site.process(&db, "one"), &emails).await;
        ask(&site.process(&db, "one"), import).await;
        let mut turns = 0;
        loop {
            // What a verifier knows of a domain lasts in real time; each turn is another process's.
            let process = site.process(&db, "turn");
            match turn(&process, import).await {
                Turn::Ended => break,
                Turn::TimeUp => panic!("no turn has an end here"),
                Turn::PutOff(at) => {
                    assert!(at > site.now());
                    let verified = shown(&db, import).await.unwrap();
                    assert_eq!((verified.status, verified.counts.rows), ("running", count(emails.len()) + 1));
                    assert!(turns > 0 || verified.counts.put_off == count(emails.len()), "{verified:?}");
                    tokio::time::sleep(GREYLIST).await;
                    site.clock.set(at);
                }
            }
            turns += 1;
        }
        assert!((1..6).contains(&turns), "{turns}");
        let verified = shown(&db, import).await.unwrap();
        assert_eq!((verified.status, verified.counts.put_off), ("done", 0));
        assert!(!verified.counts.statuses.contains_key("unknown"), "{verified:?}");
        assert!(values(&db).await.values().all(|value| value.2 != "unknown"));
        assert_eq!(spent(&site.process(&db, "one")).await, price(emails.len()));
    }

    async fn what_a_worker_holds_is_waited_for(db) {
        let site = Site::new().await;
        let emails = site.emails(Greylisting, 2);
        let process = site.process(&db, "one");
        let import = import(&process, &emails).await;
        ask(&process, import).await;
        let began = site.now();
        let Turn::PutOff(at) = turn(&process, import).await else { panic!("it is put off") };
        assert!(at >= began.plus(Duration::from_mins(5)), "all rows are looked through each time");
        site.clock.set(at);
        // Another worker has them, and dies.
        let group = (WORKSPACE, list_id(import.as_uuid().into_bytes()));
        let lease = Duration::from_mins(30);
        let held = jobs::claim_group(&db, "two", VERIFY_AGAIN, group, 10, lease, at).await.unwrap();
        assert_eq!(held.len(), emails.len());
        assert_eq!(turn(&process, import).await, Turn::PutOff(at.plus(lease)));
        assert_eq!(shown(&db, import).await.unwrap().status, "running");
    }

    async fn a_turn_ends_among_put_off_addresses_too(db) {
        let site = Site::new().await;
        let process = site.process(&db, "one");
        let import = import(&process, &site.emails(Greylisting, 3)).await;
        ask(&process, import).await;
        let Turn::PutOff(at) = turn(&process, import).await else { panic!("it is put off") };
        site.clock.set(at);
        let asked = site.asked(Greylisting);
        let over = |_began_at| Patience {
            turn_ends: Some(at.minus(Duration::from_secs(1))),
            stays_until: at,
            waits_until: at.plus(Duration::from_hours(6)),
        };
        let process = site.process(&db, "two");
        let ended = process.verify_import(import, over, &mut |_rows| ()).await.unwrap();
        assert_eq!((ended, site.asked(Greylisting)), (Turn::TimeUp, asked));
    }

    async fn an_import_that_is_taken_back_is_left_alone(db) {
        let site = Site::new().await;
        let process = site.process(&db, "one");
        let emails = site.emails(Normal, 5);
        let import = import(&process, &emails).await;
        ask(&process, import).await;
        importer(&process).undo(import, |_| ()).await.unwrap();
        assert_eq!(turn(&process, import).await, Turn::Ended);
        let verified = shown(&db, import).await.unwrap();
        let why = verified.trouble.as_deref().unwrap_or_default();
        assert!(verified.status == "stopped" && why.contains("taken back"), "{verified:?}");
        assert!(values(&db).await.is_empty());
        // What was found out about addresses does not keep an import from being taken back.
        let second = self::import(&process, &emails).await;
        ask(&process, second).await;
        turn(&process, second).await;
        assert_eq!(values(&db).await.len(), emails.len());
        let report = importer(&process).undo(second, |_| ()).await.unwrap();
        assert_eq!((report.removed, report.kept), (count(emails.len()) + 1, 0));
        assert!(values(&db).await.is_empty());
    }

    async fn an_undo_meanwhile_leaves_nothing_behind(db) {
        let site = Site::new().await;
        let emails = site.emails(Normal, 40);
        let one = site.process(&db, "one");
        let import = import(&one, &emails).await;
        ask(&one, import).await;
        let at = patience(one.clock.now());
        let checking =
            tokio::spawn(async move { one.verify_import(import, at, &mut |_rows| ()).await });
        while site.asked(Normal) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Whichever of the two is first: what was told goes with its contact, and nothing is told later.
        let two = site.process(&db, "two");
        let report = importer(&two).undo(import, |_| ()).await.unwrap();
        assert_eq!(report.removed, count(emails.len()) + 1);
        assert_eq!(checking.await.unwrap().unwrap(), Turn::Ended);
        assert!(values(&db).await.is_empty());
        assert!(["stopped", "done"].contains(&shown(&db, import).await.unwrap().status));
        spent(&two).await;
    }

    async fn a_worker_does_the_job_or_says_why_not(db) {
        let site = Site::new().await;
        let process = site.process(&db, "one");
        let emails = site.emails(Normal, 3);
        let sound = import(&process, &emails).await;
        let refused = import(&process, &emails).await;
        for (import, verifier, level, status) in [
            (refused, Err("no name server is known".to_owned()), captely_verify::Level::Smtp, "stopped"),
            (sound, Ok(process.verifier.clone()), captely_verify::Level::Smtp, "done"),
            (refused, Ok(process.verifier.clone()), captely_verify::Level::Syntax, "stopped"),
        ] {
            ask(&process, import).await;
            let handler = VerifyImport {
                db: db.clone(),
                ids: Arc::clone(&process.ids),
                clock: Arc::clone(&process.clock),
                ledger: process.ledger.clone(),
                worker: "server/1".to_owned(),
                verifier,
                settings: captely_verification::CheckSettings { level, ..process.settings.clone() },
            };
            assert_eq!(handler.queue(), VERIFY_IMPORT);
            let now = process.clock.now();
            let job = NewJob {
                workspace: WORKSPACE,
                queue: VERIFY_IMPORT,
                group: None,
                payload: serde_json::json!({ "import": import }),
                run_at: now,
                attempts_max: 3,
            };
            let mut tx = db.writer().await.unwrap();
            jobs::push(&mut tx, &process.ids, vec![job]).await.unwrap();
            tx.commit().await.unwrap();
            let lease = Duration::from_mins(5);
            let claimed = jobs::claim(&db, "server/1", &[VERIFY_IMPORT], 10, lease, now).await.unwrap();
            for job in &claimed {
                assert_eq!(handler.run(job).await, jobs::Verdict::Done);
            }
            let verified = shown(&db, import).await.unwrap();
            assert_eq!((claimed.len(), verified.status), (1, status), "{verified:?}");
            assert_eq!(verified.trouble.is_some(), status == "stopped", "{verified:?}");
        }
        let state = import_job(&db, WORKSPACE, sound).await.unwrap().unwrap().state;
        assert_eq!((state, values(&db).await.len()), (ImportState::Done, emails.len()));
    }
}
