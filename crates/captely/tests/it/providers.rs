use crate::program::Room;
use crate::served::Served;

#[test]
fn sheets_with_prices_and_the_state_of_keys() {
    let room = Room::with(&[("captely.toml", "[providers.hunter]\nusd_per_credit = 0.5\n")]);
    let ran = room.run_with(&["providers", "--json"], &[("HUNTER_API_KEY", "h")]);
    ran.expect(0);
    let json = ran.json();
    let all = json["providers"].as_array().expect("a list");
    let names: Vec<_> = all.iter().filter_map(|p| p["name"].as_str()).collect();
    assert_eq!(names, ["icypeas", "dropcontact", "hunter", "apollo"]);
    assert_eq!(all[2]["key"]["state"], "set");
    assert_eq!(all[2]["usd_per_credit"], 0.5);
    assert_eq!(all[2]["email_usd_max"], 0.5);
    assert_eq!(all[0]["key"]["state"], "missing");
    let checkers = json["checkers"].as_array().expect("a list");
    let names: Vec<_> = checkers.iter().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!(names, ["zerobounce", "hunter-verifier", "twilio-lookup"]);
    assert_eq!(checkers[1]["key"]["state"], "set", "Hunter's key serves both");
    assert_eq!((&checkers[1]["enabled"], &checkers[2]["checks"]), (&false.into(), &"phone".into()));
    let table = room.run(&["providers"]).out;
    assert!(table.contains("missing: set TWILIO_API_KEY_SID"), "{table}");
    assert!(table.contains("missing: set ICYPEAS_API_KEY"), "{table}");
    assert!(table.contains("What is charged when:"), "{table}");
}

#[test]
fn a_check_without_any_working_key_has_nothing_to_work_with() {
    let room = Room::new();
    room.run(&["providers", "--check"]).expect(5).says("no provider takes a key of yours");
    // A port that nobody listens at stands for a provider that cannot be reached.
    let base = "[providers.hunter]\nkey = 'k'\nbase = 'http://127.0.0.1:1'\n";
    let ran = Room::with(&[("captely.toml", base)]).run(&["providers", "--check", "--json"]);
    ran.expect(5);
    let first = ran.out.lines().next().expect("the table's object");
    let json: serde_json::Value = serde_json::from_str(first).expect("JSON");
    assert_eq!(json["providers"][2]["key"]["state"], "fails");
}

/// A key that a sandbox gave out, and one that it did not.
#[test]
fn a_check_asks_the_checkers_too() {
    let served = Served::start(&Room::new(), &["--latency-ms", "0-0"]);
    let config = format!(
        "[checkers.zerobounce]\nkey = 'sandbox-zerobounce-key'\nbase = '{0}/zerobounce/v2'\n\
         [checkers.twilio-lookup]\nkey = 'sandbox-twilio-key'\nsecret = 'wrong'\n\
         base = '{0}/twilio'\n",
        served.http()
    );
    let room = Room::with(&[("captely.toml", &config)]);
    let ran = room.run(&["providers", "--check", "--json"]);
    ran.expect(0);
    let checkers = ran.json()["checkers"].clone();
    assert_eq!(checkers[0]["key"]["state"], "works");
    assert_eq!(checkers[0]["key"]["credits"], 100_000);
    assert_eq!(checkers[2]["key"]["state"], "fails");
    assert_eq!(checkers[2]["key"]["detail"], "refused the key: Authenticate");
    let secret = "TWILIO_API_KEY_SECRET";
    let ran = room.run_with(&["providers", "--check"], &[(secret, "sandbox-twilio-secret")]);
    assert!(!ran.out.contains("refused the key"), "{ran:?}");
}
