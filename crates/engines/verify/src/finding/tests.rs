use super::*;

const PLAIN: Classes =
    Classes { disposable: false, role: false, free_provider: false, relay: false };

#[track_caller]
fn check(finding: &Finding, classes: Classes, status: EmailStatus, safety: Safety) {
    let weight = finding.weigh(classes);
    assert_eq!((weight.status, weight.safety), (status, safety), "{finding:?}");
    assert!(CODES.contains(&weight.code), "{} stands in no list", weight.code);
    assert!(weight.score_max <= 100 && weight.estimate <= 100);
    assert!(weight.reason.ends_with('.'), "{}", weight.reason);
}

#[test]
fn acceptance_is_worth_what_the_catch_all_test_says() {
    let yes = Finding::Accepted(CatchAll::Yes);
    let no = Finding::Accepted(CatchAll::No);
    let untested = Finding::Accepted(CatchAll::NotTested);
    check(&no, PLAIN, EmailStatus::Valid, Safety::Safe);
    check(&yes, PLAIN, EmailStatus::AcceptAll, Safety::Risky);
    check(&untested, PLAIN, EmailStatus::Unknown, Safety::Risky);
    check(&no, Classes { role: true, ..PLAIN }, EmailStatus::Valid, Safety::Risky);
    check(&no, Classes { free_provider: true, ..PLAIN }, EmailStatus::Webmail, Safety::Safe);
    check(&no, Classes { relay: true, ..PLAIN }, EmailStatus::Valid, Safety::Safe);
    check(&no, Classes { disposable: true, ..PLAIN }, EmailStatus::Disposable, Safety::Risky);
    assert!(no.weigh(PLAIN).score_max > untested.weigh(PLAIN).score_max);
    assert!(untested.weigh(PLAIN).score_max > yes.weigh(PLAIN).score_max);
}

#[test]
fn only_what_is_about_the_address_makes_it_invalid() {
    for meaning in
        [Meaning::Absent { clear: true }, Meaning::Absent { clear: false }, Meaning::Disabled]
    {
        check(&Finding::Refused(meaning), PLAIN, EmailStatus::Invalid, Safety::Invalid);
    }
    let wait = Duration::from_secs(1);
    for meaning in [
        Meaning::SenderBlocked,
        Meaning::Policy,
        Meaning::Protocol,
        Meaning::Greylisted(wait),
        Meaning::Temporary(wait),
        Meaning::TooManyRecipients,
    ] {
        check(&Finding::PutOff(meaning), PLAIN, EmailStatus::Unknown, Safety::Unknown);
    }
    for trouble in [
        Trouble::ConnectTimeout,
        Trouble::ConnectRefused,
        Trouble::Unreachable("x".into()),
        Trouble::Silent("RCPT"),
        Trouble::Closed("RCPT"),
        Trouble::Garbled("EHLO"),
        Trouble::SenderBlocked("554".into()),
        Trouble::Temporary("421".into(), wait),
        Trouble::NoSmtpUtf8,
        Trouble::Paused(Box::new(Trouble::ConnectRefused), wait),
        Trouble::Paused(Box::new(Trouble::Temporary("421".into(), wait)), wait),
        Trouble::Proxy("x".into()),
        Trouble::Tls("x".into()),
        Trouble::NoStartTls,
        Trouble::StartTlsWanted,
        Trouble::Paced(wait),
    ] {
        check(&Finding::Trouble(trouble), PLAIN, EmailStatus::Unknown, Safety::Unknown);
    }
    for failure in [DnsFailure::TimedOut, DnsFailure::ServFail, DnsFailure::Refused("x".into())] {
        check(&Finding::DnsFailed(failure), PLAIN, EmailStatus::Unknown, Safety::Unknown);
    }
    check(&Finding::CallTimeout(wait), PLAIN, EmailStatus::Unknown, Safety::Unknown);
    check(&Finding::Refused(Meaning::Full), PLAIN, EmailStatus::Unknown, Safety::Risky);
    check(
        &Finding::NullMx,
        Classes { disposable: true, ..PLAIN },
        EmailStatus::Invalid,
        Safety::Invalid,
    );
}

#[test]
fn users_are_told_what_each_code_asks_of_them() {
    let page = include_str!("../../../../../docs/verification/mail-hosts.md");
    for code in CODES.iter().filter(|code| !code.starts_with("syntax_")) {
        assert!(page.contains(&format!("`{code}`")), "{code} stands not in mail-hosts.md");
    }
}
