//! Servers that put strangers off: Postgrey, and postscreen's tests after the greeting.

use std::time::Duration;

use captely_contact::CatchAll;
use captely_verify::{EmailVerifier, Level, VerifyConfig};

use crate::servers::{ABSENT, LIVE, check, config, unknown, verifier, verifier_with};

/// Postgrey waits 3 s here.
const PUT_OFF: Duration = Duration::from_secs(4);

/// Put off; the probe is announced along with the recipient, and `catch_all` is what it was told.
async fn put_off(verifier: &EmailVerifier, email: &str, catch_all: CatchAll) -> Duration {
    let verdict = verifier.verify(email, Level::Smtp).await;
    let (code, status, _, level) = unknown("greylisted", Level::Smtp);
    check(&verdict, (code, status, catch_all, level));
    verdict.retry_after.expect("when to ask again")
}

/// The tables are asked before Postgrey: an absent mailbox is refused at once.
#[tokio::test]
async fn a_live_mailbox_is_put_off_and_then_valid() {
    let Some(verifier) = verifier() else { return };
    let wait = put_off(&verifier, "ada@greylist.test", CatchAll::No).await;
    assert_eq!(wait, Duration::from_mins(5));
    check(&verifier.verify("nobody@greylist.test", Level::Smtp).await, ABSENT);
    tokio::time::sleep(PUT_OFF).await;
    check(&verifier.verify("ada@greylist.test", Level::Smtp).await, LIVE);
}

/// Postgrey is asked before the tables: a made-up name is put off like any other. It was announced along
/// with the recipient and is the same name the next time, so that one return answers both.
#[tokio::test]
async fn everybody_is_put_off_and_the_seconds_are_named() {
    let Some(verifier) = verifier() else { return };
    let named = Duration::from_secs(1)..=Duration::from_secs(3);
    let wait = put_off(&verifier, "ada@greyfirst.test", CatchAll::NotTested).await;
    assert!(named.contains(&wait), "{wait:?}");
    tokio::time::sleep(PUT_OFF).await;
    check(&verifier.verify("ada@greyfirst.test", Level::Smtp).await, LIVE);
}

/// Several rows of one such domain: one announcement serves them all.
#[tokio::test]
async fn rows_of_one_domain_share_the_probe() {
    let Some(config) = config() else { return };
    // Postgrey knows a question by its sender too: this one has nothing to do with other tests.
    let mail_from = "grace.hopper@company.test".into();
    let verifier = verifier_with(VerifyConfig { mail_from, ..config });
    for email in ["bea@greyfirst.test", "absent@greyfirst.test"] {
        put_off(&verifier, email, CatchAll::NotTested).await;
    }
    tokio::time::sleep(PUT_OFF).await;
    check(&verifier.verify("bea@greyfirst.test", Level::Smtp).await, LIVE);
    check(&verifier.verify("absent@greyfirst.test", Level::Smtp).await, ABSENT);
}

/// The first session of every client ends with 450 4.3.2, whoever is asked about.
#[tokio::test]
async fn postscreen_wants_to_be_called_again() {
    let Some(verifier) = verifier() else { return };
    let verdict = verifier.verify("ada@postscreen.test", Level::Smtp).await;
    // The probe came by a second session, which was let through.
    let (code, status, _, level) = unknown("temporary", Level::Smtp);
    check(&verdict, (code, status, CatchAll::No, level));
    assert!(verdict.retry_after.is_some());
    check(&verifier.verify("ada@postscreen.test", Level::Smtp).await, LIVE);
    check(&verifier.verify("nobody@postscreen.test", Level::Smtp).await, ABSENT);
}
