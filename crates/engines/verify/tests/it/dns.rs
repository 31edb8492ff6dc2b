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
async fn parked_domains_are_risky_and_not_connected_to() {
    let mut world = World::new().await;
    world.host("park-mx.above.com", Manners::knowing(&["ada"])).await;
    world.names.set("sold.test", "MX", Answer::mx(&[(10, "park-mx.above.com")]));
    world.host("idle.test", Manners::knowing(&["ada"])).await;
    let servers =
        |name: &str| Answer::NameServers(vec![format!("ns1.{name}"), format!("ns2.{name}")]);
    world.names.set("idle.test", "NS", servers("sedoparking.com"));
    // Hostinger's name servers, which lists of parking services wrongly hold.
    world.host("live.test", Manners::knowing(&["ada"])).await;
    world.names.set("live.test", "NS", servers("dns-parking.com"));
    let verifier = world.verifier();
    for domain in ["sold.test", "idle.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
        check(&verdict, "parked_domain", EmailStatus::Unknown, Level::Mx);
        assert_eq!(verdict.safety, Safety::Risky);
    }
    assert!(world.commands("").is_empty());
    let verdict = verifier.verify("ada@live.test", Level::Smtp).await;
    check(&verdict, "accepted", EmailStatus::Valid, Level::Smtp);
}

#[tokio::test]
async fn mx_records_that_name_no_host() {
    let mut world = World::new().await;
    world.names.set("literal.test", "MX", Answer::mx(&[(10, "127.0.0.1")]));
    world.names.set("self.test", "MX", Answer::mx(&[(10, "localhost")]));
    world.names.set("both.test", "MX", Answer::mx(&[(5, "localhost"), (10, "mx.both.test")]));
    world.host("mx.both.test", Manners::knowing(&["ada"])).await;
    // RFC 2181 §10.3 forbids an alias as mail host; everybody follows it.
    let address = world.host("real.test", Manners::knowing(&["ada"])).await;
    let alias =
        Answer::Cname("real.test".into(), Box::new(Answer::Addresses(vec![address.into()])));
    world.names.set("mx.alias.test", "A", alias);
    world.names.set("alias.test", "MX", Answer::mx(&[(10, "mx.alias.test")]));
    let verifier = world.verifier();
    for domain in ["literal.test", "self.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
        check(&verdict, "bad_mx", EmailStatus::Unknown, Level::Mx);
        assert_eq!(verdict.safety, Safety::Risky);
    }
    for domain in ["both.test", "alias.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
        check(&verdict, "accepted", EmailStatus::Valid, Level::Smtp);
    }
}

#[tokio::test]
async fn broken_dnssec_is_told_from_broken_servers() {
    let world = World::new().await;
    let hosts = || Box::new(Answer::mx(&[(10, "mx.test")]));
    world.names.set("expired.test", "MX", Answer::Bogus(Some(7), hosts()));
    world.names.set("silent.test", "MX", Answer::Bogus(None, hosts()));
    // "Network error" (23): the resolver says itself that it is something else.
    world.names.set("network.test", "MX", Answer::Bogus(Some(23), hosts()));
    world.names.set("dead.test", "MX", Answer::Code(ResponseCode::ServFail));
    let verifier = world.verifier();
    for (domain, code, words) in [
        ("expired.test", "dns_dnssec", "expired"),
        ("silent.test", "dns_dnssec", "validation is switched off"),
        ("network.test", "dns_servfail", "SERVFAIL"),
        ("dead.test", "dns_servfail", "SERVFAIL"),
    ] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Mx).await;
        check(&verdict, code, EmailStatus::Unknown, Level::Syntax);
        assert!(verdict.reason.contains(words), "{verdict:#?}");
    }
}

#[tokio::test]
async fn hostile_answers_end_and_blame_nobody() {
    let mut world = World::new().await;
    let circle = |to: &str| Answer::Cname(to.into(), Box::new(Answer::NoData));
    for kind in ["MX", "A", "AAAA", "CNAME"] {
        world.names.set("one.test", kind, circle("two.test"));
        world.names.set("two.test", kind, circle("one.test"));
        world.names.set("self.test", kind, circle("self.test"));
        for n in 0..40 {
            world.names.set(&format!("c{n}.test"), kind, circle(&format!("c{}.test", n + 1)));
        }
    }
    world.names.set("circle.test", "MX", Answer::mx(&[(10, "one.test")]));
    let names: Vec<_> = (0..500_u16).map(|n| (n, format!("mx{n}.huge.test"))).collect();
    let names: Vec<_> = names.iter().map(|(n, name)| (*n, name.as_str())).collect();
    world.names.set("huge.test", "MX", Answer::OverTcp(Box::new(Answer::mx(&names))));
    world.host("mx0.huge.test", Manners::knowing(&["ada"])).await;
    world.mail("honest.test", Manners::knowing(&["ada"])).await;
    let honest = Answer::mx(&[(10, "mx.honest.test")]);
    world.names.set("forged.test", "MX", Answer::Forged(Box::new(honest)));
    world.host("evil.test", Manners::by(|_, _| "550 5.1.1 gone".into())).await;
    world.names.set("garbage.test", "MX", Answer::Garbage);
    world.names.set("stray.test", "MX", Answer::NoData);
    world.names.set("odd.test", "MX", Answer::Stray(Box::new(Answer::mx(&[(10, "evil.test")]))));
    // An address where mail hosts were asked for.
    let wrong = Answer::Addresses(vec![std::net::Ipv4Addr::LOCALHOST.into()]);
    world.names.set("wrong.test", "MX", wrong);
    let verifier = world.verifier();
    let start = Instant::now();
    for domain in ["one.test", "self.test", "c0.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
        check(&verdict, "dns_alias_loop", EmailStatus::Unknown, Level::Syntax);
    }
    let verdict = verifier.verify("ada@circle.test", Level::Smtp).await;
    check(&verdict, "dns_alias_loop", EmailStatus::Unknown, Level::Mx);
    for domain in ["huge.test", "honest.test", "forged.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
        check(&verdict, "accepted", EmailStatus::Valid, Level::Smtp);
    }
    let verdict = verifier.verify("ada@garbage.test", Level::Smtp).await;
    assert!(verdict.code.starts_with("dns_"), "{verdict:#?}");
    for domain in ["odd.test", "wrong.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
        assert_ne!(verdict.mx_host.as_deref(), Some("evil.test"), "{verdict:#?}");
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
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
