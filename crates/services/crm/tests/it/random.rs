//! Random lists: however they are cut into calls, the same comes out; taken back, all is as before; and where
//! people have an address alone, what comes out is what a plain map gives.

use std::collections::{BTreeMap, BTreeSet};

use captely_contact::Timestamp;
use captely_crm::{
    Applied, Channel, Found, NewConsent, NewContact, OnMatch, Outcome, Policy, Sieve, Stance,
    Upsert, erase_contact, queue_pairs, save_found,
};
use captely_platform::ids::ContactId;
use captely_testkit::{Engine, TestDb, ids, run};
use proptest::prelude::*;

use crate::desk::migrations;
use crate::world::{WS, all, by, dump, row, undo, upsert};

/// How often each is tried on SQLite; PostgreSQL, which runs the same texts, a tenth of that.
const CASES: u32 = 60;

fn word(
    word: &'static str,
    values: &'static [&'static str],
) -> impl Strategy<Value = Option<String>> {
    proptest::option::of(
        proptest::sample::select(values).prop_map(move |value| format!("{word}={value}")),
    )
}

fn person() -> impl Strategy<Value = NewContact> {
    let who = (
        word("first_name", &["Ada", "Bo"]),
        word(
            "email",
            &["a@x.example", "b@x.example", "info@x.example", "a.a@gmail.com", "aa@gmail.com"],
        ),
        word("linkedin_url", &["in/ada", "in/bo"]),
        word("phone", &["+4930123456", "030 1"]),
        word("company", &["X", "X GmbH", "Y"]),
        word("domain", &["x.example", "y.example", "gmail.com"]),
    );
    let what = (
        word("title", &["Head", "Chief"]),
        word("seniority", &["head", "staff"]),
        word("company.industry", &["Looms", "Mills"]),
        word("tag", &["s", "t"]),
        word("as_of", &["3", "8", "20"]),
        proptest::option::of(proptest::sample::select(&[Stance::Refused, Stance::Given][..])),
    );
    (who, what).prop_map(|(who, what)| {
        let words: Vec<String> =
            [who.0, who.1, who.2, who.3, who.4, who.5, what.0, what.1, what.2, what.3, what.4]
                .into_iter()
                .flatten()
                .collect();
        let mut row = row(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let said = |stance| NewConsent { channel: Channel::Email, stance, evidence: "x".into() };
        row.consents.extend(what.5.map(said));
        row
    })
}

fn on_match() -> impl Strategy<Value = OnMatch> {
    use OnMatch::{FillBlanks, NewestWins, Overwrite, Skip};
    proptest::sample::select(&[Skip, FillBlanks, Overwrite, NewestWins][..])
}

fn policy() -> impl Strategy<Value = Policy> {
    let fields = proptest::collection::btree_map(
        proptest::sample::select(&["title", "seniority", "company", "company.industry"][..])
            .prop_map(str::to_owned),
        on_match(),
        0..3,
    );
    (on_match(), fields, any::<bool>()).prop_map(|(usual, fields, merge_known)| Policy {
        usual,
        fields,
        merge_known,
    })
}

fn list() -> impl Strategy<Value = Vec<NewContact>> {
    proptest::collection::vec(person(), 0..12)
}

/// Each engine with how many cases it gets.
fn on_both(mut check: impl FnMut(Engine, u32)) {
    check(Engine::Sqlite, CASES);
    check(Engine::Postgres, CASES / 10);
}

fn runner(cases: u32) -> proptest::test_runner::TestRunner {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest::test_runner::TestRunner::new(config)
}

/// What happened to each row, with contacts and companies by the order in which they came up.
fn shape(applied: &[Applied]) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let mut number = |id: Option<String>| {
        let id = id?;
        let known = seen.iter().position(|other| *other == id);
        Some(known.unwrap_or_else(|| {
            seen.push(id);
            seen.len() - 1
        }))
    };
    let mut line = |applied: &Applied| {
        let contact = number(applied.contact.map(|id| id.to_string()));
        let company = number(applied.company.map(|id| id.to_string()));
        let mut changed = applied.changed.clone();
        changed.sort();
        let outcome = match applied.outcome {
            Outcome::Merged { merge: Some(_) } => "contacts merged".to_owned(),
            other => format!("{other:?}"),
        };
        format!("{contact:?} {company:?} {outcome} {changed:?} {}", applied.also.len())
    };
    applied.iter().map(&mut line).collect()
}

