//! `captely verify --with`: an outside verifier, against the sandbox's ZeroBounce and Twilio and their ledgers.

use crate::program::Room;
use crate::served::Served;
use crate::verify::columns;
use crate::verify_remembered::emails;

#[test]
fn what_is_open_is_asked_within_the_budget_and_once() {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "3", "--latency-ms", "0-0"]);
    let world = served.truth();
    let domain = |email: &str| email.split_once('@').map(|(_, domain)| domain.to_owned());
    // A domain's own people, so that its host is the one that takes any name.
    let domains: Vec<_> = columns(&world, "domain").into_iter().map(Some).collect();
    let open = emails(&served, "catch_all");
    let open: Vec<_> = open.iter().filter(|email| domains.contains(&domain(email))).collect();
    let normal = &emails(&served, "normal")[..5];
    let rows = open.iter().copied().chain(normal).cloned().collect::<Vec<_>>().join("\n");
    room.write("list.csv", format!("Email\n{rows}\n"));
    let base = ["verify", "list.csv", "-o", "out.csv", "--sandbox", served.http(), "--json"];
    let base = [&base[..], &["--data-dir", "data", "--with", "zerobounce"]].concat();
    room.run(&base).expect(2).says("--budget");
    let dry = room.run(&[&base[..], &["--budget", "1000", "--dry-run"]].concat());
    dry.expect(0).says("addresses to ask ZeroBounce about: at most $");
    assert_eq!((served.ledger("calls"), &dry.json()["outside"]["asked"]), (0.0, &0.into()));
    let before = dry.json()["statuses"]["accept_all"].as_u64().expect("some are open");
    assert!(before > 3, "{before}");
    let few = room.run(&[&base[..], &["--budget", "2"]].concat());
    few.expect(6);
    assert_eq!(few.json()["outside"]["asked"], 2, "{few:?}");
    let all = room.run(&[&base[..], &["--budget", "$5"]].concat());
    all.expect(0);
    let json = all.json();
    assert_eq!(json["outside"]["asked"].as_u64(), Some(before - 2), "{json}");
    let told = few.json()["outside"]["cost_usd"].as_f64().unwrap_or(0.0)
        + json["outside"]["cost_usd"].as_f64().unwrap_or(0.0);
    assert!((told - served.ledger("charged_usd")).abs() < 1e-6, "{told} told: {json}");
    let out = room.read("out.csv");
    let reasons = columns(&out, "reason");
    let said = reasons.iter().filter(|reason| reason.contains("ZeroBounce says")).count();
    assert_eq!(u64::try_from(said).ok(), Some(before), "{out}");
    let calls = served.ledger("calls");
    let again = room.run(&[&base[..], &["--budget", "$5"]].concat()).json();
    assert_eq!((served.ledger("calls"), &again["outside"]["asked"]), (calls, &0.into()), "{again}");
    assert!(served.ledger("charged_twice") < 1.0);
}

#[test]
fn what_the_own_list_blocks_is_not_paid_for() {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "3", "--latency-ms", "0-0"]);
    let open = emails(&served, "catch_all");
    room.write("list.csv", format!("Email\n{}\n{}\n", open[0], open[1]));
    room.write("block.txt", format!("{}\n", open[0]));
    let words = ["verify", "list.csv", "-o", "out.csv", "--sandbox", served.http(), "--json"];
    let with = ["--data-dir", "data", "--with", "zerobounce", "--budget", "9", "--with-all"];
    let own = ["--set", "verify.own_block_list=block.txt"];
    let words = [&words[..], &with[..], &own[..]].concat();
    for _again in 0..2 {
        let json = room.run(&words).json();
        let reasons = columns(&room.read("out.csv"), "reason");
        assert!(reasons[0].contains("own list") && !reasons[0].contains("ZeroBounce"));
        assert!(reasons[1].contains("ZeroBounce says"), "{reasons:?} {json}");
    }
    assert!((served.ledger("calls") - 1.0).abs() < 1e-6);
}

