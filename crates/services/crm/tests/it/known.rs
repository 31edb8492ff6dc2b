use captely_contact::Timestamp;
use captely_crm::{
    Channel, Foreseen, MIGRATIONS, NewConsent, NewContact, OnMatch, Policy, SkipReason, Stance,
    Suppression, copy_known, foresee, suppress,
};
use captely_testkit::{Engine, TestDb, both_dbs, ids};

use crate::world::{WS, by, dump, row, upsert};

fn rows() -> Vec<NewContact> {
    let mut asked = row(&["email=a@x.example", "first_name=Ada", "last_name=Li", "tag=t"]);
    asked.consents =
        vec![NewConsent { channel: Channel::Call, stance: Stance::Given, evidence: "x".into() }];
    vec![
        asked,
        row(&["first_name=Bo", "last_name=Li", "company=X", "title=Chief"]),
        row(&["first_name=Cy", "last_name=Li", "company=X"]),
        row(&["email=bad@y.example"]),
        row(&["email=d@x.example"]),
        row(&["company=X GmbH", "company.industry=Looms"]),
    ]
}

both_dbs! {
    migrations = MIGRATIONS;

    async fn a_trial_is_as_the_run(db) {
        let ids = ids();
        let there = [
            row(&["email=a@x.example", "tag=t", "title=Head"]),
            row(&["first_name=Bo", "last_name=Li", "domain=x.example", "company=X AG"]),
            row(&["email=unrelated@z.example"]),
        ];
        let policy = Policy { usual: OnMatch::Overwrite, ..Policy::default() };
        let how = captely_crm::Upsert { contacts_max: Some(4), ..by(2, policy.clone()) };
        let stored = upsert(&db, &ids, WS, &there, &by(1, policy), 5).await;
        let mut tx = db.writer().await.unwrap();
        let bad = Suppression::Domain("y.example".parse().unwrap());
        suppress(&mut tx, WS, &bad, Timestamp::micros(5)).await.unwrap();
        tx.commit().await.unwrap();
        let before = dump(&db).await;
        let mut tx = db.reader().await.unwrap();
        let twice = [rows(), rows()[4..].to_vec(), vec![row(&["email=D@x.example", "title=Head"])]].concat();
        let met = foresee(&mut tx, WS, &twice).await.unwrap();
        drop(tx);
        let known = |n: usize| Foreseen::Known(stored[n].contact.unwrap());
        let barred = Foreseen::Barred(SkipReason::Suppressed);
        let (new, repeats) = (Foreseen::New, Foreseen::Repeats(4));
        assert_eq!(met, [known(0), known(1), new, barred, new, new, repeats, new, repeats]);
        let scratch = TestDb::new(Engine::Sqlite, MIGRATIONS).await.unwrap();
        let mut trial = Vec::new();
        for rows in rows().chunks(2) {
            let (mut from, mut to) = (db.reader().await.unwrap(), scratch.writer().await.unwrap());
            copy_known((&mut from, None), (&mut to, None), WS, rows).await.unwrap();
            to.commit().await.unwrap();
            drop(from);
            trial.extend(upsert(&scratch, &ids, WS, rows, &how, 9).await);
        }
        assert_eq!(dump(&db).await, before, "a trial writes nothing");
        let run = upsert(&db, &ids, WS, &rows(), &how, 9).await;
        for (trial, run) in trial.iter().zip(&run) {
            assert_eq!((trial.outcome, &trial.changed), (run.outcome, &run.changed));
        }
        assert_eq!(trial.len(), run.len());
    }
}
