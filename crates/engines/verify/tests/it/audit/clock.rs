use std::net::SocketAddr;

use captely_verify::AuditState::{Broken, Limited, Missing, Works};
use tokio::net::UdpSocket;

use super::Host;
use crate::peer::Manners;

/// Seconds since 1900 at `NOW_US`.
const NOW_NTP_S: u64 = 2_208_988_800 + 1_795_294_323;

/// A time server of that stratum, ahead of the host's clock by so many seconds.
async fn time_server(ahead_s: i64, stratum: u8) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 64];
        while let Ok((length, from)) = socket.recv_from(&mut packet).await {
            assert_eq!((length, packet[0] & 0b111), (48, 3), "a client's packet");
            let mut answer = [0; 48];
            answer[0] = 0b00_100_100;
            answer[1] = stratum;
            answer[24..32].copy_from_slice(&packet[40..48]);
            let now = (NOW_NTP_S.checked_add_signed(ahead_s).unwrap()) << 32;
            answer[32..40].copy_from_slice(&now.to_be_bytes());
            answer[40..48].copy_from_slice(&now.to_be_bytes());
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    at
}

#[tokio::test]
async fn a_time_server_is_believed() {
    let mut host = Host::new().await;
    for (ahead_s, stratum, code, state, says) in [
        (0, 2, "clock_right", Works, "within 1 s of 127.0.0.1"),
        (-29, 2, "clock_right", Works, "within 29 s"),
        (31, 2, "clock_wrong", Broken, "31 s behind 127.0.0.1"),
        (-7_200, 2, "clock_wrong", Broken, "7200 s ahead of 127.0.0.1"),
        (0, 0, "clock_unknown", Missing, "does not serve us"),
    ] {
        let at = time_server(ahead_s, stratum).await;
        host.config.ntp_server = Some(at.to_string().parse().unwrap());
        Host::expect(&host.finding("clock").await, code, state, says);
    }
}

#[tokio::test]
async fn greetings_tell_the_time() {
    let mut host = Host::new().await;
    for (domain, time) in [("right.test", "20:52:05"), ("wrong.test", "21:52:05")] {
        let greeting = format!("220 mx.{domain} ESMTP ready at Sat, 21 Nov 2026 {time} +0000");
        host.world.mail(domain, Manners { greeting, ..Manners::knowing(&[]) }).await;
    }
    for (domains, code, state, says) in [
        (&["right.test"][..], "clock_right", Works, "of mx.right.test"),
        (&["wrong.test"], "clock_wrong", Limited, "3602 s behind mx.wrong.test"),
        (&["wrong.test", "right.test"], "clock_right", Works, "of mx.right.test"),
        (&["probe.test"], "clock_unknown", Missing, "could not be compared"),
    ] {
        host.config.probe_domains = domains.iter().map(|domain| domain.parse().unwrap()).collect();
        Host::expect(&host.finding("clock").await, code, state, says);
    }
    // The time server that is set counts; one that fails leaves the greetings.
    host.config.probe_domains = vec!["right.test".parse().unwrap()];
    host.config.ntp_server = Some("127.9.9.9:9".parse().unwrap());
    let found = host.finding("clock").await;
    Host::expect(&found, "clock_right", Works, "the time server 127.9.9.9:9 failed");
}