#[test]
fn it_makes_no_difference_how_a_list_is_cut() {
    on_both(|engine, cases| {
        let cases_of = (list(), list(), policy(), 1_usize..5);
        runner(cases)
            .run(&cases_of, |(there, rows, policy, size)| {
                run(async {
                    let (Some(whole), Some(cut)) = (
                        TestDb::new(engine, &migrations()).await,
                        TestDb::new(engine, &migrations()).await,
                    ) else {
                        return Ok(());
                    };
                    let (one, two) = (ids(), ids());
                    let mut outcomes = Vec::new();
                    let sieve = Some(Sieve::paging_from(2));
                    for (db, ids, size, sieve) in
                        [(&whole, &one, usize::MAX, None), (&cut, &two, size, sieve)]
                    {
                        let how = Upsert { sieve, ..by(2, policy.clone()) };
                        let mut applied =
                            upsert(db, ids, WS, &there, &by(1, Policy::default()), 5).await;
                        for rows in rows.chunks(size) {
                            applied.extend(upsert(db, ids, WS, rows, &how, 9).await);
                        }
                        outcomes.push(shape(&applied));
                    }
                    prop_assert_eq!(&outcomes[0], &outcomes[1]);
                    Ok(())
                })
            })
            .unwrap();
    });
}

#[test]
fn taken_back_all_is_as_before() {
    on_both(|engine, cases| {
        runner(cases)
            .run(&(list(), list(), policy(), 1_usize..5), |(there, rows, policy, page)| {
                run(async {
                    let Some(db) = TestDb::new(engine, &migrations()).await else { return Ok(()) };
                    let ids = ids();
                    let sieve = || Some(Sieve::paging_from(2));
                    let how = Upsert { sieve: sieve(), ..by(1, Policy::default()) };
                    upsert(&db, &ids, WS, &there, &how, 5).await;
                    let how = Upsert { sieve: sieve(), ..by(2, policy) };
                    let before = dump(&db).await;
                    let mut named = Vec::new();
                    for rows in rows.chunks(4) {
                        let applied = upsert(&db, &ids, WS, rows, &how, 9).await;
                        named.extend(applied.iter().filter_map(|applied| applied.contact));
                    }
                    let (stayed, remained) = undo(&db, 2, &named, page).await;
                    prop_assert_eq!((stayed, remained), (vec![], vec![]));
                    let after: Vec<String> = dump(&db)
                        .await
                        .into_iter()
                        .filter(|line| {
                            !(line.starts_with("contact_merge ")
                                || (line.starts_with("contact_count ") && line.ends_with(" 0")))
                        })
                        .collect();
                    prop_assert_eq!(after, before);
                    Ok(())
                })
            })
            .unwrap();
    });
}

