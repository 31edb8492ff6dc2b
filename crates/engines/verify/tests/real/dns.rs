//! What Unbound and Knot say, broken domains among it.

use std::time::Duration;

use captely_contact::{CatchAll, EmailStatus};
use captely_verify::{Level, VerifyConfig};

use crate::servers::{authority, check, dns_config, resolver, unknown, verifier_with};

#[tokio::test]
async fn every_kind_of_domain_has_its_own_answer() {
    use EmailStatus::{Invalid, Unknown};
    let Some(server) = resolver() else { return };
    let verifier = verifier_with(dns_config(server));
    for (domain, code, status, level) in [
        ("company.test", "mx_found", Unknown, Level::Mx),
        ("nowhere.test", "no_such_domain", Invalid, Level::Domain),
        ("deep.nowhere.test", "no_such_domain", Invalid, Level::Domain),
        ("null.test", "null_mx", Invalid, Level::Mx),
        ("bare.test", "no_mail_host", Invalid, Level::Mx),
        ("implicit.test", "mx_found", Unknown, Level::Mx),
        ("dangling.test", "dangling_mx", Invalid, Level::Mx),
        ("literal.test", "bad_mx", Unknown, Level::Mx),
        ("sub.wild.test", "mx_found", Unknown, Level::Mx),
        ("alias.test", "mx_found", Unknown, Level::Mx),
        ("team.renamed.test", "mx_found", Unknown, Level::Mx),
        ("mxalias.test", "mx_found", Unknown, Level::Mx),
        ("bücher.test", "mx_found", Unknown, Level::Mx),
        ("astray.test", "no_such_domain", Invalid, Level::Domain),
        ("loop.test", "dns_servfail", Unknown, Level::Syntax),
        ("mxloop.test", "dns_servfail", Unknown, Level::Mx),
        ("lame.example", "dns_servfail", Unknown, Level::Syntax),
        ("unsigned.test", "mx_found", Unknown, Level::Mx),
    ] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Mx).await;
        check(&verdict, (code, status, CatchAll::NotTested, level));
    }
}

/// Signatures that ran out, and a parent that vouches for a key which is gone: the two usual ways
/// to break a signed zone. The mailboxes behind it may all be alive.
#[tokio::test]
async fn broken_dnssec_blames_no_address() {
    let Some(server) = resolver() else { return };
    let verifier = verifier_with(dns_config(server));
    for domain in ["expired.test", "rollover.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Mx).await;
        check(&verdict, unknown("dns_dnssec", Level::Syntax));
    }
}

/// Sixty hosts do not fit into one datagram, and the resolver puts them in any order.
#[tokio::test]
async fn the_best_of_sixty_hosts_is_found_over_tcp() {
    let Some(server) = resolver() else { return };
    for _ in 0..8 {
        let verdict = verifier_with(dns_config(server)).verify("ada@big.test", Level::Mx).await;
        check(&verdict, unknown("mx_found", Level::Mx));
        assert_eq!(verdict.mx_host.as_deref(), Some("mx.company.test"), "{verdict:#?}");
    }
}

#[tokio::test]
async fn a_slow_name_server_is_waited_for() {
    let Some(server) = resolver() else { return };
    let verifier = verifier_with(dns_config(server));
    let verdict = verifier.verify("ada@patient.slow.test", Level::Mx).await;
    check(&verdict, unknown("mx_found", Level::Mx));
}

#[tokio::test]
async fn impatience_and_silence_blame_no_address() {
    let Some(server) = resolver() else { return };
    let config = VerifyConfig { dns_timeout: Duration::from_millis(250), ..dns_config(server) };
    let hasty = verifier_with(config);
    for domain in ["hasty.slow.test", "silent.test"] {
        let verdict = hasty.verify(&format!("ada@{domain}"), Level::Mx).await;
        check(&verdict, unknown("dns_timeout", Level::Syntax));
    }
    // Unbound went on asking and knows the answer by now.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let verdict = verifier_with(dns_config(server)).verify("ada@hasty.slow.test", Level::Mx).await;
    check(&verdict, unknown("mx_found", Level::Mx));
}

#[tokio::test]
async fn a_server_that_refuses_says_nothing_about_the_domain() {
    let Some(server) = authority() else { return };
    let verifier = verifier_with(dns_config(server));
    let verdict = verifier.verify("ada@elsewhere.com", Level::Mx).await;
    check(&verdict, unknown("dns_refused", Level::Syntax));
    let verdict = verifier.verify("ada@company.test", Level::Mx).await;
    check(&verdict, unknown("mx_found", Level::Mx));
}
