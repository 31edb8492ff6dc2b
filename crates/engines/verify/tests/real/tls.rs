//! STARTTLS with OpenSSL (Postfix) and GnuTLS (Exim), offered, demanded and broken.

use captely_verify::{EmailVerdict, Level, StartTls, VerifyConfig};

use crate::servers::{ABSENT, LIVE, check, config, unknown, verifier_with};

async fn verify(starttls: StartTls, email: &str) -> Option<EmailVerdict> {
    let config = VerifyConfig { starttls, ..config()? };
    Some(verifier_with(config).verify(email, Level::Smtp).await)
}

fn holds(verdict: &EmailVerdict, words: &str) -> bool {
    verdict.evidence.iter().any(|line| line.contains(words))
}

#[tokio::test]
async fn a_server_that_demands_it() {
    let Some(verdict) = verify(StartTls::Offered, "ada@starttls.test").await else { return };
    check(&verdict, LIVE);
    assert!(holds(&verdict, "TLS 1.3"), "{verdict:#?}");
    let Some(verdict) = verify(StartTls::Offered, "nobody@starttls.test").await else { return };
    check(&verdict, ABSENT);
    // In the clear it talks to nobody, which says nothing about the mailbox.
    let Some(verdict) = verify(StartTls::Never, "ada@starttls.test").await else { return };
    check(&verdict, unknown("smtp_starttls_wanted", Level::Mx));
}

#[tokio::test]
async fn another_library_offers_it() {
    for (starttls, private) in
        [(StartTls::Never, false), (StartTls::Offered, true), (StartTls::Required, true)]
    {
        let Some(verdict) = verify(starttls, "ada@exim.test").await else { return };
        check(&verdict, LIVE);
        assert_eq!(holds(&verdict, "TLS 1.3"), private, "{verdict:#?}");
    }
}

/// TLS 1.0 alone: the handshake fails, and mail servers then talk in the clear.
#[tokio::test]
async fn a_handshake_that_fails() {
    let Some(verdict) = verify(StartTls::Offered, "ada@oldtls.test").await else { return };
    check(&verdict, LIVE);
    assert!(holds(&verdict, "in the clear"), "{verdict:#?}");
    let Some(verdict) = verify(StartTls::Required, "ada@oldtls.test").await else { return };
    check(&verdict, unknown("smtp_tls", Level::Mx));
}

#[tokio::test]
async fn a_server_without_it() {
    let Some(verdict) = verify(StartTls::Required, "ada@company.test").await else { return };
    check(&verdict, unknown("smtp_no_starttls", Level::Mx));
}
