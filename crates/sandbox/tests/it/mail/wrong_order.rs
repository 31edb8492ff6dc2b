//! A client that sends its random probe first spoils the answer it wanted: shown, and counted.

use captely_sandbox::mail_world::Personality;
use captely_sandbox::smtp::Dialect;

use super::client::{Client, quick, server};

const RANDOM: &str = "qz7k1vx93m";

#[tokio::test]
async fn the_random_probe_first_spoils_the_real_one() {
    let server = server(quick()).await;
    for dialect in Dialect::ALL {
        let mut client = Client::ready(&server, (Personality::RefusesSecondRcpt, dialect)).await;
        assert_eq!(client.rcpt(RANDOM).await.code, 550, "{dialect:?}");
        let real = client.rcpt("ada").await;
        // Some hosts defer, some refuse for good: then an existing mailbox looks dead.
        assert!([452, 550].contains(&real.code), "{dialect:?} {real:?}");
        assert!(real.text.to_lowercase().contains("too many recipients"), "{real:?}");
        // A new mail in the same session does not help.
        assert_eq!(client.say("RSET").await.code, 250);
        assert_eq!(client.say("MAIL FROM:<>").await.code, 250);
        assert_ne!(client.rcpt("ada").await.code, 250, "{dialect:?}");
    }
    let counts = server.counts(Personality::RefusesSecondRcpt);
    assert_eq!(counts.random_first, 5);
    assert_eq!(counts.second_rcpt_refused, 10);
    assert_eq!(counts.existing_refused_as_second, 10);
    assert_eq!(counts.accepted, 0);
}

#[tokio::test]
async fn the_real_one_first_costs_nothing() {
    let server = server(quick()).await;
    for dialect in Dialect::ALL {
        let mut client = Client::ready(&server, (Personality::RefusesSecondRcpt, dialect)).await;
        assert_eq!(client.rcpt("ada").await.code, 250, "{dialect:?}");
        assert!([452, 550].contains(&client.rcpt(RANDOM).await.code));
    }
    let counts = server.counts(Personality::RefusesSecondRcpt);
    assert_eq!((counts.accepted, counts.second_rcpt_refused), (5, 5));
    assert_eq!((counts.random_first, counts.existing_refused_as_second), (0, 0));
}

#[tokio::test]
async fn the_wrong_order_is_counted_at_every_host_and_once_a_session() {
    let server = server(quick()).await;
    for personality in [Personality::Normal, Personality::CatchAll] {
        let mut client = Client::ready(&server, (personality, Dialect::Google)).await;
        for local in [RANDOM, "nobody", "ada", "bob"] {
            client.rcpt(local).await;
        }
        // Guesses that are all wrong are no wrong order, and neither is another domain's mailbox.
        let mut client = Client::ready(&server, (personality, Dialect::Google)).await;
        for local in ["a.lovelace", "alovelace", RANDOM] {
            client.rcpt(local).await;
        }
        client.say("RCPT TO:<ada@implicit.example>").await;
        assert_eq!(server.counts(personality).random_first, 1, "{personality:?}");
    }
}
