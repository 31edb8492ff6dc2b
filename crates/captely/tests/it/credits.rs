use std::sync::Arc;

use captely_contact::Credits;
use captely_credits::{Action, GrantSource, Key, Ledger, NewGrant, Order, Policy, Purpose};
use captely_platform::clock::SystemClock;
use captely_platform::db::{Db, Stmt};
use captely_platform::ids::WorkspaceId;

use crate::program::Room;

/// A room whose own workspace was granted 5 credits and has spent one.
fn room() -> Room {
    let room = Room::new();
    room.run(&["migrate", "--data-dir", "data"]).expect(0);
    on_ledger(&room, async |db, ledger| {
        let mut tx = db.writer().await.unwrap();
        let new = NewGrant {
            source: GrantSource::Package,
            amount: Credits::whole(5),
            priority: None,
            effective_at: None,
            expires_at: None,
            rollover: None,
            note: "Starter pack".to_owned(),
        };
        ledger.grant(&mut tx, WorkspaceId::LOCAL, &Key::new("g"), &new).await.unwrap();
        let purpose = Purpose { provider: Some("hunter".to_owned()), ..Purpose::default() };
        let (key, action) = (Key::new("c"), Action::EmailReveal);
        let order = Order { key, action, quantity: 1, purpose, run_max: None };
        let charged = ledger.charge(&mut tx, WorkspaceId::LOCAL, &[order]).await.unwrap();
        assert!(charged[0].is_ok());
        tx.commit().await.unwrap();
    });
    room
}

fn on_ledger(room: &Room, work: impl AsyncFnOnce(&Db, &Ledger)) {
    let url = format!("sqlite:{}", room.path().join("data/captely.db").display());
    captely_testkit::run(async {
        let db = Db::open(&url, &captely_testkit::db_options()).await.unwrap();
        let ids = Arc::new(captely_testkit::ids());
        let policy = Policy { unlimited: false, ..Policy::unlimited() };
        let ledger = Ledger::new(db.clone(), ids, Arc::new(SystemClock), policy);
        work(&db, &ledger).await;
        db.close().await;
    });
}

#[test]
fn balance_history_and_usage_are_shown_for_people_and_machines() {
    let room = room();
    let ran = room.run(&["credits", "--data-dir", "data"]);
    ran.expect(0);
    for words in ["unlimited", "Starter pack", "email_verification  0.500"] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let seen = room.run(&["credits", "--data-dir", "data", "--json"]);
    seen.expect(0);
    let sums = ["balance", "spent", "granted"].map(|name| seen.json()[name].clone());
    assert_eq!(sums, ["4", "1", "5"]);
    let seen =
        room.run(&["credits", "history", "--kind", "charge", "--data-dir", "data", "--json"]);
    seen.expect(0);
    assert_eq!(seen.json()["items"][0]["change"], "-1");
    assert_eq!(seen.json()["items"].as_array().map(Vec::len), Some(1));
    let seen = room.run(&["credits", "usage", "--by", "provider", "--data-dir", "data", "--json"]);
    seen.expect(0);
    assert_eq!(seen.json()["items"][0]["of"], "hunter");
    assert_eq!(seen.json()["total"]["net"], "1");
    let other = room.run(&["credits", "--sandbox", "7", "--data-dir", "data", "--json"]);
    other.expect(0);
    assert_eq!(other.json()["granted"], "0");
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let room = Room::new();
    room.run(&["credits", "history", "--kind", "theft", "--data-dir", "data"])
        .expect(2)
        .says("adjust_take");
    room.run(&["credits", "history", "--from", "noon", "--data-dir", "data"])
        .expect(2)
        .says("--from");
    room.run(&["credits", "usage", "--to", "noon", "--data-dir", "data"])
        .expect(2)
        .says("2026-01-31");
    room.run(&["credits", "--workspace", "me"]).expect(2).says("ws_");
    let nowhere = ["--workspace", "ws_000000000000000000000000000000ff", "--data-dir", "data"];
    room.run(&[&["ledger", "verify"], &nowhere[..]].concat()).expect(2).says("has no ledger here");
}

#[test]
fn a_ledger_that_is_wrong_is_told_and_ends_with_1() {
    let room = room();
    let ran = room.run(&["ledger", "verify", "--data-dir", "data", "--json"]);
    ran.expect(0);
    assert_eq!((&ran.json()["right"], &ran.json()["entries"]), (&true.into(), &2.into()));
    on_ledger(&room, async |db, _ledger| {
        let mut tx = db.writer().await.unwrap();
        tx.run(Stmt::text("UPDATE credit_grant SET amount = amount + 1", [])).await.unwrap();
        tx.commit().await.unwrap();
    });
    let ran = room.run(&["ledger", "verify", "--data-dir", "data"]);
    ran.expect(1).says("wrong in 1 of 1 workspaces").says("its entries gave it 5000");
    let ran = room.run(&["ledger", "verify", "--data-dir", "data", "--json"]);
    ran.expect(1);
    assert_eq!(ran.json()["right"], false);
    assert_eq!(ran.json()["error"]["exit"], 1);
    assert_eq!(ran.json()["wrong"][0]["workspace"], WorkspaceId::LOCAL.to_string());
}
