use crate::program::Room;

/// A name server that is not there: the machine as good as offline.
const OFFLINE: (&str, &str) = ("CAPTELY_VERIFY_DNS_SERVERS", "127.0.0.1:1");

#[test]
fn offline_and_without_keys_is_fine_and_said_clearly() {
    let room = Room::new();
    let ran = room.run_with(&["doctor", "--timeout-s", "1", "--json"], &[OFFLINE]);
    ran.expect(0);
    let json = ran.json();
    assert_eq!(json["ok"], true);
    let checks = json["checks"].as_array().expect("a list");
    let state = |name: &str| {
        let found = checks.iter().find(|c| c["check"].as_str().unwrap_or("").starts_with(name));
        let found = found.unwrap_or_else(|| panic!("{name} in {json}"));
        (found["state"].as_str().unwrap_or("").to_owned(), found["unlocks"].is_string())
    };
    assert_eq!(state("data folder"), ("works".to_owned(), false));
    assert_eq!(state("database"), ("works".to_owned(), false));
    assert_eq!(state("name servers"), ("broken".to_owned(), true));
    assert_eq!(state("mail servers"), ("broken".to_owned(), true));
    assert_eq!(state("key of Hunter"), ("missing".to_owned(), true));
}

#[test]
fn a_broken_database_ends_it_with_an_error() {
    let room = Room::new();
    let variables = [OFFLINE, ("DATABASE_URL", "postgres://ann:pw@127.0.0.1:1/x")];
    let ran = room.run_with(&["doctor", "--timeout-s", "1"], &variables);
    ran.expect(5).says("something that every job needs is broken").says("database: ");
    assert!(ran.out.contains("broken"), "{}", ran.out);
    let ran = room.run_with(&["doctor", "--timeout-s", "1", "--json"], &variables);
    ran.expect(5);
    assert_eq!(ran.json()["ok"], false);
    assert_eq!(ran.json()["error"]["exit"], 5);
}

#[test]
fn a_file_with_keys_that_others_can_read_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let room = Room::with(&[("captely.toml", "[providers.hunter]\nkey = 'k'\n")]);
    let set = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(room.path().join("captely.toml"), mode).expect("chmod");
    };
    let run = || room.run_with(&["doctor", "--timeout-s", "1"], &[OFFLINE]).out;
    set(0o644);
    assert!(run().contains("can be read by others"));
    set(0o600);
    assert!(!run().contains("can be read by others"));
}
