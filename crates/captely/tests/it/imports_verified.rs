//! Imports whose addresses are checked, by the command line and by a server, against the sandbox's mail servers.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use captely_testkit::TestDb;
use serde_json::{Value, json};

use crate::http::PATIENCE;
use crate::program::Room;
use crate::served::Served;
use crate::serving::{Serving, UNLIMITED};
use crate::verify::columns;
use crate::verify_remembered::emails;

/// Settings by which the mail servers of a world are asked in place of the real ones.
fn of_world(served: &Served) -> Vec<String> {
    let text = |name: &str| served.addresses[name].as_str().expect("an address").to_owned();
    let port = text("smtp").rsplit_once(':').expect("a port").1.to_owned();
    [
        format!("verify.dns_servers={}", text("dns")),
        format!("verify.smtp_port={port}"),
        "verify.allow_private_hosts=true".to_owned(),
    ]
    .into_iter()
    .flat_map(|setting| ["--set".to_owned(), setting])
    .collect()
}

/// What `captely verify` says of these addresses, as many of each status.
fn expected(room: &Room, served: &Served, addresses: &[String]) -> Value {
    room.write("expected.csv", format!("Email\n{}\n", addresses.join("\n")));
    let words = ["verify", "expected.csv", "-o", "verified.csv", "--data-dir", "other"];
    room.run(&[&words[..], &["--sandbox", served.http()]].concat()).expect(0);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for status in columns(&room.read("verified.csv"), "status") {
        *counts.entry(status).or_default() += 1;
    }
    assert!(counts["valid"] > 100, "{counts:?}");
    json!(counts)
}

#[test]
fn the_command_line_checks_what_it_has_imported() {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "3"]);
    let addresses = emails(&served, "normal");
    let rows: Vec<String> =
        addresses.iter().enumerate().map(|(n, email)| format!("Person N{n},{email}")).collect();
    room.write("list.csv", format!("name,email\n{}\nNobody Known,\n", rows.join("\n")));
    let world = of_world(&served);
    let world: Vec<&str> = world.iter().map(String::as_str).collect();
    let words = [&["import", "list.csv", "--data-dir", "data"], &world[..]].concat();
    let plain = room.run(&[&words[..], &["--json"]].concat());
    plain.expect(0);
    assert_eq!(plain.json()["verified"], Value::Null, "nobody asked for it");
    let done = room.run(&[&words[..], &["--verify", "--json"]].concat());
    done.expect(0);
    let done = done.json();
    let verified = &done["verified"];
    let n = u64::try_from(addresses.len()).unwrap();
    assert_eq!((&verified["status"], &verified["trouble"]), (&"done".into(), &Value::Null));
    assert_eq!(verified["counts"]["rows"], n + 1, "{verified}");
    assert_eq!(verified["counts"]["without_address"], 1, "{verified}");
    let expected = expected(&room, &served, &addresses);
    assert_eq!(verified["counts"]["statuses"], expected, "{verified}");
    let id = done["import"].as_str().expect("an id");
    let shown = room.run(&["imports", "show", id, "--data-dir", "data"]);
    shown.expect(0);
    for said in [
        format!("addresses of {} row(s): ", n + 1),
        format!("{} valid, 1 without one", expected["valid"]),
    ] {
        assert!(shown.out.contains(&said), "{said}: {}", shown.out);
    }
    let refused = [&words[..], &["--verify", "--set", "verify.level=syntax"]].concat();
    let refused = room.run(&refused);
    refused.expect(2);
    assert!(refused.err.contains("verify.level is syntax"), "{}", refused.err);
}

fn check(more: &[&str]) {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "3"]);
    let addresses = emails(&served, "normal");
    let world = of_world(&served);
    let world: Vec<&str> = world.iter().map(String::as_str).collect();
    let server = Serving::start(&room, &[&UNLIMITED, &world[..], more].concat());
    let session = server.client().set_up("ada@example.com");
    let client = server.client().bearing(&session.access);
    let leads: Vec<Value> = addresses
        .iter()
        .enumerate()
        .map(|(n, email)| json!({"name": format!("Person N{n}"), "email": email}))
        .collect();
    let import = |verify: Option<bool>| {
        let mut body = json!({"leads": leads});
        if let Some(verify) = verify {
            body["verify"] = verify.into();
        }
        let done = client.post("/api/imports/leads", &body).expect(201).json();
        done["import_id"].as_str().expect("an id").to_owned()
    };
    let verified = |id: &str| -> Value {
        client.get(&format!("/api/imports/{id}")).expect(200).json()["verified"].clone()
    };
    let until_done = |id: &str| -> Value {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let verified = verified(id);
            if ["done", "stopped"].iter().any(|end| verified["status"] == *end) {
                return verified;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("its addresses are never checked: {}", verified(id))
    };
    let (plain, asked) = (import(None), import(Some(true)));
    let done = until_done(&asked);
    assert_eq!((&done["status"], &done["trouble"]), (&"done".into(), &Value::Null), "{done}");
    let expected = expected(&room, &served, &addresses);
    assert_eq!(done["counts"]["statuses"], expected, "{done}");
    assert_eq!(verified(&plain), Value::Null);
    client.post(&format!("/api/imports/{plain}/verify"), &json!({})).expect(200);
    assert_eq!(until_done(&plain)["counts"], done["counts"]);
    server.stop();
}

#[test]
fn a_server_on_sqlite_checks_imports_that_want_it() {
    check(&[]);
}

#[test]
fn a_server_on_postgres_checks_imports_that_want_it() {
    let Some(db) = captely_testkit::run(TestDb::postgres()) else { return };
    check(&["--database", db.url(), "--migrate"]);
}
