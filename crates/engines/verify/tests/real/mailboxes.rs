//! Postfix with tables of mailboxes: what it has, what it has not, and ways that lead to it.

use captely_contact::{CatchAll, Domain, EmailAddress, EmailStatus};
use captely_verify::{Guess, Level, VerifyConfig};

use crate::servers::{
    ABSENT, ACCEPT_ALL, LIVE, check, config, mail_log, unknown, verifier, verifier_with,
};

#[tokio::test]
async fn live_absent_alias_and_closed() {
    let Some(verifier) = verifier() else { return };
    for (email, expected) in [
        ("ada@company.test", LIVE),
        ("Grace.Hopper@Company.Test", LIVE),
        ("sales@company.test", ("accepted_role", EmailStatus::Valid, CatchAll::No, Level::Smtp)),
        ("nobody@company.test", ABSENT),
        (
            "gone@company.test",
            ("mailbox_disabled", EmailStatus::Invalid, CatchAll::No, Level::Smtp),
        ),
    ] {
        check(&verifier.verify(email, Level::Smtp).await, expected);
    }
}

#[tokio::test]
async fn a_domain_that_takes_all() {
    let Some(verifier) = verifier() else { return };
    for email in ["ada@catchall.test", "whoever@catchall.test"] {
        check(&verifier.verify(email, Level::Smtp).await, ACCEPT_ALL);
    }
    let domain = domain("catchall.test");
    let guess = verifier.first_deliverable(&domain, &[address("ada@catchall.test")]).await;
    assert_eq!(guess, Guess::AcceptsAll);
}

/// Whichever way DNS leads to the mailbox, the answer is the same.
#[tokio::test]
async fn the_same_mailbox_by_many_ways() {
    let Some(verifier) = verifier() else { return };
    for domain in [
        "fallback.test",
        "pair.test",
        "late.test",
        "implicit.test",
        "sub.wild.test",
        "alias.test",
        "team.renamed.test",
        "mxalias.test",
        "big.test",
        "unsigned.test",
        "bücher.test",
    ] {
        check(&verifier.verify(&format!("ada@{domain}"), Level::Smtp).await, LIVE);
        check(&verifier.verify(&format!("nobody@{domain}"), Level::Smtp).await, ABSENT);
    }
}

#[tokio::test]
async fn a_dead_host_blames_no_address() {
    let Some(verifier) = verifier() else { return };
    // Nobody was heard yet: the way out may be closed. Later it is the host's own trouble.
    let verdict = verifier.verify("ada@dead.test", Level::Smtp).await;
    check(&verdict, unknown("verified_to_mx", Level::Mx));
    check(&verifier.verify("ada@company.test", Level::Smtp).await, LIVE);
    let verdict = verifier.verify("ada@dead.test", Level::Smtp).await;
    check(&verdict, unknown("smtp_connect_refused", Level::Mx));
}

/// Postfix slows a client down after ten refusals on one connection and hangs up after twenty.
#[tokio::test]
async fn eighty_rows_at_once() {
    let Some(verifier) = verifier() else { return };
    let rows = (0..80).map(|n| {
        let verifier = verifier.clone();
        let live = n % 8 == 0;
        let email =
            if live { "ada@company.test".into() } else { format!("nobody-{n}@company.test") };
        tokio::spawn(async move { (live, verifier.verify(&email, Level::Smtp).await) })
    });
    for row in rows.collect::<Vec<_>>() {
        let (live, verdict) = row.await.unwrap();
        check(&verdict, if live { LIVE } else { ABSENT });
    }
}

/// A domain whose MX leads to a host that does not serve it.
#[tokio::test]
async fn a_host_that_does_not_know_the_domain() {
    let Some(verifier) = verifier() else { return };
    for domain in ["stranger.test", "stranger-exim.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
        check(&verdict, unknown("relay_denied", Level::Smtp));
    }
}

#[tokio::test]
async fn names_outside_ascii() {
    let Some(verifier) = verifier() else { return };
    check(&verifier.verify("jürgen@company.test", Level::Smtp).await, LIVE);
    check(&verifier.verify("björn@company.test", Level::Smtp).await, ABSENT);
    // Exim here does not offer SMTPUTF8.
    let verdict = verifier.verify("jürgen@exim.test", Level::Smtp).await;
    check(&verdict, unknown("smtputf8_not_supported", Level::Mx));
}

/// Dovecot's quota-status knows that the mailbox holds more than it may.
#[tokio::test]
async fn a_full_mailbox_is_not_an_absent_one() {
    let Some(verifier) = verifier() else { return };
    let verdict = verifier.verify("hoarder@quota.test", Level::Smtp).await;
    check(&verdict, unknown("mailbox_full", Level::Smtp));
    check(&verifier.verify("ada@quota.test", Level::Smtp).await, LIVE);
    check(&verifier.verify("nobody@quota.test", Level::Smtp).await, ABSENT);
}

/// A gateway that asks the host behind it (Exim) about each recipient before it answers.
#[tokio::test]
async fn a_gateway_that_calls_ahead() {
    let Some(verifier) = verifier() else { return };
    // Postfix's default, on cautious.test, is 450 for what the host behind refused with 550.
    for domain in ["gateway.test", "cautious.test"] {
        check(&verifier.verify(&format!("ada@{domain}"), Level::Smtp).await, LIVE);
        check(&verifier.verify(&format!("nobody@{domain}"), Level::Smtp).await, ABSENT);
    }
}

#[tokio::test]
async fn nine_names_cost_one_connection() {
    let Some(config) = config() else { return };
    let helo_name = "one-connection.company.test".to_owned();
    let verifier = verifier_with(VerifyConfig { helo_name: helo_name.clone(), ..config });
    let mut names: Vec<_> = (0..8).map(|n| address(&format!("guess-{n}@company.test"))).collect();
    names.push(address("ada@company.test"));
    let domain = domain("company.test");
    match verifier.first_deliverable(&domain, &names).await {
        Guess::Found { email, verdict } => {
            assert_eq!(email, address("ada@company.test"));
            check(&verdict, LIVE);
        }
        other => panic!("{other:?}"),
    }
    // Each refusal names the HELO and the process that served the connection.
    let refused = mail_log(8, &["reject: RCPT", &helo_name]).await;
    assert_eq!(refused.len(), 8, "{refused:#?}");
    let process = |line: &String| line.split(' ').find(|w| w.contains("smtpd[")).map(str::to_owned);
    let first = refused.first().and_then(process);
    assert!(refused.iter().all(|line| process(line) == first), "{refused:#?}");
}

pub(crate) fn domain(text: &str) -> Domain {
    Domain::try_from(text.to_owned()).expect("a domain")
}

pub(crate) fn address(text: &str) -> EmailAddress {
    captely_verify::syntax(text).expect("an address")
}
