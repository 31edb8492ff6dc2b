use std::fmt::Write as _;
use std::time::Duration;

use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::{Dialect, SmtpSettings};

use super::client::{Client, quick, server};

const NORMAL: (Personality, Dialect) = (Personality::Normal, Dialect::Postfix);

#[tokio::test]
async fn extensions_are_announced_and_old_hosts_know_none() {
    let server = server(quick()).await;
    for (dialect, enhanced) in
        [(Dialect::Google, true), (Dialect::Microsoft, true), (Dialect::Exim, false)]
    {
        let mut client = Client::dial(&server, (Personality::Normal, dialect)).await;
        client.hear().await;
        let said = client.say("EHLO client.test").await;
        let has = |word: &str| said.text.lines().any(|l| l.get(4..) == Some(word));
        assert!(has("PIPELINING") && has("8BITMIME") && has("SIZE 35651584"), "{said:?}");
        assert_eq!(has("ENHANCEDSTATUSCODES"), enhanced, "{said:?}");
        assert!(!said.text.contains("STARTTLS"), "{said:?}");
    }
    let mut old = Client::dial(&server, (Personality::Normal, Dialect::Old)).await;
    old.hear().await;
    assert_eq!(old.say("EHLO client.test").await.code, 502);
    assert_eq!(old.say("MAIL FROM:<>").await.code, 503);
    assert_eq!(old.say("HELO client.test").await.code, 250);
    assert_eq!(old.say("MAIL FROM:<> SIZE=10").await.code, 555);
    assert_eq!(old.say("MAIL FROM:<>").await.code, 250);
    assert_eq!(old.rcpt("ada").await.code, 250);
}

#[tokio::test]
async fn commands_out_of_order_and_wrong_ones() {
    let server = server(quick()).await;
    let mut client = Client::dial(&server, NORMAL).await;
    client.hear().await;
    for (line, code) in [
        ("RCPT TO:<ada@postfix-normal.example>", 503),
        ("MAIL FROM:<me@client.test>", 503),
        ("DATA", 503),
        ("NOOP", 250),
        ("VRFY ada", 252),
        ("HELP", 214),
        ("EHLO", 501),
        ("EHLO client.test", 250),
        ("RCPT TO:<ada@postfix-normal.example>", 503),
        ("MAIL FROM: <me@client.test>", 501),
        ("MAIL FROM:me@client.test", 501),
        ("MAIL FROM:<postmaster>", 501),
        ("MAIL FROM:<me@client.test> SIZE=99999999999", 552),
        ("MAIL FROM:<me@client.test> SIZE=x", 501),
        ("MAIL FROM:<me@client.test> FOO=BAR", 555),
        ("MAIL FROM:<mé@client.test>", 553),
        ("MAIL FROM:<me@client.test> SIZE=1000 BODY=8BITMIME", 250),
        ("MAIL FROM:<me@client.test>", 503),
        ("RCPT TO:<>", 501),
        ("RCPT TO:<ada@postfix-normal.example> NOTIFY=NEVER", 555),
        ("DATA", 554),
        ("rcpt to:<Postmaster>", 250),
        ("RCPT TO:<@relay.test:ada@postfix-normal.example>", 250),
        ("DATA", 554),
        ("RCPT TO:<ada@postfix-normal.example>", 503),
        ("STARTTLS", 502),
        ("FOO", 500),
        ("QUIT", 221),
    ] {
        let said = client.say(line).await;
        assert_eq!(said.code, code, "{line}: {said:?}");
    }
    let counts = server.counts(Personality::Normal);
    assert_eq!(counts.data_attempts, 3);
    assert_eq!(counts.protocol_errors, 17);
}

#[tokio::test]
async fn hello_and_rset_end_a_mail() {
    let server = server(quick()).await;
    for reset in ["RSET", "EHLO client.test", "HELO client.test"] {
        let mut client = Client::ready(&server, NORMAL).await;
        assert_eq!(client.rcpt("ada").await.code, 250);
        assert_eq!(client.say(reset).await.code, 250);
        assert_eq!(client.rcpt("ada").await.code, 503, "{reset}");
        assert_eq!(client.say("MAIL FROM:<>").await.code, 250);
        assert_eq!(client.rcpt("bob").await.code, 250);
    }
}

#[tokio::test]
async fn pipelined_commands_are_answered_in_order() {
    let server = server(SmtpSettings { recipients_per_mail_max: 300, ..quick() }).await;
    let mut client = Client::ready(&server, NORMAL).await;
    let mut batch = String::new();
    for n in 0..200 {
        let local = if n % 3 == 0 { "nobody" } else { "bob" };
        write!(batch, "RCPT TO:<{local}{n}@postfix-normal.example>\r\n").unwrap();
    }
    client.send(&batch).await;
    for n in 0..200 {
        let said = client.hear().await;
        assert_eq!(said.code, if n % 3 == 0 { 550 } else { 250 }, "{n} {said:?}");
        assert!(n % 3 != 0 || said.text.contains(&format!("<nobody{n}@")), "{said:?}");
    }
    assert_eq!(server.counts(Personality::Normal).pipelined_unasked, 0);
    // EHLO, DATA, VRFY, QUIT and NOOP have to be the last of a group (RFC 2920 §3.1).
    client.send("NOOP\r\nNOOP\r\n").await;
    assert_eq!((client.hear().await.code, client.hear().await.code), (250, 250));
    assert_eq!(server.counts(Personality::Normal).pipelined_unasked, 1);
}

#[tokio::test]
async fn an_old_host_forgets_what_was_sent_ahead() {
    let server = server(quick()).await;
    let mut client = Client::ready(&server, (Personality::Normal, Dialect::Old)).await;
    client.send("RCPT TO:<ada@old-normal.example>\r\nRCPT TO:<bob@old-normal.example>\r\n").await;
    assert_eq!(client.hear().await.code, 250);
    assert!(client.hears_nothing_for(Duration::from_millis(100)).await);
    assert_eq!(server.counts(Personality::Normal).pipelined_unasked, 1);
    assert_eq!(client.rcpt("bob").await.code, 250);
}

#[tokio::test]
async fn an_offered_starttls_fails_and_the_session_goes_on() {
    let server = server(SmtpSettings { offer_starttls: true, ..quick() }).await;
    let mut client = Client::dial(&server, NORMAL).await;
    client.hear().await;
    assert!(client.say("EHLO client.test").await.text.contains("STARTTLS"));
    assert_eq!(client.say("STARTTLS").await.code, 454);
    assert_eq!(client.say("MAIL FROM:<>").await.code, 250);
    assert_eq!(client.rcpt("ada").await.code, 250);
}

#[tokio::test]
async fn dialogues_can_be_read_afterwards() {
    let server = server(SmtpSettings { dialogues_max: 2, ..quick() }).await;
    for local in ["zoe", "ada", "nobody"] {
        let mut client = Client::ready(&server, NORMAL).await;
        client.rcpt(local).await;
        client.say("QUIT").await;
        assert!(client.is_hung_up().await);
    }
    let dialogues = server.dialogues();
    assert_eq!(dialogues.len(), 2, "the oldest is forgotten");
    let lines = &dialogues[0].lines;
    assert_eq!((dialogues[0].personality, dialogues[0].dialect), NORMAL);
    assert!(lines[0].starts_with("S: 220 mx-"), "{lines:?}");
    assert_eq!(lines[1], "C: EHLO client.test");
    assert!(lines.contains(&"C: RCPT TO:<ada@postfix-normal.example>".to_owned()), "{lines:?}");
    assert!(lines.last().unwrap().starts_with("S: 221 "), "{lines:?}");
}
