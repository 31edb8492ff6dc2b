use crate::program::Room;

#[test]
fn single_addresses_and_numbers_offline() {
    let room = Room::new();
    let words =
        ["verify", "Ada@Example.com", "nobody@", "+44 20 7946 0018", "--level", "syntax", "--json"];
    let ran = room.run(&words);
    ran.expect(0);
    let json = ran.json();
    let results = json["results"].as_array().expect("a list");
    let of = |index: usize, name: &str| results[index][name].as_str().unwrap_or("").to_owned();
    assert_eq!(of(0, "input"), "Ada@Example.com");
    assert_eq!(of(0, "level"), "syntax");
    assert_eq!((of(1, "status"), of(1, "safe")), ("invalid".into(), "invalid".into()));
    assert_eq!((of(2, "kind"), of(2, "status")), ("phone".into(), "valid".into()));
    let table = room.run(&["verify", "nobody@", "--level", "syntax"]);
    table.expect(0);
    assert!(table.out.contains("nobody@") && table.out.contains("invalid"), "{}", table.out);
}

#[test]
fn the_level_comes_from_the_settings_too() {
    let room = Room::with(&[("captely.toml", "[verify]\nlevel = 'syntax'\n")]);
    let ran = room.run(&["verify", "a@gmail.com", "--json"]);
    assert_eq!(ran.json()["results"][0]["level"], "syntax");
    room.run(&["verify", "a@gmail.com", "--level", "deep"]).expect(2).says("deep");
}

#[test]
fn an_offline_machine_makes_no_address_invalid() {
    let offline =
        [("CAPTELY_VERIFY_DNS_SERVERS", "127.0.0.1:1"), ("CAPTELY_VERIFY_DNS_TIMEOUT_MS", "500")];
    let ran = Room::new().run_with(&["verify", "a@gmail.com", "--json"], &offline);
    ran.expect(0);
    assert_eq!(ran.json()["results"][0]["status"], "unknown");
}

#[test]
fn what_is_nothing_is_told() {
    let room = Room::new();
    room.run(&["verify"]).expect(2);
    room.run(&["verify", "leads"]).expect(3).says("neither an e-mail address");
}
