use crate::program::Room;
use crate::served::Served;

#[test]
fn it_prints_its_addresses_serves_and_stops_when_asked() {
    let room = Room::new();
    let served = Served::start(&room, &["--seed", "7", "--latency-ms", "0-0", "--limits", "off"]);
    assert_eq!(served.addresses["seed"], 7);
    assert_eq!(served.addresses["people"], 200);
    assert_eq!(served.addresses["limits"], false);
    let leads = served.get("/_sandbox/leads.csv?n=5");
    assert!(leads.starts_with("HTTP/1.1 200"), "{leads}");
    let hunter = &served.addresses["providers"]["hunter"];
    let config = format!(
        "[providers.hunter]\nkey = '{}'\nbase = '{}'\n",
        hunter["key"].as_str().expect("a key"),
        hunter["base"].as_str().expect("a base"),
    );
    let client = Room::with(&[("captely.toml", &config)]);
    let ran = client.run(&["providers", "--check", "--json"]);
    ran.expect(0);
    assert_eq!(ran.json()["providers"][2]["key"]["state"], "works", "{ran:?}");
    assert_eq!(served.stop(captely_testkit::Signal::TERM), Some(0));
    let served = Served::start(&room, &[]);
    assert_eq!(served.stop(captely_testkit::Signal::INT), Some(0));
}

#[test]
fn addresses_of_the_world_are_told_apart_by_its_mail_servers() {
    let room = Room::new();
    let served = Served::start(&room, &["--limits", "off"]);
    std::fs::write(room.path().join("truth.csv"), served.truth()).expect("written");
    let at = served.http().to_owned();
    let ran = room.run(&["verify", "truth.csv", "-o", "out.csv", "--sandbox", &at, "--json"]);
    ran.expect(0);
    let summary = &ran.json()["files"][0];
    assert_eq!(summary["rows"], 200, "{summary}");
    assert!(summary["statuses"]["valid"].as_u64() > Some(20), "{summary}");
    // The same world, made in the program from its seed.
    let own = room.run(&["verify", "nobody.at.all@no-such-host.test", "--sandbox", "1", "--json"]);
    own.expect(0);
    assert_eq!(own.json()["results"][0]["status"], "invalid", "{own:?}");
}

#[test]
fn what_cannot_be_served_is_told() {
    let room = Room::new();
    room.run(&["sandbox", "--listen", "0.0.0.0:0"]).expect(2).says("loopback");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = taken.local_addr().expect("an address").to_string();
    room.run(&["sandbox", "--listen", &address]).expect(5).says(&address);
    room.run(&["sandbox", "--fault-rate", "2"]).expect(2).says("0.05");
    room.run(&["verify", "a@x.com", "--sandbox", "127.0.0.1:1"]).expect(5).says("no sandbox");
}
