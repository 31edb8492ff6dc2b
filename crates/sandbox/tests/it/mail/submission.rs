//! The server that takes mail, spoken to by hand.

use std::sync::Arc;

use captely_sandbox::smtp::{SubmissionServer, SubmissionSettings};
use captely_sandbox::{Outbox, Via};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

struct Site {
    server: SubmissionServer,
    outbox: Arc<Outbox>,
}

async fn start(settings: SubmissionSettings) -> Site {
    let outbox = Arc::new(Outbox::default());
    let server = SubmissionServer::start(settings, outbox.clone()).await.unwrap();
    Site { server, outbox }
}

impl Site {
    /// Says every line in a session of its own and gives the codes of the replies, those of the
    /// greeting and of EHLO included.
    async fn codes(&self, lines: &[&str]) -> Vec<u16> {
        let mut stream = TcpStream::connect(self.server.address()).await.unwrap();
        let mut said = String::from("EHLO client.test\r\n");
        for line in lines {
            said.push_str(line);
            said.push_str("\r\n");
        }
        said.push_str("QUIT\r\n");
        stream.write_all(said.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        // The last line of a reply has a blank behind its code, the others a hyphen.
        let codes = answer.lines().filter_map(|line| line.split_once(' ')?.0.parse().ok());
        codes.collect()
    }
}

/// `\0sandbox\0sandbox-smtp-password`
const PLAIN: &str = "AUTH PLAIN AHNhbmRib3gAc2FuZGJveC1zbXRwLXBhc3N3b3Jk";
const FROM: &str = "MAIL FROM:<a@example.com>";
const TO: &str = "RCPT TO:<b@example.com>";

#[tokio::test]
async fn a_message_is_kept_as_it_came() {
    let site = start(SubmissionSettings::default()).await;
    let lines = [PLAIN, FROM, TO, "DATA", "Subject: Hi", "", "..", ".one dot less", "end", "."];
    assert_eq!(site.codes(&lines).await, [220, 250, 235, 250, 250, 354, 250, 221]);
    let [mail] = &site.outbox.mails()[..] else { panic!("one mail") };
    assert_eq!((mail.via, mail.number, mail.subject.as_str()), (Via::Smtp, 1, "Hi"));
    assert_eq!((mail.from.as_str(), mail.to.len()), ("a@example.com", 1));
    assert_eq!(mail.raw.as_deref(), Some("Subject: Hi\r\n\r\n.\r\none dot less\r\nend\r\n"));
}

#[tokio::test]
async fn who_may_send() {
    let site = start(SubmissionSettings::default()).await;
    assert_eq!(site.codes(&[FROM]).await, [220, 250, 530, 221]);
    assert_eq!(site.codes(&["AUTH PLAIN AAAA", FROM]).await, [220, 250, 535, 530, 221]);
    let login = ["AUTH LOGIN", "c2FuZGJveA==", "c2FuZGJveC1zbXRwLXBhc3N3b3Jk", FROM];
    assert_eq!(site.codes(&login).await, [220, 250, 334, 334, 235, 250, 221]);
    let wrong = ["AUTH LOGIN", "c2FuZGJveA==", "eA==", FROM];
    assert_eq!(site.codes(&wrong).await, [220, 250, 334, 334, 535, 530, 221]);
    assert_eq!(site.codes(&["AUTH CRAM-MD5"]).await, [220, 250, 504, 221]);
}

#[tokio::test]
async fn what_it_does_not_take() {
    let settings = SubmissionSettings {
        refused: vec!["gone@example.com".into()],
        put_off: vec!["later@example.com".into()],
        message_bytes_max: 10,
        ..SubmissionSettings::default()
    };
    let site = start(settings).await;
    let lines = [
        PLAIN,
        "DATA",
        TO,
        FROM,
        FROM,
        "RCPT TO:<Gone@example.com>",
        "RCPT TO:<later@example.com>",
        "DATA",
        TO,
        "DATA",
        "a line of twenty bytes",
        ".",
        "STARTTLS",
        "NONSENSE",
    ];
    let codes = [220, 250, 235, 503, 503, 250, 503, 550, 451, 503, 250, 354, 552, 502, 500, 221];
    assert_eq!(site.codes(&lines).await, codes);
    assert_eq!(site.outbox.mails(), []);
}

#[tokio::test]
async fn a_bare_line_feed_in_a_message_ends_the_session() {
    let site = start(SubmissionSettings::default()).await;
    let lines = [PLAIN, FROM, TO, "DATA", "Subject: Hi\n.\nMAIL FROM:<x@y.test>"];
    assert_eq!(site.codes(&lines).await, [220, 250, 235, 250, 250, 354, 521]);
    assert_eq!(site.outbox.mails(), []);
}

#[tokio::test]
async fn it_listens_on_loopback_alone() {
    let settings = SubmissionSettings { listen: ([0, 0, 0, 0], 0).into(), ..Default::default() };
    assert!(SubmissionServer::start(settings, Arc::default()).await.is_err());
}
