use crate::program::Room;

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
    let table = room.run(&["providers"]).out;
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
