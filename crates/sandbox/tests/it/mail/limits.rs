use std::time::Duration;

use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::{self, Dialect, SmtpSettings, SmtpStartError};
use tokio::net::TcpStream;

use super::client::{Client, quick, server};
use super::town::town;

const NORMAL: (Personality, Dialect) = (Personality::Normal, Dialect::Microsoft);

#[tokio::test]
async fn too_long_lines_and_bare_line_feeds_are_refused_and_the_session_goes_on() {
    let server = server(quick()).await;
    let mut client = Client::ready(&server, NORMAL).await;
    let long = format!("NOOP {}", "x".repeat(100_000));
    assert_eq!(client.say(&long).await.code, 500);
    client.send("NOOP\n").await;
    assert_eq!(client.hear().await.code, 500);
    assert_eq!(client.rcpt("ada").await.code, 250);
}

#[tokio::test]
async fn recipients_errors_commands_and_refusals_have_their_limits() {
    let limits = SmtpSettings {
        recipients_per_mail_max: 2,
        errors_max: 3,
        commands_per_session_max: 12,
        refused_recipients_max: Some(2),
        ..quick()
    };
    let server = server(limits).await;

    let mut client = Client::ready(&server, NORMAL).await;
    for (local, code) in [("bob1", 250), ("bob2", 250), ("bob3", 452)] {
        assert_eq!(client.rcpt(local).await.code, code, "{local}");
    }
    client.say("RSET").await;
    client.say("MAIL FROM:<>").await;
    assert_eq!(client.rcpt("bob3").await.code, 250, "the limit is for one mail");

    let mut client = Client::ready(&server, NORMAL).await;
    for code in [500, 500, 500, 421] {
        assert_eq!(client.say("FOO").await.code, code);
    }
    assert!(client.is_hung_up().await);

    let mut client = Client::ready(&server, NORMAL).await;
    for code in [550, 550, 421] {
        assert_eq!(client.rcpt("nobody").await.code, code);
    }
    assert!(client.is_hung_up().await);

    let mut client = Client::ready(&server, NORMAL).await;
    for _ in 0..10 {
        assert_eq!(client.say("NOOP").await.code, 250);
    }
    assert_eq!(client.say("NOOP").await.code, 421);
    assert!(client.is_hung_up().await);
}

#[tokio::test]
async fn a_client_too_many_is_turned_away_until_one_leaves() {
    let server = server(SmtpSettings { connections_per_host_max: 2, ..quick() }).await;
    let one = Client::ready(&server, NORMAL).await;
    let _two = Client::ready(&server, NORMAL).await;
    let mut three = Client::dial(&server, NORMAL).await;
    assert_eq!(three.hear().await.code, 421);
    assert!(three.is_hung_up().await);
    // Another host has room.
    let _other = Client::ready(&server, (Personality::CatchAll, Dialect::Exim)).await;
    assert_eq!(server.counts(Personality::Normal).turned_away, 1);
    drop(one);
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if Client::dial(&server, NORMAL).await.hear().await.code == 220 {
            return;
        }
    }
    panic!("no room although a client has left");
}

#[tokio::test]
async fn all_hosts_together_have_a_limit_too() {
    let server = server(SmtpSettings { connections_max: 1, ..quick() }).await;
    let _one = Client::ready(&server, NORMAL).await;
    let mut other = Client::dial(&server, (Personality::CatchAll, Dialect::Google)).await;
    assert_eq!(other.hear().await.code, 421);
}

#[tokio::test]
async fn an_idle_session_is_ended() {
    let server = server(SmtpSettings { idle_timeout_ms: 80, ..quick() }).await;
    let mut client = Client::ready(&server, NORMAL).await;
    let said = client.hear().await;
    assert!(said.text.starts_with("421 4.4.2"), "{said:?}");
    assert!(client.is_hung_up().await);
}

#[tokio::test]
async fn stopping_frees_the_port_and_a_taken_port_is_an_error() {
    let first = server(quick()).await;
    let port = first.port();
    let taken = smtp::start(town(), SmtpSettings { port, ..quick() }).await;
    assert!(matches!(taken, Err(SmtpStartError::Bind { .. })), "{taken:?}");
    let address = first.addr(NORMAL.0, NORMAL.1);
    let mut client = Client::ready(&first, NORMAL).await;
    first.stop().await;
    assert!(client.is_hung_up().await);
    assert!(TcpStream::connect(address).await.is_err());
    let again = server(SmtpSettings { port, ..quick() }).await;
    assert_eq!(again.port(), port);
    Client::ready(&again, NORMAL).await;
}

#[tokio::test]
async fn two_worlds_can_run_at_once() {
    let (one, two) = (server(quick()).await, server(quick()).await);
    assert_ne!(one.port(), two.port());
    Client::ready(&one, NORMAL).await;
    assert_eq!(two.counts(Personality::Normal).connections, 0);
}
