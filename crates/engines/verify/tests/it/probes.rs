//! The catch-all probe: when it is made, how, and what its answer is worth.

use captely_contact::{CatchAll, EmailStatus, Safety};
use captely_verify::{EmailVerdict, EmailVerifier, Level, VerifyConfig};

use crate::peer::{Answer, Manners, World, absent, ok};

#[track_caller]
fn check(verdict: &EmailVerdict, code: &str, status: EmailStatus, catch_all: CatchAll) {
    assert_eq!(
        (verdict.code, verdict.status, verdict.catch_all),
        (code, status, catch_all),
        "{verdict:#?}"
    );
}

/// Recipients in the order asked, as `connection local`.
fn recipients(world: &World) -> Vec<String> {
    let rcpt = world.commands("RCPT TO:<");
    rcpt.iter()
        .map(|line| line.replace("RCPT TO:<", "").split('@').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_real_recipient_first_then_a_made_up_one() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["ada"])).await;
    world.mail("all.test", Manners::by(|_, _| ok())).await;
    let verifier = world.verifier();
    let verdict = verifier.verify("ada@acme.test", Level::Smtp).await;
    check(&verdict, "accepted", EmailStatus::Valid, CatchAll::No);
    let asked = recipients(&world);
    assert_eq!((asked.len(), asked[0].as_str()), (2, "0 ada"));
    assert_eq!(asked[1].len(), "0 ".len() + 14, "one connection serves both: {asked:?}");
    let verdict = verifier.verify("ada@all.test", Level::Smtp).await;
    check(&verdict, "accept_all", EmailStatus::AcceptAll, CatchAll::Yes);
    assert_eq!(verdict.safety, Safety::Risky);
    assert!(verdict.evidence.iter().any(|line| line.contains("catch-all probe")), "{verdict:#?}");
}

#[tokio::test]
async fn a_second_recipient_refused_is_no_answer() {
    for refusal in
        ["452 4.5.3 Too many recipients", "550 5.5.0 mailbox unavailable", "550 Only one recipient"]
    {
        let mut world = World::new().await;
        // Takes every name, one a connection: the probe must find that out.
        let manners = Manners::by(move |_, nth| if nth == 0 { ok() } else { refusal.into() });
        world.mail("one.test", manners).await;
        // Knows ada and bob, one a connection: both must be found.
        let knows = Manners::by(move |address, nth| match (nth, address) {
            (0, "ada@two.test" | "bob@two.test") => ok(),
            (0, _) => absent(),
            _ => refusal.into(),
        });
        world.mail("two.test", knows).await;
        let verifier = world.verifier();
        let verdict = verifier.verify("ada@one.test", Level::Smtp).await;
        check(&verdict, "accept_all", EmailStatus::AcceptAll, CatchAll::Yes);
        for name in ["ada", "bob"] {
            let verdict = verifier.verify(&format!("{name}@two.test"), Level::Smtp).await;
            check(&verdict, "accepted", EmailStatus::Valid, CatchAll::No);
        }
        let verdict = verifier.verify("eve@two.test", Level::Smtp).await;
        check(&verdict, "mailbox_absent", EmailStatus::Invalid, CatchAll::No);
    }
}

#[tokio::test]
async fn even_a_clear_refusal_of_a_later_recipient_is_made_sure_of() {
    let mut world = World::new().await;
    // A liar: everybody but the first of a connection is "unknown".
    let liar = Manners::by(|address, nth| match (nth, address) {
        (0, "ada@liar.test" | "bob@liar.test") => ok(),
        _ => absent(),
    });
    world.mail("liar.test", liar).await;
    let verifier = world.verifier();
    for name in ["ada", "bob"] {
        let verdict = verifier.verify(&format!("{name}@liar.test"), Level::Smtp).await;
        check(&verdict, "accepted", EmailStatus::Valid, CatchAll::No);
    }
}

#[tokio::test]
async fn no_answer_to_the_probe_is_said_so() {
    let mut world = World::new().await;
    let manners =
        Manners::by(
            |address, _| {
                if address.starts_with("ada@") { ok() } else { "451 4.7.1 Greylisted".into() }
            },
        );
    world.mail("acme.test", manners).await;
    world.mail("other.test", Manners::knowing(&["ada"])).await;
    let verdict = world.verifier().verify("ada@acme.test", Level::Smtp).await;
    check(&verdict, "accepted_catch_all_not_tested", EmailStatus::Unknown, CatchAll::NotTested);
    assert_eq!(verdict.safety, Safety::Risky);
    let config = VerifyConfig { catch_all_probe: false, ..world.config() };
    let verifier = EmailVerifier::new(config, 7).unwrap();
    let verdict = verifier.verify("ada@other.test", Level::Smtp).await;
    check(&verdict, "accepted_catch_all_not_tested", EmailStatus::Unknown, CatchAll::NotTested);
}

#[tokio::test]
async fn one_probe_serves_a_hundred_rows() {
    let mut world = World::new().await;
    world.mail("all.test", Manners::by(|_, _| ok())).await;
    let verifier = world.verifier();
    let rows = (0..100).map(|n| {
        let verifier = verifier.clone();
        tokio::spawn(async move { verifier.verify(&format!("p{n}@all.test"), Level::Smtp).await })
    });
    for row in rows.collect::<Vec<_>>() {
        check(&row.await.unwrap(), "accept_all", EmailStatus::AcceptAll, CatchAll::Yes);
    }
    let asked = recipients(&world);
    let probes = asked.iter().filter(|line| !line.contains(" p")).count();
    assert!(asked.len() <= 102, "{}", asked.len());
    assert!(probes <= 2, "{probes} probes");
}

