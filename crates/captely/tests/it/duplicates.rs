use captely_contact::{Person, Timestamp};
use captely_crm::{NewContact, add_contacts};
use captely_platform::db::Db;
use captely_platform::ids::WorkspaceId;

use crate::program::Room;

fn person(first_name: &str) -> NewContact {
    let person = Person {
        first_name: first_name.to_owned(),
        last_name: "Okaforwitz".to_owned(),
        company: "Silks".to_owned(),
        title: "Dyer of fine cloth".to_owned(),
        country: "NG".to_owned(),
        ..Person::default()
    };
    NewContact { person, ..NewContact::default() }
}

/// A room whose own workspace has two contacts that may be one.
fn room() -> Room {
    let room = Room::new();
    room.run(&["migrate", "--data-dir", "data"]).expect(0);
    let url = format!("sqlite:{}", room.path().join("data/captely.db").display());
    captely_testkit::run(async {
        let db = Db::open(&url, &captely_testkit::db_options()).await.unwrap();
        let (ids, now) = (captely_testkit::ids(), Timestamp::micros(1));
        let mut tx = db.writer().await.unwrap();
        let people = [person("Nkechukwu"), person("Nkechukwo")];
        let made = add_contacts(&mut tx, &ids, WorkspaceId::LOCAL, &people, now).await.unwrap();
        assert_ne!(made[0], made[1]);
        tx.commit().await.unwrap();
        db.close().await;
    });
    room
}

fn ask(room: &Room, words: &[&str]) -> serde_json::Value {
    let ran = room.run(&[&["duplicates"], words, &["--data-dir", "data", "--json"]].concat());
    ran.expect(0);
    ran.json()
}

fn tell(room: &Room, words: &[&str], said: &str) {
    room.run(&[&["duplicates"], words, &["--data-dir", "data"]].concat()).expect(0);
    let ran = room.run(&[&["duplicates"], words, &["--data-dir", "data"]].concat());
    ran.expect(0);
    assert!(ran.out.contains(said), "{said}: {}", ran.out);
}

#[test]
fn two_contacts_become_one_and_two_again() {
    let room = room();
    let found = ask(&room, &["find"]);
    assert_eq!((&found["contacts"], &found["asked"]), (&2.into(), &1.into()));
    let items = ask(&room, &["list", "--min-percent", "50"])["items"].clone();
    let pair = items[0]["id"].as_str().unwrap();
    tell(&room, &["list"], "Okaforwitz");
    tell(&room, &["show", pair], "speaks");
    let other = items[0]["b"]["id"].as_str().unwrap();
    let merge = ["merge", pair, "--keep", other, "--take", "first_name=gone"];
    let merge = ask(&room, &merge)["merge_id"].as_str().unwrap().to_owned();
    let shown = ask(&room, &["show", pair]);
    assert_eq!((&shown["state"], &shown["merge_id"]), (&"merged".into(), &merge.clone().into()));
    assert_eq!(shown["b"]["fields"]["first_name"], shown["a"]["fields"]["first_name"]);
    assert_eq!(ask(&room, &["list"])["items"], serde_json::json!([]));
    assert_eq!(ask(&room, &["undo", &merge])["kept"], other);
    let shown = ask(&room, &["show", pair]);
    assert_eq!(shown["state"], "dismissed");
    assert_ne!(shown["b"]["fields"]["first_name"], shown["a"]["fields"]["first_name"]);
    assert_eq!(ask(&room, &["find", "--merge-same"])["merged"], 0);
}

#[test]
fn a_workspace_says_whether_imports_merge() {
    let room = room();
    assert_eq!(ask(&room, &["settings"])["merge_same"], false);
    for set in [true, false] {
        let said = ["settings", "--merge-same", if set { "true" } else { "false" }];
        assert_eq!(ask(&room, &said)["merge_same"], set);
        assert_eq!(ask(&room, &["settings"])["merge_same"], set);
    }
    tell(&room, &["settings"], "none are merged");
    tell(&room, &["settings", "--merge-same", "true"], "are merged, and the rest");
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let room = room();
    let run =
        |words: &[&str]| room.run(&[&["duplicates"], words, &["--data-dir", "data"]].concat());
    let nobody = "pair_019900000000700080000000000000ab";
    run(&["show", nobody]).expect(2).says("there is no pair");
    run(&["merge", nobody, "--take", "title"]).expect(2).says("title=gone");
    run(&["dismiss", "con_1"]).expect(2).says("pair_");
    run(&["undo", "merge_019900000000700080000000000000ab"]).expect(2).says("there is no merge");
}
