use captely_contact::Timestamp;
use captely_crm::{
    Channel, CompanyDetail, ContactDetail, MIGRATIONS, NewConsent, Policy, Stance, load_cards,
    standing_contacts,
};
use captely_platform::db::Stmt;
use captely_platform::ids::WorkspaceId;
use captely_testkit::{both_dbs, ids};

use crate::world::{WS, by, import, row, upsert};

both_dbs! {
    migrations = MIGRATIONS;

    async fn all_that_is_known(db) {
        let ids = ids();
        let mut ada = row(&["email=a@x.example", "company=X Ltd", "company.industry=Looms", "city=Rome", "tag=b", "tag=a"]);
        let said = |stance| NewConsent { channel: Channel::Email, stance, evidence: "Opt-out: yes".into() };
        ada.consents = vec![said(Stance::Refused)];
        let mut later = row(&["email=a@x.example"]);
        later.consents = vec![said(Stance::Given)];
        let list = [ada, row(&["email=b@x.example"]), row(&["email=c@x.example"])];
        let applied = upsert(&db, &ids, WS, &list, &by(1, Policy::default()), 5).await;
        upsert(&db, &ids, WS, &[later], &by(2, Policy::default()), 6).await;
        let who: Vec<_> = applied.iter().filter_map(|applied| applied.contact).collect();
        let mut tx = db.writer().await.unwrap();
        let cards = load_cards(&mut tx, WS, &[who[1], who[0], who[0]]).await.unwrap();
        assert_eq!(cards.iter().map(|card| card.contact.id).collect::<Vec<_>>(), who[..2]);
        let card = &cards[0];
        assert_eq!(card.contact.original_email.as_ref().unwrap().as_str(), "a@x.example");
        assert_eq!(card.details[&ContactDetail::City], "Rome");
        let company = card.company.as_ref().unwrap();
        assert_eq!((company.name.as_str(), company.details[&CompanyDetail::Industry].as_str()), ("X Ltd", "Looms"));
        assert_eq!(card.tags, ["a", "b"]);
        assert_eq!((card.origin, card.updated_at), (Some(import(1)), Timestamp::micros(5)));
        assert_eq!(card.consents[&Channel::Email].len(), 2);
        assert_eq!(card.stance(Channel::Email), Some(Stance::Refused), "a list never takes a refusal back");
        assert_eq!(card.stance(Channel::Call), None);
        // One that went into another is found by whoever has its id.
        let merged = "UPDATE contact SET merged_into = $3 WHERE workspace_id = $1 AND id = $2";
        tx.run(Stmt::text(merged, [WS.into(), who[1].into(), who[0].into()])).await.unwrap();
        assert_eq!(load_cards(&mut tx, WS, &who[1..2]).await.unwrap()[0].merged_into, Some(who[0]));
        let standing = standing_contacts(&mut tx, WS, &who).await.unwrap();
        assert_eq!(who.iter().map(|id| standing[id]).collect::<Vec<_>>(), [who[0], who[0], who[2]]);
        let other = WorkspaceId::from(uuid::Uuid::from_u128(77));
        assert_eq!(load_cards(&mut tx, other, &who).await.unwrap(), []);
        assert!(standing_contacts(&mut tx, other, &who).await.unwrap().is_empty());
        tx.commit().await.unwrap();
        let met = upsert(&db, &ids, WS, &[row(&["email=b@x.example"])], &by(3, Policy::default()), 7).await;
        assert_eq!(met[0].contact, Some(who[0]), "a merged contact's marks are the kept one's");
    }
}