#[tokio::test]
async fn a_refused_name_proves_that_the_domain_does_not_take_all() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["ada"])).await;
    let verifier = world.verifier();
    let verdict = verifier.verify("eve@acme.test", Level::Smtp).await;
    check(&verdict, "mailbox_absent", EmailStatus::Invalid, CatchAll::No);
    let verdict = verifier.verify("ada@acme.test", Level::Smtp).await;
    check(&verdict, "accepted", EmailStatus::Valid, CatchAll::No);
    assert_eq!(recipients(&world), ["0 eve", "0 ada"]);
}

#[tokio::test]
async fn connections_are_reused_within_limits() {
    let mut world = World::new().await;
    world
        .mail(
            "acme.test",
            Manners::by(|address, _| if address.starts_with('p') { ok() } else { absent() }),
        )
        .await;
    let config = VerifyConfig { recipients_per_connection: 10, ..world.config() };
    let verifier = EmailVerifier::new(config, 7).unwrap();
    for n in 0..40 {
        let verdict = verifier.verify(&format!("p{n}@acme.test"), Level::Smtp).await;
        assert_eq!(verdict.code, "accepted", "{verdict:#?}");
    }
    let connections = world.commands("EHLO").len();
    assert!((4..=6).contains(&connections), "{connections} connections for 41 recipients");
    // Many at once stay within the limit of connections to one host.
    let mut world = World::new().await;
    let mut slow = Manners::by(|_, _| ok());
    slow.delay = std::time::Duration::from_millis(5);
    world.mail("slow.test", slow).await;
    let config = VerifyConfig {
        connections_per_host: 3,
        recipients_per_connection: 1_000,
        ..world.config()
    };
    let verifier = EmailVerifier::new(config, 7).unwrap();
    let rows = (0..60).map(|n| {
        let verifier = verifier.clone();
        tokio::spawn(async move { verifier.verify(&format!("p{n}@slow.test"), Level::Smtp).await })
    });
    for row in rows.collect::<Vec<_>>() {
        assert_eq!(row.await.unwrap().code, "accept_all");
    }
    assert!(world.commands("EHLO").len() <= 3);
}

#[tokio::test]
async fn a_connection_closed_meanwhile_is_replaced() {
    let mut world = World::new().await;
    // Hangs up at the third recipient of every connection.
    let manners = Manners::by(|address, nth| match nth {
        2 => "CLOSE".into(),
        _ if address.starts_with('p') => ok(),
        _ => absent(),
    });
    world.mail("acme.test", manners).await;
    let verifier = world.verifier();
    for n in 0..10 {
        let verdict = verifier.verify(&format!("p{n}@acme.test"), Level::Smtp).await;
        check(&verdict, "accepted", EmailStatus::Valid, CatchAll::No);
    }
}

#[tokio::test]
async fn the_probe_has_its_own_connection_where_the_provider_needs_it() {
    let mut world = World::new().await;
    // Everybody is taken, the second of a connection refused in words that leave no doubt
    // (AfterShip/email-verifier#72).
    for (domain, host) in [
        ("hot.test", "hot-test.olc.protection.outlook.com"),
        ("firm.test", "firm-test.mail.protection.outlook.com"),
    ] {
        world.host(host, Manners::by(|_, nth| if nth == 0 { ok() } else { absent() })).await;
        world.names.set(domain, "MX", Answer::mx(&[(10, host)]));
    }
    let verifier = world.verifier();
    for domain in ["hot.test", "firm.test"] {
        let verdict = verifier.verify(&format!("ada@{domain}"), Level::Smtp).await;
        check(&verdict, "accept_all", EmailStatus::AcceptAll, CatchAll::Yes);
    }
    let asked: Vec<_> = recipients(&world).iter().map(|line| line.as_bytes()[0]).collect();
    assert_eq!(asked, [b'0', b'1', b'0', b'1'], "one recipient for each connection");
    let verdict = verifier.verify("bob@hot.test", Level::Smtp).await;
    check(&verdict, "accept_all", EmailStatus::AcceptAll, CatchAll::Yes);
}

#[tokio::test]
async fn a_probe_that_fails_is_no_answer() {
    for refusal in
        ["CLOSE", "SILENCE", "421 4.7.0 Go away", "550 5.7.1 Blocked", "nonsense", "354 Go"]
    {
        let mut world = World::new().await;
        let manners = Manners::by(
            move |address, _| {
                if address.starts_with("ada@") { ok() } else { refusal.into() }
            },
        );
        world.mail("acme.test", manners).await;
        let verdict = world.verifier().verify("ada@acme.test", Level::Smtp).await;
        check(&verdict, "accepted_catch_all_not_tested", EmailStatus::Unknown, CatchAll::NotTested);
        let told = verdict.evidence.iter().any(|line| line.contains("catch-all not tested"));
        assert!(told, "{verdict:#?}");
    }
}
