//! Servers that refuse who asks. Whatever they say, the live mailbox is never called invalid.

use captely_verify::{Level, VerifyConfig};

use crate::servers::{LIVE, check, config, unknown, verifier, verifier_with};

#[tokio::test]
async fn a_sender_that_is_not_wanted() {
    let Some(config) = config() else { return };
    let refused = unknown("sender_blocked", Level::Smtp);
    let verify = async |mail_from: &str, helo_name: &str, email: &str| {
        let config = VerifyConfig {
            mail_from: mail_from.into(),
            helo_name: helo_name.into(),
            ..config.clone()
        };
        verifier_with(config).verify(email, Level::Smtp).await
    };
    let (sender, helo) = (config.mail_from.as_str(), config.helo_name.as_str());
    check(&verify(sender, helo, "ada@blocking.test").await, LIVE);
    check(&verify("spammer@company.test", helo, "ada@blocking.test").await, refused);
    check(&verify(sender, "verifier", "ada@blocking.test").await, refused);
    check(&verify(sender, helo, "ada@listed.test").await, refused);
    // Refused in the greeting already.
    let greeted = unknown("sender_blocked", Level::Mx);
    check(&verify(sender, helo, "ada@doorman.test").await, greeted);
}

/// Exim asks the sender's own server whether the sender lives, and repeats its words: "User unknown"
/// is said of the sender.
#[tokio::test]
async fn a_callout_to_the_sender() {
    let Some(config) = config() else { return };
    for (mail_from, expected) in [
        ("ada@company.test", LIVE),
        ("", LIVE),
        ("absent@company.test", unknown("sender_blocked", Level::Smtp)),
        ("absent@exim.test", unknown("sender_blocked", Level::Smtp)),
    ] {
        let config = VerifyConfig { mail_from: mail_from.into(), ..config.clone() };
        check(&verifier_with(config).verify("ada@callout.test", Level::Smtp).await, expected);
    }
}

/// Greets late and hangs up on those who talk before.
#[tokio::test]
async fn a_tarpit_that_punishes_early_talkers() {
    let Some(verifier) = verifier() else { return };
    check(&verifier.verify("ada@tarpit.test", Level::Smtp).await, LIVE);
}
