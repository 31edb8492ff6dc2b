use std::net::UdpSocket;

use captely_testkit::Bucket;

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
fn what_the_server_lacks_is_said() {
    let room = Room::new();
    let server = |variables: &[(&str, &str)]| {
        let words = ["doctor", "--timeout-s", "1", "--json"];
        let ran = room.run_with(&words, &[&[OFFLINE], variables].concat());
        let checks = ran.json()["checks"].as_array().expect("a list").clone();
        ["keys", "address", "mail"].map(|name| {
            let name = format!("{name} of the server");
            let found = checks.iter().find(|check| check["check"] == name.as_str());
            let found = found.unwrap_or_else(|| panic!("{name} in {ran:?}"));
            let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
            assert_eq!(found["unlocks"].is_string(), text("state") != "works", "{found}");
            (text("state"), text("message"))
        })
    };
    let check = |found: &(String, String), state: &str, word: &str| {
        assert!(found.0 == state && found.1.contains(word), "{found:?}, not {state} with {word}");
    };
    let [keys, address, mail] = server(&[]);
    check(&keys, "works", "will be made");
    check(&address, "works", "http://127.0.0.1:8080 leads to this machine alone");
    check(&mail, "missing", "not sent; set SMTP_SERVER or RESEND_API_KEY");
    let key = "ab".repeat(32);
    let [keys, address, mail] = server(&[
        ("ENCRYPTION_KEY", &key),
        ("PUBLIC_URL", "https://app.example.com"),
        ("SMTP_SERVER", "smtp.example.com"),
    ]);
    check(&keys, "works", "set");
    check(&address, "works", "https://app.example.com");
    check(&mail, "works", "smtp.example.com:587; not tried");
    let [keys, address, mail] = server(&[
        ("DATABASE_URL", "postgres://ann:pw@127.0.0.1:1/x"),
        ("CAPTELY_SERVER_LISTEN", "0.0.0.0:80"),
        ("RESEND_API_KEY", "re_1"),
    ]);
    check(&keys, "limited", "set ENCRYPTION_KEY");
    check(&address, "limited", "in the clear");
    check(&mail, "works", "Resend; not tried");
}

#[test]
fn files_are_written_and_read_where_they_will_be() {
    let room = Room::new();
    let look = |variables: &[(&str, &str)]| {
        let words = ["doctor", "--timeout-s", "20", "--json", "--data-dir", "d"];
        let ran = room.run_with(&words, &[&[OFFLINE], variables].concat());
        let checks = ran.json()["checks"].as_array().expect("a list").clone();
        let found = checks.iter().find(|check| check["check"] == "store of files");
        let found = found.unwrap_or_else(|| panic!("no store in {ran:?}"));
        let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
        (text("state"), text("message"))
    };
    let (state, says) = look(&[]);
    assert!(state == "works" && says.ends_with("d/files: written and read"), "{state}: {says}");
    let left = std::fs::read_dir(room.path().join("d/files")).expect("made").count();
    assert_eq!(left, 0, "the probe is removed");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let Bucket { server, config } = runtime.block_on(captely_testkit::bucket());
    let at = server.endpoint();
    let variables = |secret| {
        [
            ("S3_BUCKET_RAW", config.bucket.as_str()),
            ("AWS_ACCESS_KEY_ID", config.key_id.as_str()),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_ENDPOINT_URL", at.as_str()),
        ]
    };
    let (state, says) = look(&variables(config.secret.expose()));
    assert!(
        state == "works" && says.contains("bucket captely-raw-files at http"),
        "{state}: {says}"
    );
    assert_eq!(server.keys(), [""; 0]);
    let (state, says) = look(&variables("another-secret"));
    assert!(state == "broken" && says.contains("refuses us"), "{state}: {says}");
    assert!(!says.contains("another-secret"), "{says}");
}

#[test]
fn checkers_matter_once_they_are_switched_on() {
    let on = "[checkers.twilio-lookup]\nenabled = true\nkey = 'SK1'\n";
    let room = Room::with(&[("captely.toml", on)]);
    let ran = room.run_with(&["doctor", "--timeout-s", "1", "--json"], &[OFFLINE]);
    ran.expect(0);
    let checks = ran.json()["checks"].to_string();
    assert!(checks.contains("set TWILIO_API_KEY_SECRET"), "{checks}");
    assert!(checks.contains("checks of phones by Twilio Lookup"), "{checks}");
    assert!(!checks.contains("key of ZeroBounce"), "{checks}");
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

/// A time server that is ahead by so many seconds of whoever asks; it ends with the test's process.
fn time_server(ahead_s: u64) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let at = socket.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        let mut packet = [0; 48];
        while let Ok((_, from)) = socket.recv_from(&mut packet) {
            let asked = u64::from_be_bytes(packet[40..].try_into().expect("8 bytes"));
            let now = (asked + (ahead_s << 32)).to_be_bytes();
            let mut answer = [0; 48];
            // Version 4, mode 4 (server), stratum 2.
            answer[..2].copy_from_slice(&[0b00_100_100, 2]);
            answer[24..32].copy_from_slice(&asked.to_be_bytes());
            answer[32..40].copy_from_slice(&now);
            answer[40..].copy_from_slice(&now);
            let _ = socket.send_to(&answer, from);
        }
    });
    at
}

