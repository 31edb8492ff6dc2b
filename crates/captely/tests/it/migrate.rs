use crate::program::Room;

#[test]
fn the_embedded_database_is_made_once() {
    let room = Room::new();
    let first = room.run(&["migrate", "--json", "--data-dir", "data"]);
    first.expect(0);
    assert_eq!(first.json()["engine"], "sqlite");
    assert!(room.path().join("data/captely.db").is_file());
    let second = room.run(&["migrate", "--json", "--data-dir", "data"]);
    second.expect(0);
    assert_eq!(second.json()["applied"], serde_json::json!([]));
}

#[test]
fn what_cannot_be_opened_is_told_without_the_password() {
    let room = Room::with(&[("file", "")]);
    room.run(&["migrate", "--data-dir", "file/below"]).expect(4).says("cannot be made");
    let url = [("DATABASE_URL", "postgres://ann:pw-secret@127.0.0.1:1/x")];
    let ran = room.run_with(&["migrate"], &url);
    ran.expect(5).says("postgres://ann:***@127.0.0.1:1/x").says("captely doctor");
    assert!(!ran.err.contains("pw-secret"));
}
