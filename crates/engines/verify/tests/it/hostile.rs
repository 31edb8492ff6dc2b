//! Mail servers that mean harm or are broken. Every talk ends in time and none blames an address.

use std::time::{Duration, Instant};

use captely_contact::{EmailStatus, Safety};
use captely_verify::{EmailVerdict, EmailVerifier, Level, VerifyConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::peer::{World, read_line};

/// Verifies `ada@acme.test` at a host that does that with each connection.
async fn ask<F>(talk: fn(TcpStream) -> F) -> EmailVerdict
where
    F: Future<Output = Option<()>> + Send + 'static,
{
    let mut world = World::new().await;
    world.wild("acme.test", talk).await;
    let start = Instant::now();
    let verdict = world.verifier().verify("ada@acme.test", Level::Smtp).await;
    // The ceiling of a call is 5 s in these tests.
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}: {verdict:#?}", start.elapsed());
    let kept: usize = verdict.evidence.iter().map(String::len).sum();
    assert!(verdict.evidence.len() <= 32 && kept <= 32 * 240, "{verdict:#?}");
    verdict
}

#[track_caller]
fn blames_nobody(verdict: &EmailVerdict, codes: &[&str]) {
    assert!(codes.contains(&verdict.code), "{codes:?} expected: {verdict:#?}");
    assert_eq!((verdict.status, verdict.safety), (EmailStatus::Unknown, Safety::Unknown));
}

async fn send(stream: &mut TcpStream, text: &str) -> Option<()> {
    stream.write_all(text.as_bytes()).await.ok()
}

/// Greets, answers EHLO with these lines, and reads the next command.
async fn hello(stream: &mut TcpStream, ehlo: &str) -> Option<String> {
    send(stream, "220 mx.test ESMTP\r\n").await?;
    read_line(stream).await?;
    send(stream, ehlo).await?;
    read_line(stream).await
}

const PIPELINING: &str = "250-mx.test\r\n250 PIPELINING\r\n";
const PLAIN: &str = "250 mx.test\r\n";

#[tokio::test]
async fn a_line_of_a_megabyte() {
    let verdict = ask(|mut stream| async move {
        send(&mut stream, "220 ").await?;
        send(&mut stream, &"x".repeat(1 << 20)).await?;
        send(&mut stream, "\r\n").await
    })
    .await;
    blames_nobody(&verdict, &["smtp_garbled"]);
    let verdict = ask(|mut stream| async move {
        hello(&mut stream, PLAIN).await?;
        send(&mut stream, "250 ok\r\n").await?;
        read_line(&mut stream).await?;
        send(&mut stream, &format!("550 5.1.1 {}\r\n", "no ".repeat(1 << 19))).await
    })
    .await;
    blames_nobody(&verdict, &["smtp_garbled"]);
}

#[tokio::test]
async fn a_reply_without_end() {
    let verdict = ask(|mut stream| async move {
        loop {
            send(&mut stream, "220-and another line\r\n").await?;
        }
    })
    .await;
    blames_nobody(&verdict, &["smtp_garbled"]);
}

#[tokio::test]
async fn silence_at_every_stage() {
    let verdict = ask(|stream| async move {
        let _kept_open = stream;
        std::future::pending().await
    })
    .await;
    blames_nobody(&verdict, &["smtp_timeout"]);
    let verdict = ask(|mut stream| async move {
        hello(&mut stream, PLAIN).await?;
        std::future::pending().await
    })
    .await;
    blames_nobody(&verdict, &["smtp_timeout"]);
}

#[tokio::test]
async fn hanging_up_in_the_middle_of_a_line() {
    let verdict = ask(|mut stream| async move { send(&mut stream, "220 mx.te").await }).await;
    blames_nobody(&verdict, &["smtp_closed"]);
    let verdict = ask(|mut stream| async move {
        hello(&mut stream, PLAIN).await?;
        send(&mut stream, "250 ok\r\n").await?;
        read_line(&mut stream).await?;
        send(&mut stream, "550 5.1.1 User unk").await
    })
    .await;
    blames_nobody(&verdict, &["smtp_closed"]);
}

#[tokio::test]
async fn fewer_replies_than_commands() {
    // Takes PIPELINING and forgets everything behind the first command: asked one by one, it answers.
    let verdict = ask(|mut stream| async move {
        hello(&mut stream, PIPELINING).await?;
        let mut rest = [0; 512];
        let more = timeout(Duration::from_millis(100), stream.read(&mut rest)).await;
        send(&mut stream, "250 ok\r\n").await?;
        if more.is_ok() {
            // Sent in one go with MAIL: forgotten.
            return std::future::pending().await;
        }
        loop {
            let command = read_line(&mut stream).await?;
            let known = command.starts_with("RCPT TO:<ada@") || command.starts_with("MAIL");
            let reply = if known { "250 ok\r\n" } else { "550 5.1.1 unknown\r\n" };
            send(&mut stream, reply).await?;
        }
    })
    .await;
    assert_eq!((verdict.code, verdict.status), ("accepted", EmailStatus::Valid), "{verdict:#?}");
    assert!(verdict.evidence.iter().any(|line| line.contains("one by one")), "{verdict:#?}");
}

#[tokio::test]
async fn more_replies_than_commands() {
    // The replies to come stand there before the questions: none may be taken for an answer.
    let verdict = ask(|mut stream| async move {
        hello(&mut stream, PLAIN).await?;
        send(&mut stream, "250 ok\r\n250 ok\r\n250 ok\r\n").await?;
        while read_line(&mut stream).await.is_some() {
            send(&mut stream, "550 5.1.1 User unknown\r\n").await?;
        }
        None
    })
    .await;
    blames_nobody(&verdict, &["smtp_garbled", "accepted_catch_all_not_tested"]);
}

#[tokio::test]
async fn a_second_greeting_is_no_answer_to_ehlo() {
    let verdict = ask(|mut stream| async move {
        send(&mut stream, "220 mx.test ESMTP\r\n220 mx.test ESMTP\r\n").await?;
        loop {
            let command = read_line(&mut stream).await?;
            let is_recipient = command.starts_with("RCPT");
            let reply = if is_recipient { "550 5.1.1 no\r\n" } else { "250 ok\r\n" };
            send(&mut stream, reply).await?;
        }
    })
    .await;
    blames_nobody(&verdict, &["smtp_garbled"]);
}

#[tokio::test]
async fn noise() {
    let verdict = ask(|mut stream| async move {
        let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        stream.write_all(&bytes).await.ok()
    })
    .await;
    blames_nobody(&verdict, &["smtp_garbled"]);
    let verdict = ask(|mut stream| async move {
        hello(&mut stream, PLAIN).await?;
        stream.write_all(b"250 ok\r\n").await.ok()?;
        read_line(&mut stream).await?;
        stream.write_all(b"\x00\xff\xfe550\r\n").await.ok()
    })
    .await;
    blames_nobody(&verdict, &["smtp_garbled"]);
}

#[tokio::test]
async fn codes_that_change_within_a_reply() {
    let verdict = ask(|stream| changing(stream, "250-fine\r\n550 5.1.1 gone\r\n")).await;
    blames_nobody(&verdict, &["smtp_garbled"]);
    let verdict = ask(|stream| changing(stream, "550-5.1.1 gone\r\n250 fine\r\n")).await;
    blames_nobody(&verdict, &["smtp_garbled"]);
}

async fn changing(mut stream: TcpStream, reply: &'static str) -> Option<()> {
    hello(&mut stream, PLAIN).await?;
    send(&mut stream, "250 ok\r\n").await?;
    read_line(&mut stream).await?;
    send(&mut stream, reply).await?;
    std::future::pending().await
}

#[tokio::test]
async fn line_ends_of_all_kinds() {
    // A bare LF ends a line (many servers of old send it); a bare CR is a letter like others and
    // makes no second reply.
    let verdict = ask(|mut stream| async move {
        hello(&mut stream, "250 mx.test\n").await?;
        send(&mut stream, "250 ok\n").await?;
        loop {
            let command = read_line(&mut stream).await?;
            let known = command.contains("<ada@");
            let reply = if known { "250 ok\r250 ok\n" } else { "550 5.1.1 no\r250 ok\n" };
            send(&mut stream, reply).await?;
        }
    })
    .await;
    assert_eq!(verdict.code, "accepted", "{verdict:#?}");
    assert!(verdict.evidence.iter().all(|line| !line.contains('\r')), "{verdict:#?}");
}

#[tokio::test]
async fn the_end_of_the_session_in_the_middle() {
    let verdict = ask(|mut stream| async move {
        hello(&mut stream, PIPELINING).await?;
        send(&mut stream, "250 ok\r\n421 4.3.2 Shutting down, retry in 90 seconds\r\n").await
    })
    .await;
    blames_nobody(&verdict, &["smtp_temporary"]);
    assert_eq!(verdict.retry_after, Some(Duration::from_secs(90)));
}

#[tokio::test]
async fn a_tarpit_without_end() {
    let mut world = World::new().await;
    world
        .wild("acme.test", |mut stream| async move {
            loop {
                send(&mut stream, "2").await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
    world
        .wild("slow.test", |mut stream| async move {
            send(&mut stream, "220-welcome\r\n").await?;
            loop {
                tokio::time::sleep(Duration::from_millis(50)).await;
                send(&mut stream, "220-please wait\r\n").await?;
            }
        })
        .await;
    for (command, call) in [(400, 5_000), (60_000, 700)] {
        let config = VerifyConfig {
            command_timeout: Duration::from_millis(command),
            call_timeout: Duration::from_millis(call),
            ..world.config()
        };
        let verifier = EmailVerifier::new(config, 7).unwrap();
        for domain in ["acme.test", "slow.test"] {
            let start = Instant::now();
            let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
            blames_nobody(&verdict, &["smtp_timeout", "call_timeout"]);
            assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        }
    }
}