#[test]
fn the_host_is_looked_at_and_every_fault_has_its_remedy() {
    let room = Room::new();
    let served = Served::start(&room, &["--limits", "off"]);
    let of = |name: &str| served.addresses[name].as_str().expect("an address").to_owned();
    let (dns, right) = (of("dns"), time_server(0));
    let mut variables = vec![
        ("CAPTELY_VERIFY_DNS_SERVERS", dns.as_str()),
        ("CAPTELY_VERIFY_BLOCK_LISTS", "list.example.com"),
        ("CAPTELY_VERIFY_PUBLIC_ADDRESS", "198.51.100.1"),
        ("CAPTELY_DOCTOR_NTP_SERVER", right.as_str()),
    ];
    let words = ["doctor", "--probe-domain", "example.com", "--address", "203.0.113.7", "--json"];
    let ran = room.run_with(&words, &variables);
    ran.expect(0);
    let checks = ran.json()["checks"].as_array().expect("a list").clone();
    let found = |name: &str| {
        let found = checks.iter().find(|c| c["check"].as_str().unwrap_or("").starts_with(name));
        found.unwrap_or_else(|| panic!("{name} in {ran:?}"))
    };
    for (check, code, state) in [
        ("name servers", "dns_answers", "works"),
        ("DNS over TCP", "dns_tcp_works", "works"),
        ("made-up names", "dns_honest", "works"),
        ("DNSSEC", "dnssec_absent", "missing"),
        ("mail servers", "not_tried", "missing"),
        ("public address", "address_known", "works"),
        ("reverse DNS", "ptr_missing", "missing"),
        ("HELO name", "helo_not_public", "limited"),
        ("sender domain", "sender_null", "missing"),
        ("block list list.example.com", "list_dead", "missing"),
        ("clock", "clock_right", "works"),
    ] {
        let found = found(check);
        assert_eq!((found["code"].as_str(), found["state"].as_str()), (Some(code), Some(state)));
        assert_eq!(found["unlocks"].is_string(), state != "works", "{found}");
        assert_eq!(found["mend"].is_string(), state != "works", "{found}");
    }
    // The argument overrules the setting.
    assert!(found("public address")["message"].as_str().unwrap_or("").contains("203.0.113.7"));
    let wrong = time_server(100);
    variables[3].1 = &wrong;
    let ran = room.run_with(&words[..5], &variables);
    ran.expect(0);
    assert!(ran.out.contains("to mend: "), "{}", ran.out);
    assert!(ran.out.contains("100 s behind"), "{}", ran.out);
}

#[test]
fn settings_that_name_no_address_domain_or_server_are_refused() {
    let room = Room::new();
    for (variable, value) in [
        ("CAPTELY_VERIFY_PUBLIC_ADDRESS", "here"),
        ("CAPTELY_VERIFY_BLOCK_LISTS", "not a zone"),
        ("CAPTELY_DOCTOR_NTP_SERVER", "a b"),
    ] {
        room.run_with(&["doctor"], &[OFFLINE, (variable, value)]).expect(2).says(value);
    }
    let six = ["a", "b", "c", "d", "e", "f"].map(|name| format!("{name}.example.com"));
    let mut words = vec!["doctor", "--json"];
    words.extend(six.iter().flat_map(|domain| ["--probe-domain", domain.as_str()]));
    let ran = room.run_with(&words, &[OFFLINE]);
    assert!(ran.out.contains("probe_domains has 6 entries"), "{ran:?}");
}

#[test]
fn a_variable_that_nothing_reads_is_named() {
    let redis = ("REDIS_URL", "redis://:hunter2@localhost:6379/0");
    let words = ["doctor", "--timeout-s", "1"];
    let ran = Room::new().run_with(&words, &[OFFLINE, redis]);
    ran.expect(0);
    assert!(ran.out.contains("REDIS_URL") && !ran.out.contains("hunter2"), "{}", ran.out);
    let ran = Room::new().run_with(&words, &[OFFLINE]);
    assert!(!ran.out.contains("other systems"), "{}", ran.out);
}