#[test]
fn each_valid_number_is_asked_about_once_and_its_network_says_whether_it_is_in_use() {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "3", "--latency-ms", "0-0"]);
    let mut numbers = columns(&served.truth(), "phone");
    numbers.retain(|number| number.starts_with('+'));
    numbers.sort();
    numbers.dedup();
    numbers.truncate(40);
    assert_eq!(numbers.len(), 40);
    let otherwise: Vec<_> = numbers.iter().map(|number| format!("tel:{number}")).collect();
    // valid by its plan, and nobody's in the sandbox; then too short; then nothing
    let others = ["+1 202 555 0200", "+44 7400 00", ""].map(str::to_owned);
    let rows = [&numbers[..], &otherwise, &others].concat().join("\n");
    room.write("list.csv", format!("Name,Phone\nAda,{}\n", rows.replace('\n', "\nAda,")));
    let place = ["--sandbox", served.http(), "--json", "--data-dir", "data"];
    let deep = "checkers.twilio-lookup.line_status=true";
    let swift = "checkers.twilio-lookup.calls_per_minute=100000";
    let with = ["--with", "twilio-lookup", "--set", deep, "--set", swift];
    let base = [&["verify", "list.csv", "-o", "out.csv"], &place[..], &with].concat();
    let asked = u64::try_from(numbers.len()).expect("few") + 1;
    let dry = room.run(&[&base[..], &["--budget", "1000", "--dry-run"]].concat());
    dry.expect(0).says(&format!("{asked} phone numbers to ask Twilio Lookup about: at most $"));
    assert_eq!((served.ledger("calls"), &dry.json()["outside"]["asked"]), (0.0, &0.into()));
    let few = room.run(&[&base[..], &["--budget", "2"]].concat());
    few.expect(6);
    let counts = few.json()["outside"].clone();
    assert_eq!((&counts["asked"], &counts["short_of_budget"]), (&2.into(), &(asked - 2).into()));
    let all = room.run(&[&base[..], &["--budget", "$5"]].concat());
    all.expect(0);
    let json = all.json();
    assert_eq!(json["outside"]["asked"].as_u64(), Some(asked - 2), "{json}");
    let cost = |json: &serde_json::Value| json["outside"]["cost_usd"].as_f64().unwrap_or(0.0);
    let told = cost(&few.json()) + cost(&json);
    assert!((told - served.ledger("charged_usd")).abs() < 1e-6, "{told} told: {json}");
    let out = room.read("out.csv");
    let found = columns(&out, "status").into_iter().zip(columns(&out, "safe"));
    let mut seen = std::collections::BTreeMap::<&str, u64>::new();
    for (row, (status, safe)) in out.lines().skip(1).zip(found) {
        let line =
            [", active (asked", ", inactive (asked", ", unreachable (asked", "says valid=false"]
                .into_iter()
                .find(|words| row.contains(*words))
                .unwrap_or_default();
        let expected = match line {
            ", active (asked" => ("valid", "safe"),
            ", unreachable (asked" => ("valid", "risky"),
            ", inactive (asked" | "says valid=false" => ("invalid", "invalid"),
            _ => continue,
        };
        assert_eq!((status.as_str(), safe.as_str()), expected, "{row}");
        *seen.entry(line).or_default() += 1;
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
    let said = out.matches("Twilio Lookup says").count();
    assert_eq!(u64::try_from(said).ok(), Some(2 * asked - 1), "both rows of each: {out}");
    let calls = served.ledger("calls");
    let again = room.run(&[&base[..], &["--budget", "$5"]].concat()).json();
    assert_eq!((served.ledger("calls"), &again["outside"]["asked"]), (calls, &0.into()), "{again}");
    let one = out.lines().find(|row| row.contains(", active (asked")).expect("somebody is there");
    let number = one.split([',', '\'']).find(|cell| cell.starts_with('+')).expect("a number");
    let one = room.run(&[&["verify", number, "--budget", "1"], &place[..], &with].concat()).json();
    let outside = &one["results"][0]["details"]["outside"];
    assert_eq!((&outside["line_status"], &outside["valid"]), (&"active".into(), &true.into()));
    assert!(outside["carrier"].is_string() && outside["type"].is_string(), "{one}");
    assert!(out.contains(one["results"][0]["checked_at"].as_str().expect("a time")), "{one}");
    assert!(served.ledger("charged_twice") < 1.0 && served.ledger("calls") - calls < 1.0);
    let none = [&["verify", "a@nobody.test", "--budget", "1"], &place[..], &with].concat();
    room.run(&none).expect(0).says("Twilio Lookup checks phone numbers, and there are none");
}

#[test]
fn nobody_is_asked_without_a_key_a_level_or_a_known_name() {
    let room = Room::new();
    let budget = ["--budget", "5"];
    let with = |name: &'static str| ["verify", "a@gmail.com", "--data-dir", "data", "--with", name];
    let unknown = room.run(&[&with("nobody")[..], &budget].concat());
    unknown.expect(2).says("no such verifier").says("zerobounce");
    unknown.says("twilio-lookup for phone numbers");
    room.run(&[&with("twilio-lookup")[..], &budget].concat()).expect(5).says("TWILIO_API_KEY_SID");
    room.run(&[&with("zerobounce")[..], &budget].concat()).expect(5).says("ZEROBOUNCE_API_KEY");
    let shallow = [&with("zerobounce")[..], &budget, &["--level", "syntax", "--sandbox"]].concat();
    room.run(&shallow).expect(2).says("beyond syntax");
}