#[test]
fn nothing_points_to_who_was_erased() {
    on_both(|engine, cases| {
        runner(cases)
            .run(&(list(), list(), policy(), 0_usize..12), |(there, rows, policy, whom)| {
                run(async {
                    let Some(db) = TestDb::new(engine, &migrations()).await else { return Ok(()) };
                    let ids = ids();
                    let mut applied =
                        upsert(&db, &ids, WS, &there, &by(1, Policy::default()), 5).await;
                    applied.extend(upsert(&db, &ids, WS, &rows, &by(2, policy.clone()), 9).await);
                    let named: Vec<ContactId> =
                        applied.iter().filter_map(|applied| applied.contact).collect();
                    let Some(who) = named.get(whom % named.len().max(1)) else { return Ok(()) };
                    let mut tx = db.writer().await.unwrap();
                    let now = Timestamp::micros(10);
                    let found =
                        named.iter().collect::<BTreeSet<_>>().into_iter().map(|contact| Found {
                            contact: *contact,
                            email: Some("f@found.example".into()),
                            phone: None,
                        });
                    save_found(&mut tx, WS, found.collect(), now).await.unwrap();
                    let pairs: Vec<_> = named.iter().map(|other| (*who, *other)).collect();
                    queue_pairs(&mut tx, &ids, WS, &pairs, now).await.unwrap();
                    let gone = erase_contact(&mut tx, WS, *who, now).await.unwrap();
                    tx.commit().await.unwrap();
                    prop_assert!(gone.iter().any(|one| one.contact == *who));
                    // What the lists said of them comes in no more, and neither do they.
                    upsert(&db, &ids, WS, &[there, rows].concat(), &by(3, policy), 11).await;
                    for line in dump(&db).await {
                        for one in &gone {
                            prop_assert!(
                                !line.contains(&one.contact.as_uuid().simple().to_string()),
                                "{line}"
                            );
                        }
                    }
                    Ok(())
                })
            })
            .unwrap();
    });
}

#[test]
fn it_is_what_a_map_gives() {
    let who = proptest::sample::select(&["a", "b", "c"][..]);
    let title = proptest::sample::select(&["", "Head", "Chief", "Boss"][..]);
    let lists = proptest::collection::vec((who, title, 0_i64..12), 0..20);
    on_both(|engine, cases| {
        runner(cases)
            .run(&(lists.clone(), lists.clone(), on_match()), |(there, rows, usual)| {
                run(async {
                    let Some(db) = TestDb::new(engine, &migrations()).await else { return Ok(()) };
                    let ids = ids();
                    // Address to title, when, and the import that made it.
                    let mut model: BTreeMap<&str, (&str, i64, u128)> = BTreeMap::new();
                    for (origin, list, now) in [(1, &there, 5), (2, &rows, 9)] {
                        let as_row = |(who, title, as_of): &(&str, &str, i64)| {
                            row(&[&format!("email={who}@x.example"), &format!("title={title}"), &format!("as_of={as_of}")])
                        };
                        let list_rows: Vec<_> = list.iter().map(as_row).collect();
                        let policy = Policy { usual, ..Policy::default() };
                        let applied = upsert(&db, &ids, WS, &list_rows, &by(origin, policy), now).await;
                        for ((who, title, as_of), applied) in list.iter().zip(applied) {
                            let at = *as_of.min(&now);
                            let Some((old, updated, maker)) = model.get_mut(who) else {
                                model.insert(who, (title, at, origin));
                                prop_assert_eq!(applied.outcome, Outcome::Created);
                                continue;
                            };
                            let ours = *maker == origin;
                            let takes = match usual {
                                OnMatch::Skip => ours && old.is_empty(),
                                OnMatch::FillBlanks => old.is_empty(),
                                OnMatch::Overwrite => true,
                                OnMatch::NewestWins => old.is_empty() || at >= *updated,
                            };
                            let changes = takes && !title.is_empty() && title != old;
                            if changes {
                                *old = title;
                                *updated = at.max(*updated);
                            }
                            let expected = match (ours, changes) {
                                (true, _) => Outcome::Merged { merge: None },
                                (false, true) => Outcome::Updated,
                                (false, false) => Outcome::Unchanged,
                            };
                            prop_assert_eq!(applied.outcome, expected);
                        }
                    }
                    let stored: Vec<(Option<String>, String, i64)> = all(
                        &db,
                        "SELECT original_email, title, updated_at FROM contact WHERE workspace_id IS NOT NULL ORDER BY original_email",
                    )
                    .await;
                    let expected: Vec<_> = model
                        .iter()
                        .map(|(who, (title, at, _))| (Some(format!("{who}@x.example")), (*title).to_owned(), *at))
                        .collect();
                    prop_assert_eq!(stored, expected);
                    Ok(())
                })
            })
            .unwrap();
    });
}
