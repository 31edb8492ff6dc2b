use std::time::{Duration, Instant};

use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::{DEAD_ADDRESS, Dialect, SmtpSettings};
use tokio::net::TcpStream;

use super::client::{Client, quick, server};

/// One answer of each dialect for each state of a mailbox: code, and what the text must mention.
#[tokio::test]
async fn normal_hosts_know_their_mailboxes_in_every_dialect() {
    let server = server(quick()).await;
    for (dialect, absent, full, relay) in [
        (Dialect::Google, "550-5.1.1 ", "452-4.2.2 ", "550-5.7.1 "),
        (Dialect::Microsoft, "550 5.1.10 ", "552 5.2.2 ", "550 5.7.1 "),
        (Dialect::Postfix, "550 5.1.1 ", "552 5.2.2 ", "554 5.7.1 "),
        (Dialect::Exim, "550 ", "452 ", "550 "),
        (Dialect::Old, "550 ", "552 ", "554 "),
    ] {
        let mut client = Client::ready(&server, (Personality::Normal, dialect)).await;
        assert_eq!(client.rcpt("ada").await.code, 250, "{dialect:?}");
        assert_eq!(client.rcpt("ADA").await.code, 250, "{dialect:?}");
        for (local, expected) in [("nobody", absent), ("full", full)] {
            let said = client.rcpt(local).await;
            assert!(said.text.starts_with(expected), "{dialect:?} {said:?}");
        }
        let gone = client.rcpt("gone").await;
        assert_eq!(gone.code, 550, "{gone:?}");
        assert!(gone.text.to_lowercase().contains("disabled"), "{gone:?}");
        let elsewhere = client.say("RCPT TO:<ada@unknown.example>").await;
        assert!(elsewhere.text.starts_with(relay), "{elsewhere:?}");
        let plain = matches!(dialect, Dialect::Exim | Dialect::Old);
        assert_eq!(gone.text.contains("5.2.1"), !plain, "{gone:?}");
        assert_eq!(client.say("QUIT").await.code, 221);
        assert!(client.is_hung_up().await);
    }
    let counts = server.counts(Personality::Normal);
    assert_eq!((counts.connections, counts.rcpts), (5, 30));
    assert_eq!((counts.accepted, counts.relay_refused), (10, 5));
    server.stop().await;
}

#[tokio::test]
async fn a_host_takes_mail_for_its_own_domains_alone() {
    let server = server(quick()).await;
    let mut client = Client::ready(&server, (Personality::Normal, Dialect::Postfix)).await;
    // The same behaviour in another dialect, another behaviour, and a domain that is its own mail host.
    for other in ["google-normal.example", "postfix-catch-all.example", "[127.0.0.1]"] {
        assert_eq!(client.say(&format!("RCPT TO:<ada@{other}>")).await.code, 554, "{other}");
    }
    let implicit = Dialect::of_domain("implicit.example");
    let mut client = Client::ready(&server, (Personality::Normal, implicit)).await;
    assert_eq!(client.say("RCPT TO:<ada@implicit.example>").await.code, 250);
    assert!(client.say("RCPT TO:<ada@bare.example>").await.code >= 550);
}

#[tokio::test]
async fn catch_all_hosts_take_everybody() {
    let server = server(quick()).await;
    for dialect in Dialect::ALL {
        let mut client = Client::ready(&server, (Personality::CatchAll, dialect)).await;
        for local in ["ada", "nobody", "x7k2q9v", "full", "gone"] {
            assert_eq!(client.rcpt(local).await.code, 250, "{dialect:?} {local}");
        }
    }
}

