use crate::program::Room;
use crate::served::Served;

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
    assert_eq!(state("mail servers"), ("missing".to_owned(), true));
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

#[test]
fn a_folder_that_another_holds_is_said_to_be_in_use() {
    let room = Room::new();
    room.run_with(&["doctor", "--timeout-s", "1", "--data-dir", "d"], &[OFFLINE]).expect(0);
    let lock =
        std::fs::File::options().write(true).open(room.path().join("d/lock")).expect("there");
    lock.try_lock().expect("free");
    let words = ["doctor", "--timeout-s", "1", "--data-dir", "d", "--json"];
    let ran = room.run_with(&words, &[OFFLINE]);
    ran.expect(0);
    let text = ran.json()["checks"].to_string();
    assert!(text.contains("another captely is running on the data directory"), "{text}");
}

#[test]
fn name_servers_and_mail_servers_are_greeted() {
    let room = Room::new();
    let served = Served::start(&room, &["--limits", "off"]);
    let truth = served.truth();
    let normal = truth.lines().find(|row| row.contains(",exists,normal,")).expect("a normal host");
    let columns: Vec<&str> = truth.lines().next().unwrap_or("").split(',').collect();
    let at = columns.iter().position(|name| *name == "domain").expect("a column");
    let domain = normal.split(',').nth(at);
    let of = |name: &str| served.addresses[name].as_str().expect("an address").to_owned();
    let (dns, smtp) = (of("dns"), of("smtp"));
    let variables = [
        ("CAPTELY_VERIFY_DNS_SERVERS", dns.as_str()),
        ("CAPTELY_VERIFY_SMTP_PORT", smtp.rsplit(':').next().expect("a port")),
        ("CAPTELY_VERIFY_ALLOW_PRIVATE_HOSTS", "true"),
    ];
    let states = |domain: &str| {
        let ran = room.run_with(&["doctor", "--json", "--probe-domain", domain], &variables);
        ran.expect(0);
        let checks = ran.json()["checks"].as_array().expect("a list").clone();
        ["name servers", "mail servers"].map(|name| {
            let found = checks.iter().find(|c| c["check"].as_str().unwrap_or("").starts_with(name));
            found.expect("a check")["state"].as_str().unwrap_or("").to_owned()
        })
    };
    assert_eq!(states(domain.expect("a domain")), ["works", "works"]);
    // An answer that there is no such name is an answer.
    assert_eq!(states("no-such-name-at-all.com"), ["works", "missing"]);
}
