use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use captely_verify::AuditState::{Broken, Limited, Missing, Works};
use tokio::net::{TcpSocket, TcpStream};

use super::Host;
use crate::peer::{Answer, Manners};

fn greeting(text: &str) -> Manners {
    Manners { greeting: text.into(), ..Manners::knowing(&[]) }
}

impl Host {
    fn probe(&mut self, domains: &[&str]) {
        self.config.probe_domains = domains.iter().map(|domain| domain.parse().unwrap()).collect();
    }

    /// A host that takes no connection, as behind a firewall that drops packets: its queue is full.
    async fn silent(&mut self, domain: &str) -> Vec<TcpStream> {
        let name = format!("mx.{domain}");
        let address = self.world.dead_host(&name);
        self.set(domain, "MX", Answer::mx(&[(10, &name)]));
        let at = (IpAddr::from(address), self.config.verify.smtp_port).into();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(at).unwrap();
        let listener = socket.listen(0).unwrap();
        let mut waiting = Vec::new();
        while let Ok(Ok(stream)) =
            tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(at)).await
        {
            waiting.push(stream);
            assert!(waiting.len() < 64, "the queue never fills");
        }
        // The listener must outlive the test.
        std::mem::forget(listener);
        waiting
    }
}

#[tokio::test]
async fn several_silent_hosts_are_a_blocked_way_out() {
    let mut host = Host::new().await;
    host.config.verify.connect_timeout = Duration::from_millis(300);
    let _one = host.silent("one.test").await;
    let _other = host.silent("other.test").await;
    host.probe(&["one.test", "other.test"]);
    let found = host.finding("mail servers").await;
    Host::expect(&found, "port_blocked", Broken, "none of mx.one.test, mx.other.test answers");
    assert!(found.mend.unwrap().contains("provider of this machine"));
    host.probe(&["one.test"]);
    let found = host.finding("mail servers").await;
    Host::expect(&found, "port_silent", Broken, "one host alone does not tell");
    host.probe(&["one.test", "probe.test"]);
    let found = host.finding("mail servers").await;
    Host::expect(&found, "port_open", Works, "mx.probe.test answers");
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let mut host = Host::new().await;
    host.world.dead_host("mx.shut.test");
    host.set("shut.test", "MX", Answer::mx(&[(10, "mx.shut.test")]));
    let text = "554 5.7.1 203.0.113.7 is listed, go away";
    host.world.mail("hostile.test", greeting(text)).await;
    host.world.mail("mute.test", greeting("SILENCE")).await;
    host.world.mail("busy.test", greeting("421 4.3.2 Come back later")).await;
    host.set("gone.test", "MX", Answer::mx(&[(10, "mx.gone.test")]));
    for (domains, code, state, says) in [
        (&["shut.test"][..], "port_refused", Broken, "mx.shut.test"),
        (&["hostile.test"], "greeting_refused", Broken, "203.0.113.7 is listed"),
        (&["hostile.test", "shut.test"], "greeting_refused", Broken, "hostile.test"),
        (
            &["hostile.test", "probe.test"],
            "greeting_refused_by_some",
            Limited,
            "but mx.hostile.test",
        ),
        (&["mute.test"], "no_smtp", Broken, "did not answer the greeting"),
        (&["busy.test"], "no_smtp", Broken, "Come back later"),
        (&["gone.test"], "not_tried", Missing, "have no address"),
        (&["nowhere.test"], "not_tried", Missing, "no such domain"),
    ] {
        host.probe(domains);
        let found = host.finding("mail servers").await;
        Host::expect(&found, code, state, says);
    }
    host.config.verify.proxies = vec!["socks5://127.9.9.9:9".parse().unwrap()];
    host.probe(&["probe.test"]);
    Host::expect(&host.finding("mail servers").await, "proxy_failed", Broken, "a proxy");
}

#[tokio::test]
async fn a_mail_server_tells_the_address() {
    let mut host = Host::new().await;
    let ehlo = "250-mx.telling.test Hello mail.sender.test [203.0.113.7]\r\n250 PIPELINING";
    let telling = Manners { ehlo: ehlo.into(), ..Manners::knowing(&[]) };
    host.world.mail("telling.test", telling).await;
    host.config.address = None;
    // From a private address, so that the machine cannot know.
    host.config.verify.source_addresses = vec![Ipv4Addr::LOCALHOST.into()];
    host.probe(&["telling.test"]);
    let audit = host.audit().await;
    Host::expect(audit.of("public address"), "address_known", Works, "as a mail server sees it");
    Host::expect(audit.of("reverse DNS"), "ptr_confirmed", Works, "203.0.113.7");
    host.probe(&["probe.test"]);
    let audit = host.audit().await;
    Host::expect(audit.of("public address"), "address_unknown", Missing, "no mail server said");
    for what in ["reverse DNS", "sender policy"] {
        Host::expect(audit.of(what), "not_tried", Missing, "the public address is unknown");
    }
    Host::expect(audit.of("HELO name"), "helo_resolves", Works, "is not known");
}
