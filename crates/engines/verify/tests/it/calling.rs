//! How mail hosts are called: in private, from set addresses, by proxies, at a pace.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use captely_contact::{EmailStatus, Safety};
use captely_verify::{
    EmailVerdict, EmailVerifier, FamilyLimits, IpVersions, Level, MailFamily, Probe, SocksProxy,
    StartTls, VerifyConfig,
};

use crate::peer::{Answer, Manners, Socks, SocksManners, Tls, World, ok};

async fn verify(config: VerifyConfig, address: &str) -> EmailVerdict {
    EmailVerifier::new(config, 7).unwrap().verify(address, Level::Smtp).await
}

#[track_caller]
fn check(verdict: &EmailVerdict, code: &str) {
    let blamed = verdict.status == EmailStatus::Invalid || verdict.safety == Safety::Invalid;
    assert!(verdict.code == code && !blamed, "{code} expected: {verdict:#?}");
}

fn private(tls: Tls) -> Manners {
    let mut manners = Manners::knowing(&["ada"]);
    manners.ehlo = "250-mx.test\r\n250-PIPELINING\r\n250 STARTTLS".into();
    manners.tls = tls;
    manners
}

#[tokio::test]
async fn starttls_is_used_where_it_is_offered_and_works() {
    let mut world = World::new().await;
    world.mail("works.test", private(Tls::Works)).await;
    world.mail("declined.test", private(Tls::Declined)).await;
    world.mail("broken.test", private(Tls::Broken)).await;
    world.mail("plain.test", Manners::knowing(&["ada"])).await;
    let verdict = verify(world.config(), "ada@works.test").await;
    check(&verdict, "accepted");
    assert!(verdict.evidence.iter().any(|line| line.contains("not verified")), "{verdict:#?}");
    assert!(world.commands("RCPT").iter().all(|line| line.contains("(private)")));
    assert_eq!(world.commands("EHLO").len(), 2, "EHLO is said again in private");
    for domain in ["declined.test", "broken.test", "plain.test"] {
        check(&verify(world.config(), &format!("ada@{domain}")).await, "accepted");
    }
    let required = || VerifyConfig { starttls: StartTls::Required, ..world.config() };
    check(&verify(required(), "ada@works.test").await, "accepted");
    check(&verify(required(), "ada@declined.test").await, "smtp_no_starttls");
    check(&verify(required(), "ada@plain.test").await, "smtp_no_starttls");
    check(&verify(required(), "ada@broken.test").await, "smtp_tls");
    let before = world.commands("STARTTLS").len();
    let never = VerifyConfig { starttls: StartTls::Never, ..world.config() };
    check(&verify(never, "ada@works.test").await, "accepted");
    assert_eq!(world.commands("STARTTLS").len(), before);
}

#[tokio::test]
async fn words_put_in_before_the_handshake_are_refused() {
    let mut world = World::new().await;
    world.mail("acme.test", private(Tls::Injected)).await;
    for starttls in [StartTls::Offered, StartTls::Required] {
        let verdict = verify(VerifyConfig { starttls, ..world.config() }, "ada@acme.test").await;
        check(&verdict, "smtp_garbled");
    }
    assert!(world.commands("RCPT").is_empty());
}

#[tokio::test]
async fn a_server_that_demands_tls_is_given_it() {
    let mut world = World::new().await;
    let mut strict = private(Tls::Works);
    strict.mail = "530 5.7.0 Must issue a STARTTLS command first".into();
    world.mail("strict.test", strict).await;
    check(&verify(world.config(), "ada@strict.test").await, "accepted");
    let never = VerifyConfig { starttls: StartTls::Never, ..world.config() };
    check(&verify(never, "ada@strict.test").await, "smtp_starttls_wanted");
}

#[tokio::test]
async fn proxies_are_used_in_turn_and_blame_nobody() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["ada"])).await;
    world.dead_host("mx.dead.test");
    world.names.set("dead.test", "MX", Answer::mx(&[(10, "mx.dead.test")]));
    let through = |proxies: &[String]| VerifyConfig {
        proxies: proxies.iter().map(|p| p.parse::<SocksProxy>().unwrap()).collect(),
        ..world.config()
    };
    let open = Socks::serve(SocksManners::Open).await;
    let guarded = Socks::serve(SocksManners::SignIn).await;
    let hasty = Socks::serve(SocksManners::HangsUp).await;
    let web = Socks::serve(SocksManners::Web).await;
    let ruled = Socks::serve(SocksManners::Says(2)).await;
    let plain = |socks: &Socks| format!("socks5://{}", socks.at);
    check(&verify(through(&[plain(&open)]), "ada@acme.test").await, "accepted");
    let signed = format!("socks5://ada:s%40cret@{}", guarded.at);
    check(&verify(through(&[signed]), "ada@acme.test").await, "accepted");
    assert_eq!((open.served(), guarded.served()), (1, 1));
    let wrong = format!("socks5://ada:hidden@{}", guarded.at);
    for broken in [plain(&hasty), plain(&web), plain(&ruled), plain(&guarded), wrong] {
        let verdict = verify(through(&[broken]), "ada@acme.test").await;
        check(&verdict, "smtp_proxy");
        assert!(!format!("{verdict:?}").contains("hidden"), "{verdict:#?}");
    }
    // One that fails is left alone, the next takes its place.
    let verifier = EmailVerifier::new(through(&[plain(&hasty), plain(&open)]), 7).unwrap();
    let before = hasty.served();
    for name in ["ada", "bob", "eve"] {
        let verdict = verifier.verify(&format!("{name}@acme.test"), Level::Smtp).await;
        assert!(["accepted", "mailbox_absent"].contains(&verdict.code), "{verdict:#?}");
    }
    assert!(hasty.served() <= before + 1);
    check(&verify(through(&[plain(&open)]), "ada@dead.test").await, "verified_to_mx");
    let timed = Socks::serve(SocksManners::Says(6)).await;
    check(&verify(through(&[plain(&timed)]), "ada@acme.test").await, "verified_to_mx");
}

