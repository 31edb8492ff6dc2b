use std::time::Duration;

use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::{Dialect, SmtpFaults, SmtpServer, SmtpSettings};

use super::client::{Client, quick, server};

const NORMAL: (Personality, Dialect) = (Personality::Normal, Dialect::Google);

async fn faulty(faults: SmtpFaults) -> SmtpServer {
    server(SmtpSettings { faults, ..quick() }).await
}

#[tokio::test]
async fn a_connection_is_cut_after_so_many_commands() {
    let faults =
        SmtpFaults { drop_per_thousand: 1_000, drop_after_commands: 2, ..SmtpFaults::default() };
    let server = faulty(faults).await;
    let mut client = Client::ready(&server, NORMAL).await;
    client.send("RCPT TO:<ada@google-normal.example>\r\n").await;
    assert_eq!(client.raw_line().await, None);
    assert_eq!(server.counts(Personality::Normal).faults, 1);
    assert_eq!(server.counts(Personality::Normal).rcpts, 0);
}

#[tokio::test]
async fn replies_can_be_garbage() {
    let server = faulty(SmtpFaults { garbage_per_thousand: 1_000, ..SmtpFaults::default() }).await;
    let mut client = Client::dial(&server, NORMAL).await;
    assert_eq!(client.hear().await.code, 220);
    client.send("EHLO client.test\r\n").await;
    let line = client.raw_line().await.expect("a line");
    assert!(line.get(..3).is_none_or(|code| code.parse::<u16>().is_err()), "{line:?}");
}

#[tokio::test]
async fn a_host_can_say_nothing_at_all() {
    let server = faulty(SmtpFaults { silent_per_thousand: 1_000, ..SmtpFaults::default() }).await;
    let mut client = Client::dial(&server, NORMAL).await;
    client.send("EHLO client.test\r\n").await;
    assert!(client.hears_nothing_for(Duration::from_millis(200)).await);
}

#[tokio::test]
async fn the_seed_decides_which_connections_fail() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let faults = SmtpFaults { seed, silent_per_thousand: 400, ..SmtpFaults::default() };
        let server = faulty(faults).await;
        let mut silent = Vec::new();
        for _ in 0..24 {
            let mut client = Client::dial(&server, NORMAL).await;
            silent.push(client.hears_nothing_for(Duration::from_millis(40)).await);
        }
        runs.push(silent);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let failed = runs[0].iter().filter(|s| **s).count();
    assert!((3..=18).contains(&failed), "{failed} of 24 at 40 %");
}
