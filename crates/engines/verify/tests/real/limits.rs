//! Servers that limit one client: what they leave unanswered is unknown, never invalid.

use captely_contact::EmailStatus;
use captely_verify::{Guess, Level};

use crate::mailboxes::{address, domain};
use crate::servers::{ABSENT, LIVE, check, verifier};

/// Anvil counts four recipients of a client and minute: here the live one, the catch-all probe, and
/// one absent twice, because the first refusal came after another recipient.
#[tokio::test]
async fn no_more_recipients_this_minute() {
    let Some(verifier) = verifier() else { return };
    check(&verifier.verify("ada@paced.test", Level::Smtp).await, LIVE);
    let mut answered = 0;
    for n in 0..6 {
        let verdict = verifier.verify(&format!("nobody-{n}@paced.test"), Level::Smtp).await;
        match verdict.status {
            EmailStatus::Invalid => answered += 1,
            _ => assert_eq!(verdict.code, "too_many_recipients", "{verdict:#?}"),
        }
    }
    assert_eq!(answered, 1);
    let verdict = verifier.verify("ada@paced.test", Level::Smtp).await;
    assert_eq!(verdict.status, EmailStatus::Unknown, "{verdict:#?}");
    assert!(verdict.retry_after.is_some(), "{verdict:#?}");
}

/// The server hangs up with 421 after three refusals on one connection.
#[tokio::test]
async fn a_server_that_hangs_up_after_three_errors() {
    let Some(verifier) = verifier() else { return };
    let mut names: Vec<_> = (0..10).map(|n| address(&format!("guess-{n}@strict.test"))).collect();
    names.push(address("ada@strict.test"));
    let domain = domain("strict.test");
    match verifier.first_deliverable(&domain, &names).await {
        Guess::Found { email, verdict } => {
            assert_eq!(email, address("ada@strict.test"));
            check(&verdict, LIVE);
        }
        other => panic!("the live name was passed over: {other:?}"),
    }
}

/// The server takes one connection of a client, and the verifier opens four for parallel questions: it
/// learns, and the others wait for their turn.
#[tokio::test]
async fn a_crowd_at_a_narrow_door() {
    let Some(verifier) = verifier() else { return };
    let rows = (0..40).map(|n| {
        let verifier = verifier.clone();
        let (email, expected) = match n % 4 {
            0 => ("ada@crowded.test".to_owned(), LIVE),
            1 => ("bea@crowded.test".to_owned(), LIVE),
            _ => (format!("nobody-{n}@crowded.test"), ABSENT),
        };
        tokio::spawn(async move { (verifier.verify(&email, Level::Smtp).await, expected) })
    });
    for row in rows.collect::<Vec<_>>() {
        let (verdict, expected) = row.await.unwrap();
        check(&verdict, expected);
    }
}