#[tokio::test]
async fn source_addresses_and_ip_versions() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["ada"])).await;
    let from = |source: &str| VerifyConfig {
        source_addresses: vec![source.parse::<IpAddr>().unwrap()],
        ..world.config()
    };
    check(&verify(from("127.0.0.9"), "ada@acme.test").await, "accepted");
    check(&verify(from("::1"), "ada@acme.test").await, "verified_to_mx");
    let versions = |ip_versions| VerifyConfig { ip_versions, ..world.config() };
    check(&verify(versions(IpVersions::V6), "ada@acme.test").await, "dns_other_ip_version");
    check(&verify(versions(IpVersions::PreferV6), "ada@acme.test").await, "accepted");
    check(&verify(versions(IpVersions::V4), "ada@acme.test").await, "accepted");
}

fn limits(family: MailFamily, limits: FamilyLimits) -> BTreeMap<MailFamily, FamilyLimits> {
    BTreeMap::from([(family, limits)])
}

#[tokio::test]
async fn a_provider_is_asked_at_its_pace() {
    let mut world = World::new().await;
    world.host("gmail-smtp-in.l.google.com", Manners::by(|_, _| ok())).await;
    world.names.set("acme.test", "MX", Answer::mx(&[(10, "gmail-smtp-in.l.google.com")]));
    let row = FamilyLimits {
        connections_max: 4,
        recipients_per_connection: 10,
        recipients_per_minute: 24,
        probe: Probe::Never,
    };
    let config = VerifyConfig {
        family_limits: limits(MailFamily::Gmail, row),
        pace_wait_max: Duration::ZERO,
        ..world.config()
    };
    let verifier = EmailVerifier::new(config, 7).unwrap();
    let mut codes = Vec::new();
    for n in 0..6 {
        let verdict = verifier.verify(&format!("ada{n}@acme.test"), Level::Smtp).await;
        assert_eq!(verdict.family, Some(MailFamily::Gmail));
        assert_eq!(verdict.retry_after.is_some(), verdict.code == "smtp_paced", "{verdict:#?}");
        codes.push(verdict.code);
    }
    let (asked, paced) = ("accepted_catch_all_not_tested", "smtp_paced");
    assert_eq!(codes, [asked, asked, asked, asked, paced, paced]);
    assert_eq!(world.commands("RCPT").len(), 4);
}

#[tokio::test]
async fn the_hosts_of_a_provider_share_its_connections() {
    let mut world = World::new().await;
    for n in 0..8 {
        let host = format!("acme{n}.mail.protection.outlook.com");
        let mut slow = Manners::knowing(&["ada"]);
        slow.delay = Duration::from_millis(20);
        world.host(&host, slow).await;
        world.names.set(&format!("acme{n}.test"), "MX", Answer::mx(&[(10, &host)]));
    }
    let row =
        FamilyLimits { connections_max: 2, ..FamilyLimits::of(MailFamily::Microsoft365).unwrap() };
    let config = VerifyConfig {
        family_limits: limits(MailFamily::Microsoft365, row),
        idle_connections_max: 0,
        ..world.config()
    };
    let verifier = EmailVerifier::new(config, 7).unwrap();
    let all = (0..8).map(|n| {
        let verifier = verifier.clone();
        tokio::spawn(
            async move { verifier.verify(&format!("ada@acme{n}.test"), Level::Smtp).await },
        )
    });
    for task in all.collect::<Vec<_>>() {
        check(&task.await.unwrap(), "accepted");
    }
    // A connection that was closed here may still be open there for a moment.
    assert!(world.busiest() <= 4, "{}", world.busiest());
}

#[tokio::test]
async fn a_provider_that_refuses_the_sender_is_left_alone_on_all_its_hosts() {
    let mut world = World::new().await;
    for n in 0..2 {
        let host = format!("acme{n}.mail.protection.outlook.com");
        let mut manners = Manners::knowing(&["ada"]);
        manners.greeting = "554 5.7.1 Your network is on our block list".into();
        world.host(&host, manners).await;
        world.names.set(&format!("acme{n}.test"), "MX", Answer::mx(&[(10, &host)]));
    }
    let verifier = world.verifier();
    check(&verifier.verify("ada@acme0.test", Level::Smtp).await, "sender_blocked");
    let verdict = verifier.verify("ada@acme1.test", Level::Smtp).await;
    check(&verdict, "sender_blocked");
    assert!(
        verdict.reason.contains("left alone") && verdict.reason.contains("block list"),
        "{verdict:#?}"
    );
}
