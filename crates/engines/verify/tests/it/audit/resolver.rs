use captely_verify::AuditState::{Broken, Limited, Missing, Works};
use hickory_proto::op::ResponseCode;

use super::Host;
use crate::peer::{Answer, World};

#[tokio::test]
async fn a_resolver_that_makes_up_answers() {
    let host = Host::new().await;
    Host::expect(&host.finding("made-up names").await, "dns_honest", Works, "do not exist");
    host.set("*", "A", Answer::address("198.51.100.80"));
    let found = host.finding("made-up names").await;
    Host::expect(&found, "dns_lies", Broken, "answers 198.51.100.80 for ");
}

#[tokio::test]
async fn a_resolver_that_refuses_is_not_one_that_answers() {
    let host = Host::new().await;
    for code in [ResponseCode::Refused, ResponseCode::ServFail] {
        host.set("probe.test", "MX", Answer::Code(code));
        let audit = host.audit().await;
        Host::expect(audit.of("name servers"), "dns_silent", Broken, "it answers");
        Host::expect_untried(&audit, &["DNS over TCP", "made-up names", "DNSSEC"]);
    }
    // That the probe's domain does not exist is an answer.
    host.set("probe.test", "MX", Answer::Code(ResponseCode::NXDomain));
    Host::expect(&host.finding("name servers").await, "dns_answers", Works, "they answer");
}

#[tokio::test]
async fn one_of_two_is_silent_and_only_one_validates() {
    let mut host = Host::new().await;
    let good = host.world.names.at;
    host.config.verify.dns = Some(vec![good, "127.9.9.9:9".parse().unwrap()]);
    let found = host.finding("name servers").await;
    Host::expect(&found, "dns_some_silent", Limited, "but not 127.9.9.9:9");
    let other = World::new().await;
    other.names.set("", "SOA", Answer::Validated(Box::new(Answer::NoData)));
    host.config.verify.dns = Some(vec![good, other.names.at]);
    let found = host.finding("DNSSEC").await;
    Host::expect(&found, "dnssec_partly", Limited, "1 of 2");
    host.config.verify.dns = Some(vec![good]);
    Host::expect(&host.finding("DNSSEC").await, "dnssec_absent", Missing, "do not validate");
}

#[tokio::test]
async fn tcp_that_is_shut() {
    let mut host = Host::new().await;
    // A server over UDP alone: nothing listens at its port over TCP.
    let udp = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = udp.local_addr().unwrap();
    let whole = host.world.names.at;
    tokio::spawn(async move {
        let forward = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (mut question, mut answer) = ([0; 4_096], [0; 4_096]);
        while let Ok((length, from)) = udp.recv_from(&mut question).await {
            forward.send_to(&question[..length], whole).await.unwrap();
            let (length, _) = forward.recv_from(&mut answer).await.unwrap();
            udp.send_to(&answer[..length], from).await.unwrap();
        }
    });
    host.config.verify.dns = Some(vec![at]);
    let audit = host.audit().await;
    Host::expect(audit.of("name servers"), "dns_answers", Works, &at.to_string());
    Host::expect(audit.of("DNS over TCP"), "dns_tcp_closed", Limited, &at.to_string());
}

impl Host {
    #[track_caller]
    fn expect_untried(audit: &super::Audit, whats: &[&str]) {
        for what in whats {
            assert_eq!((audit.of(what).code, audit.of(what).state), ("not_tried", Missing));
        }
    }
}