#[tokio::test]
async fn greylisting_hosts_defer_and_then_tell() {
    let server = server(quick()).await;
    for dialect in Dialect::ALL {
        let who = (Personality::Greylisting, dialect);
        let mut client = Client::ready(&server, who).await;
        for _ in 0..2 {
            for local in ["ada", "nobody"] {
                let said = client.rcpt(local).await;
                assert!([450, 451].contains(&said.code), "{dialect:?} {said:?}");
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        // The triple counts, not the session.
        let mut client = Client::ready(&server, who).await;
        assert_eq!(client.rcpt("ada").await.code, 250, "{dialect:?}");
        assert_eq!(client.rcpt("nobody").await.code, 550, "{dialect:?}");
        assert!([450, 451].contains(&client.rcpt("bob").await.code), "{dialect:?}");
        // Another sender is another triple.
        assert_eq!(client.say("RSET").await.code, 250);
        assert_eq!(client.say("MAIL FROM:<>").await.code, 250);
        assert!([450, 451].contains(&client.rcpt("ada").await.code), "{dialect:?}");
    }
    assert_eq!(server.counts(Personality::Greylisting).greylisted, 6 * 5);
}

#[tokio::test]
async fn a_tarpit_is_slow_but_tells() {
    let server = server(quick()).await;
    let who = (Personality::Tarpit, Dialect::Postfix);
    let start = Instant::now();
    let mut client = Client::dial(&server, who).await;
    assert_eq!(client.hear().await.code, 220);
    assert!(start.elapsed() >= Duration::from_millis(120));
    client.say("EHLO client.test").await;
    client.say("MAIL FROM:<>").await;
    let start = Instant::now();
    assert_eq!(client.rcpt("ada").await.code, 250);
    assert!(start.elapsed() >= Duration::from_millis(40));
    assert_eq!(client.rcpt("nobody").await.code, 550);

    // A client that does not wait for the greeting is sent away.
    let mut hasty = Client::dial(&server, who).await;
    assert_eq!(hasty.say("EHLO client.test").await.code, 554);
    assert!(hasty.is_hung_up().await);
    assert_eq!(server.counts(Personality::Tarpit).talked_early, 1);
}

#[tokio::test]
async fn a_blocked_client_is_told_so() {
    let server = server(quick()).await;
    for dialect in [Dialect::Postfix, Dialect::Exim, Dialect::Old] {
        let mut client = Client::dial(&server, (Personality::BlocksSender, dialect)).await;
        let greeting = client.hear().await;
        assert_eq!(greeting.code, 554);
        assert!(greeting.text.contains("block"), "{greeting:?}");
        // RFC 5321 §3.1: the host waits for QUIT and answers 503 to all else.
        assert_eq!(client.say("EHLO client.test").await.code, 503);
        assert_eq!(client.say("QUIT").await.code, 221);
    }
    for dialect in [Dialect::Google, Dialect::Microsoft] {
        let mut client = Client::dial(&server, (Personality::BlocksSender, dialect)).await;
        assert_eq!(client.hear().await.code, 220);
        assert_eq!(client.say("EHLO client.test").await.code, 250);
        let refusal = client.say("MAIL FROM:<probe@client.test>").await;
        assert_eq!(refusal.code, 554);
        assert!(
            refusal.text.contains("5.7.1") && refusal.text.contains("block list"),
            "{refusal:?}"
        );
        assert_eq!(client.rcpt("ada").await.code, 503);
    }
    assert_eq!(server.counts(Personality::BlocksSender).blocked, 5);
}

#[tokio::test]
async fn nothing_listens_at_a_dead_host() {
    let server = server(quick()).await;
    let dead = server.addr(Personality::DeadHost, Dialect::Google);
    assert_eq!(dead.ip(), DEAD_ADDRESS);
    let error = TcpStream::connect(dead).await.expect_err("no connection");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn every_step_takes_as_long_as_is_set() {
    let server = server(SmtpSettings { reply_delay_ms: 60, ..quick() }).await;
    let start = Instant::now();
    let mut client = Client::dial(&server, (Personality::Normal, Dialect::Postfix)).await;
    assert_eq!(client.hear().await.code, 220);
    client.say("EHLO client.test").await;
    client.say("MAIL FROM:<>").await;
    assert_eq!(client.rcpt("ada").await.code, 250);
    assert!(start.elapsed() >= Duration::from_millis(4 * 60));
}
