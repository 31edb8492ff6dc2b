use crate::program::Room;

const FAULTY: &str =
    "[waterfall]\nstop_att = 90\nretries = 99\n[provider.hunter]\nkey = 'k-top-secret'\n";

#[test]
fn every_fault_at_once_with_its_place() {
    let room = Room::with(&[("captely.toml", FAULTY), (".env", "BROKEN LINE\n")]);
    let variables = [("CAPTELY_VERIFY_SMTP_PORT", "0")];
    for command in [&["config", "check"][..], &["doctor"], &["providers"], &["migrate"]] {
        room.run_with(command, &variables)
            .expect(2)
            .says("captely: error: the configuration has 5 faults")
            .says("captely.toml:2: waterfall.stop_att is unknown; did you mean waterfall.stop_at?")
            .says("captely.toml:3: waterfall.retries is 99, but must be from 0 to 10")
            .says("captely.toml:4: provider is unknown; did you mean providers?")
            .says(".env:1: is not NAME=value")
            .says("variable CAPTELY_VERIFY_SMTP_PORT: verify.smtp_port is 0")
            .says("  try: ");
    }
    let ran = room.run_with(&["config", "check", "--json"], &variables);
    ran.expect(2);
    assert_eq!(ran.json()["error"]["details"].as_array().map(Vec::len), Some(5));
}

#[test]
fn check_says_what_was_read() {
    let room = Room::with(&[("captely.toml", "[waterfall]\nretries = 1\n")]);
    let ran = room.run(&["config", "check"]);
    ran.expect(0);
    assert!(ran.out.contains("captely.toml") && ran.out.contains("1 set"), "{}", ran.out);
    assert_eq!(room.run(&["config", "check", "--json"]).json()["faults"], serde_json::json!([]));
}

#[test]
fn show_says_value_and_origin() {
    let room = Room::with(&[
        ("captely.toml", "[waterfall]\nretries = 1\nstop_at = 80\n"),
        ("captely.production.toml", "[waterfall]\nstop_at = 95\n"),
        (".env", "CAPTELY_ENV=production\n"),
    ]);
    let ran = room.run_with(
        &["config", "show", "--json", "--set", "log.level=debug", "--data-dir", "elsewhere"],
        &[("CAPTELY_VERIFY_LEVEL", "mx")],
    );
    ran.expect(0);
    let json = ran.json();
    assert_eq!(json["environment"], "production");
    let settings = json["settings"].as_array().expect("a list").clone();
    let of = |key: &str| {
        let found = settings.iter().find(|entry| entry["key"] == key).expect(key);
        format!("{} from {}", found["value"].as_str().unwrap_or("nothing"), found["from"])
    };
    assert_eq!(of("waterfall.retries"), "1 from \"captely.toml:2\"");
    assert_eq!(of("waterfall.stop_at"), "95 from \"captely.production.toml:2\"");
    assert_eq!(of("verify.level"), "mx from \"variable CAPTELY_VERIFY_LEVEL\"");
    assert_eq!(of("log.level"), "debug from \"argument --set\"");
    assert_eq!(of("data.dir"), "elsewhere from \"argument --data-dir\"");
    assert_eq!(of("waterfall.max_cost_usd"), "nothing from \"default\"");
    let table = room.run(&["config", "show"]);
    table.expect(0).says("read ");
    let line = table.out.lines().find(|line| line.contains("waterfall.stop_at")).expect("a row");
    assert!(line.contains("95") && line.contains("captely.production.toml:2"), "{line}");
}

#[test]
fn show_still_lists_where_something_is_wrong() {
    let room = Room::with(&[("captely.toml", FAULTY)]);
    let ran = room.run(&["config", "show"]);
    ran.expect(2).says("3 faults");
    assert!(ran.out.contains("(refused)") && ran.out.contains("waterfall.cache_days"));
    let ran = room.run(&["config", "show", "--json"]);
    ran.expect(2);
    assert_eq!(ran.json()["error"]["kind"], "usage");
}

#[test]
fn no_secret_comes_out_of_any_command() {
    let file =
        "[providers.apollo]\nkey = 'tell-nobody-1'\nwebhook_url = 'https://x.test/tell-nobody-2'\n";
    let room =
        Room::with(&[("captely.toml", file), (".env", "ICYPEAS_API_SECRET=tell-nobody-3\n")]);
    let variables = [
        ("HUNTER_API_KEY", "tell-nobody-4"),
        ("DATABASE_URL", "postgres://ann:tell-nobody-5@127.0.0.1:1/x"),
        ("CAPTELY_LOG_LEVEL", "trace"),
    ];
    for words in [
        &["config", "show"][..],
        &["config", "show", "--json"],
        &["config", "check"],
        &["providers"],
        &["providers", "--json"],
        &["doctor", "--timeout-s", "1"],
        &["doctor", "--timeout-s", "1", "--json"],
        &["migrate"],
        &["config", "show", "--set", "providers.dropcontact.key=tell-nobody-6"],
    ] {
        let ran = room.run_with(words, &variables);
        assert!(!ran.out.contains("tell-nobody"), "{words:?}: {}", ran.out);
        assert!(!ran.err.contains("tell-nobody"), "{words:?}: {}", ran.err);
    }
    let shown = room.run_with(&["config", "show"], &variables).out;
    assert!(shown.contains("postgres://ann:***@127.0.0.1:1/x"), "{shown}");
    room.run(&["config", "show", "--set", "providers.hunter.key=x"]).expect(2).says("is a secret");
}

#[test]
fn a_named_file_must_exist() {
    Room::new()
        .run(&["config", "check", "--config", "no.toml"])
        .expect(2)
        .says("no.toml: there is no such file");
}
