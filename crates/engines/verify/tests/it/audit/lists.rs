use captely_verify::AuditState::{Broken, Missing, Works};
use hickory_proto::op::ResponseCode;

use super::Host;
use crate::peer::Answer;

const TEST_ENTRY: &str = "2.0.0.127";
const NEVER_LISTED: &str = "1.0.0.127";
const OURS: &str = "7.113.0.203";

impl Host {
    fn list(&mut self, zone: &str, entries: &[(&str, &str)]) {
        for (entry, answer) in entries {
            self.set(&format!("{entry}.{zone}"), "A", Answer::address(answer));
        }
        self.config.block_lists.push(zone.parse().unwrap());
    }
}

#[tokio::test]
async fn each_list_is_tried_before_it_is_believed() {
    let mut host = Host::new().await;
    let test = (TEST_ENTRY, "127.0.0.2");
    host.list("clear.test", &[test]);
    host.list("listing.test", &[test, (OURS, "127.0.0.4")]);
    host.set(&format!("{OURS}.listing.test"), "TXT", Answer::text("spam trap hit\u{7}"));
    host.list("refusing.test", &[test, (OURS, "127.255.255.254")]);
    host.list("all.test", &[test, (NEVER_LISTED, "127.0.0.2"), (OURS, "127.0.0.2")]);
    host.list("dead.test", &[]);
    host.list("sold.test", &[test, (OURS, "198.51.100.1")]);
    host.list("closed.test", &[test]);
    host.set(&format!("{OURS}.closed.test"), "A", Answer::Code(ResponseCode::Refused));
    let audit = host.audit().await;
    for (zone, code, state, says) in [
        ("clear", "list_clear", Works, "203.0.113.7 is not on it"),
        ("listing", "list_listed", Broken, "is on it (127.0.0.4): spam trap hit "),
        ("refusing", "list_refuses", Missing, "127.255.255.254"),
        ("all", "list_lists_everything", Missing, "says nothing"),
        ("dead", "list_dead", Missing, "says nothing"),
        ("sold", "list_strange", Missing, "198.51.100.1"),
        ("closed", "list_unknown", Missing, "refused to answer"),
    ] {
        Host::expect(audit.of(&format!("block list {zone}.test")), code, state, says);
    }
}

#[tokio::test]
async fn ipv6_addresses_are_looked_up_by_nibbles() {
    let mut host = Host::new().await;
    host.config.address = "2001:db8::7".parse().ok();
    let ours = "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2";
    let test = "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0";
    host.list("six.test", &[(test, "127.0.0.2"), (ours, "127.0.0.3")]);
    host.list("four.test", &[(TEST_ENTRY, "127.0.0.2")]);
    let audit = host.audit().await;
    let found = audit.of("block list six.test");
    Host::expect(found, "list_listed", Broken, "2001:db8::7 is on it (127.0.0.3)");
    Host::expect(audit.of("block list four.test"), "list_dead", Missing, "for IPv6");
}
