//! What several said is several times there: taking one back leaves the others.

use captely_contact::Timestamp;
use captely_crm::{
    Channel, Choices, MergePair, NewConsent, NewContact, Policy, Stance, load_cards,
    merge_contacts, unmerge_contacts,
};
use captely_platform::ids::ContactId;
use captely_testkit::{TestDb, both_dbs, ids};

use crate::desk::migrations;
use crate::world::{WS, by, row, undo, upsert};

fn says(stance: Stance) -> NewContact {
    let mut out = row(&["email=a@x.example", "tag=vip"]);
    out.consents =
        vec![NewConsent { channel: Channel::Email, stance, evidence: "Opt-out: yes".into() }];
    out
}

/// The stance of a contact, and its tags.
async fn stands(db: &TestDb, who: ContactId) -> (Option<Stance>, Vec<String>) {
    let mut tx = db.reader().await.unwrap();
    let card = load_cards(&mut tx, WS, &[who]).await.unwrap().remove(0);
    (card.stance(Channel::Email), card.tags)
}

both_dbs! {
    migrations = &migrations();

    async fn a_refusal_outlives_the_import_that_said_it_first(db) {
        let ids = ids();
        let how = |n| by(n, Policy::default());
        let first = upsert(&db, &ids, WS, &[says(Stance::Refused)], &how(1), 5).await;
        let who = first[0].contact.unwrap();
        upsert(&db, &ids, WS, &[says(Stance::Given), says(Stance::Refused)], &how(2), 6).await;
        undo(&db, 1, &[who], 10).await;
        assert_eq!(stands(&db, who).await, (Some(Stance::Refused), vec!["vip".to_owned()]));
        undo(&db, 2, &[who], 10).await;
        assert_eq!(stands(&db, who).await, (None, vec![]));
    }

    async fn what_was_said_since_a_merge_outlives_its_undoing(db) {
        let ids = ids();
        let how = |n| by(n, Policy::default());
        let other = row(&["email=b@x.example"]);
        let both = upsert(&db, &ids, WS, &[other, says(Stance::Refused)], &how(1), 5).await;
        let (kept, gone) = (both[0].contact.unwrap(), both[1].contact.unwrap());
        let mut tx = db.writer().await.unwrap();
        let pair = MergePair { kept, gone, origin: None, choices: Choices::new() };
        let now = Timestamp::micros(6);
        let merge = merge_contacts(&mut tx, &ids, None, WS, &pair, now).await.unwrap();
        tx.commit().await.unwrap();
        let since = upsert(&db, &ids, WS, &[says(Stance::Refused)], &how(2), 7).await;
        assert_eq!(since[0].contact, Some(kept));
        assert_eq!(stands(&db, kept).await.1, ["vip"], "told once, whoever set it");
        let mut tx = db.writer().await.unwrap();
        unmerge_contacts(&mut tx, &ids, None, WS, merge, Timestamp::micros(8)).await.unwrap();
        tx.commit().await.unwrap();
        for who in [kept, gone] {
            assert_eq!(stands(&db, who).await, (Some(Stance::Refused), vec!["vip".to_owned()]));
        }
    }

    async fn what_an_import_said_goes_from_whom_it_was_merged_into(db) {
        let ids = ids();
        let other = row(&["email=b@x.example"]);
        let kept = upsert(&db, &ids, WS, &[other], &by(1, Policy::default()), 5).await[0].contact.unwrap();
        let made = upsert(&db, &ids, WS, &[says(Stance::Given)], &by(2, Policy::default()), 6).await;
        let gone = made[0].contact.unwrap();
        let mut tx = db.writer().await.unwrap();
        let pair = MergePair { kept, gone, origin: None, choices: Choices::new() };
        merge_contacts(&mut tx, &ids, None, WS, &pair, Timestamp::micros(7)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stands(&db, kept).await, (Some(Stance::Given), vec!["vip".to_owned()]));
        undo(&db, 2, &[gone], 10).await;
        assert_eq!(stands(&db, kept).await, (None, vec![]));
    }
}
