//! Where mail goes, from DNS.

use std::time::{Duration, Instant};

use captely_contact::{CatchAll, EmailStatus, Safety};
use captely_verify::{EmailVerdict, EmailVerifier, Level, VerifyConfig};
use hickory_proto::op::ResponseCode;

use crate::peer::{Answer, Manners, World};

#[track_caller]
fn check(verdict: &EmailVerdict, code: &str, status: EmailStatus, level: Level) {
    assert_eq!(
        (verdict.code, verdict.status, verdict.level),
        (code, status, level),
        "{verdict:#?}"
    );
}

#[tokio::test]
async fn what_dns_says_is_kept_apart() {
    use EmailStatus::{Invalid, Unknown};
    let mut world = World::new().await;
    world.names.set("null.test", "MX", Answer::mx(&[(0, ".")]));
    world.names.set("bare.test", "TXT", Answer::NoData);
    world.names.set("dangling.test", "MX", Answer::mx(&[(10, "gone.test"), (20, "gone2.test")]));
    world.names.set("broken.test", "MX", Answer::Code(ResponseCode::ServFail));
    world.names.set("closed.test", "MX", Answer::Code(ResponseCode::Refused));
    world.names.set("silent.test", "MX", Answer::Silence);
    world.names.set("halfbroken.test", "MX", Answer::mx(&[(10, "mx.halfbroken.test")]));
    world.names.set("mx.halfbroken.test", "A", Answer::Code(ResponseCode::ServFail));
    world.dead_host("implicit.test");
    world.mail("plain.test", Manners::knowing(&["ada"])).await;
    let verifier = world.verifier();
    for (domain, code, status, level) in [
        ("nowhere.test", "no_such_domain", Invalid, Level::Domain),
        ("null.test", "null_mx", Invalid, Level::Mx),
        ("bare.test", "no_mail_host", Invalid, Level::Mx),
        ("dangling.test", "dangling_mx", Invalid, Level::Mx),
        ("broken.test", "dns_servfail", Unknown, Level::Syntax),
        ("closed.test", "dns_refused", Unknown, Level::Syntax),
        ("silent.test", "dns_timeout", Unknown, Level::Syntax),
        ("halfbroken.test", "dns_servfail", Unknown, Level::Mx),
        ("implicit.test", "mx_found", Unknown, Level::Mx),
        ("plain.test", "mx_found", Unknown, Level::Mx),
    ] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Mx).await;
        check(&verdict, code, status, level);
        assert_eq!(verdict.catch_all, CatchAll::NotTested);
        assert_eq!(verdict.safety == Safety::Invalid, status == Invalid);
    }
    assert!(world.commands("").is_empty(), "the MX level speaks to no mail server");
    let verdict = verifier.verify("ada@plain.test", Level::Domain).await;
    check(&verdict, "domain_exists", Unknown, Level::Domain);
    let verdict = verifier.verify("ada@plain.test", Level::Syntax).await;
    check(&verdict, "syntax_ok", Unknown, Level::Syntax);
}

#[tokio::test]
async fn aliases_truncation_and_order() {
    let mut world = World::new().await;
    let hosts = Answer::mx(&[(30, "c.test"), (10, "a.test"), (20, "b.test")]);
    world.names.set("big.test", "MX", Answer::OverTcp(Box::new(hosts)));
    world.host("a.test", Manners::knowing(&["ada"])).await;
    let alias = Answer::Cname("real.test".into(), Box::new(Answer::mx(&[(5, "a.test")])));
    world.names.set("alias.test", "MX", alias);
    let verifier = world.verifier();
    for domain in ["big.test", "alias.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
        check(&verdict, "accepted", EmailStatus::Valid, Level::Smtp);
        assert_eq!(verdict.mx_host.as_deref(), Some("a.test"));
    }
}

#[tokio::test]
async fn answers_are_remembered_and_asked_once() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["ada"])).await;
    let verifier = world.verifier();
    let all = (0..50).map(|n| {
        let verifier = verifier.clone();
        tokio::spawn(async move { verifier.verify(&format!("p{n}@acme.test"), Level::Mx).await })
    });
    for task in all.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap().code, "mx_found");
    }
    assert_eq!((world.names.asked("MX acme.test"), world.names.asked("A mx.acme.test")), (1, 1));
    let start = Instant::now();
    for _ in 0..1_000 {
        verifier.verify("p@acme.test", Level::Mx).await;
    }
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
}

#[tokio::test]
async fn private_hosts_and_test_domains_belong_to_a_sandbox() {
    let mut world = World::new().await;
    world.mail("acme.com", Manners::knowing(&["ada"])).await;
    let config = VerifyConfig { allow_private_hosts: false, ..world.config() };
    let verifier = EmailVerifier::new(config, 7).unwrap();
    let verdict = verifier.verify("ada@acme.com", Level::Smtp).await;
    check(&verdict, "private_mx", EmailStatus::Unknown, Level::Mx);
    let verdict = verifier.verify("ada@acme.test", Level::Smtp).await;
    check(&verdict, "special_use_domain", EmailStatus::Invalid, Level::Syntax);
    assert!(world.commands("").is_empty());
}

#[tokio::test]
async fn no_name_server_blames_no_address() {
    let world = World::new().await;
    let nobody = "127.9.9.9:9".parse().unwrap();
    let config = VerifyConfig {
        dns: Some(vec![nobody]),
        dns_timeout: Duration::from_millis(300),
        ..world.config()
    };
    let verdict = EmailVerifier::new(config, 7).unwrap().verify("ada@acme.com", Level::Smtp).await;
    assert_eq!(verdict.status, EmailStatus::Unknown, "{verdict:#?}");
    assert!(verdict.code.starts_with("dns_"), "{verdict:#?}");
}

#[tokio::test]
async fn a_bad_configuration_says_what_to_do() {
    let config = |change: fn(&mut VerifyConfig)| {
        let mut config = VerifyConfig::default();
        change(&mut config);
        EmailVerifier::new(config, 1).err().map(|why| why.to_string()).unwrap_or_default()
    };
    assert!(config(|c| c.helo_name = "a\r\nRCPT TO:<x>".into()).contains("helo_name"));
    assert!(config(|c| c.mail_from = "nobody".into()).contains("mail_from"));
    assert!(config(|c| c.connections_per_host = 0).contains("connections_per_host"));
    assert!(config(|c| c.dns = Some(vec![])).contains("dns"));
}
