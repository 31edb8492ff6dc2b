//! Every way in which a mail server answers or does not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use captely_contact::{CatchAll, EmailStatus, Safety};
use captely_verify::{EmailVerdict, EmailVerifier, Level, OwnLists, VerifyConfig};

use crate::peer::{Answer, Manners, World, absent, ok};

/// Verifies `ada@acme.test` at a server with those manners.
async fn ask(manners: Manners) -> (EmailVerdict, World) {
    let mut world = World::new().await;
    world.mail("acme.test", manners).await;
    let verdict = world.verifier().verify("ada@acme.test", Level::Smtp).await;
    (verdict, world)
}

#[track_caller]
fn check(verdict: &EmailVerdict, code: &str, status: EmailStatus, safety: Safety) {
    assert_eq!(
        (verdict.code, verdict.status, verdict.safety),
        (code, status, safety),
        "{verdict:#?}"
    );
    assert!(verdict.evidence.len() <= 32 && verdict.reason.ends_with('.'), "{verdict:#?}");
}

#[tokio::test]
async fn replies_to_the_recipient() {
    use EmailStatus::{Invalid, Unknown};
    for (reply, code, status, safety) in [
        ("550 5.1.1 User unknown", "mailbox_absent", Invalid, Safety::Invalid),
        ("550 Requested action not taken", "mailbox_refused", Invalid, Safety::Invalid),
        ("550 5.2.1 Mailbox disabled", "mailbox_disabled", Invalid, Safety::Invalid),
        ("552 5.2.2 Mailbox full", "mailbox_full", Unknown, Safety::Risky),
        ("452 4.2.2 Over quota", "mailbox_full", Unknown, Safety::Risky),
        ("451 4.7.1 Greylisted, try again in 120 seconds", "greylisted", Unknown, Safety::Unknown),
        ("450 4.3.0 Trouble", "temporary", Unknown, Safety::Unknown),
        ("550 5.7.1 blocked using zen.spamhaus.org", "sender_blocked", Unknown, Safety::Unknown),
        ("554 5.7.1 Rejected by policy", "policy", Unknown, Safety::Unknown),
        ("554 5.7.1 Relay access denied", "relay_denied", Unknown, Safety::Risky),
        ("452 4.5.3 Too many recipients", "too_many_recipients", Unknown, Safety::Unknown),
        ("503 5.5.1 Bad sequence", "smtp_protocol", Unknown, Safety::Unknown),
        ("CLOSE", "smtp_closed", Unknown, Safety::Unknown),
        ("SILENCE", "smtp_timeout", Unknown, Safety::Unknown),
        ("421 4.3.2 Shutting down", "smtp_temporary", Unknown, Safety::Unknown),
        ("nonsense", "smtp_garbled", Unknown, Safety::Unknown),
    ] {
        let (verdict, _world) = ask(Manners::by(move |_, _| reply.into())).await;
        check(&verdict, code, status, safety);
        let answered = !verdict.code.starts_with("smtp_") || verdict.code == "smtp_protocol";
        assert_eq!(verdict.level, if answered { Level::Smtp } else { Level::Mx }, "{verdict:#?}");
    }
    let (verdict, _) =
        ask(Manners::by(|_, _| "451 4.7.1 Greylisted, try again in 120 seconds".into())).await;
    assert_eq!(verdict.retry_after, Some(Duration::from_mins(2)));
}

#[tokio::test]
async fn trouble_before_the_recipient_never_blames_the_address() {
    for (change, code) in [
        (("greeting", "554 5.7.1 Your IP is on a block list"), "sender_blocked"),
        (("greeting", "421 Too many connections"), "smtp_temporary"),
        (("greeting", "SILENCE"), "smtp_timeout"),
        (("greeting", "CLOSE"), "smtp_closed"),
        (("greeting", "HTTP/1.1 400 Bad Request"), "smtp_garbled"),
        (("ehlo", "550 5.7.1 Bad HELO"), "sender_blocked"),
        (("mail", "550 5.7.1 Sender rejected"), "sender_blocked"),
        (("mail", "451 4.7.1 Later"), "smtp_temporary"),
    ] {
        let mut manners = Manners::knowing(&[]);
        match change {
            ("greeting", reply) => manners.greeting = reply.into(),
            ("ehlo", reply) => manners.ehlo = reply.into(),
            (_, reply) => manners.mail = reply.into(),
        }
        let (verdict, _world) = ask(manners).await;
        check(&verdict, code, EmailStatus::Unknown, Safety::Unknown);
        assert_eq!((verdict.level, verdict.catch_all), (Level::Mx, CatchAll::NotTested));
    }
}

#[tokio::test]
async fn a_server_without_esmtp_is_greeted_the_old_way() {
    let mut manners = Manners::knowing(&["ada"]);
    manners.ehlo = "502 5.5.1 Not implemented".into();
    let (verdict, world) = ask(manners).await;
    check(&verdict, "accepted", EmailStatus::Valid, Safety::Safe);
    assert_eq!(world.commands("HELO verifier.test").len(), 1);
}

#[tokio::test]
async fn endless_replies_are_cut_off() {
    for greeting in ["220-x\r\n".repeat(5_000), format!("220 {}", "x".repeat(1_000_000))] {
        let mut manners = Manners::knowing(&["ada"]);
        manners.greeting = greeting;
        let (verdict, _world) = ask(manners).await;
        check(&verdict, "smtp_garbled", EmailStatus::Unknown, Safety::Unknown);
    }
}

#[tokio::test]
async fn names_outside_ascii_need_a_server_that_takes_them() {
    let mut world = World::new().await;
    let mut modern =
        Manners::by(|address, _| if address.starts_with("jürgen") { ok() } else { absent() });
    modern.ehlo = "250-mx\r\n250-SMTPUTF8\r\n250 PIPELINING".into();
    world.mail("modern.test", modern).await;
    world.mail("old.test", Manners::knowing(&["jürgen"])).await;
    let verifier = world.verifier();
    let verdict = verifier.verify("Jürgen@modern.test", Level::Smtp).await;
    check(&verdict, "accepted", EmailStatus::Valid, Safety::Safe);
    assert_eq!(world.commands("SMTPUTF8").len(), 1);
    let verdict = verifier.verify("jürgen@old.test", Level::Smtp).await;
    check(&verdict, "smtputf8_not_supported", EmailStatus::Unknown, Safety::Unknown);
}

#[tokio::test]
async fn the_next_host_is_tried_where_the_first_is_dead() {
    let mut world = World::new().await;
    world.dead_host("dead.test");
    world.host("alive.test", Manners::knowing(&["ada"])).await;
    world.names.set("acme.test", "MX", Answer::mx(&[(10, "dead.test"), (20, "alive.test")]));
    world.names.set("lost.test", "MX", Answer::mx(&[(10, "dead.test")]));
    let verifier = world.verifier();
    let verdict = verifier.verify("ada@acme.test", Level::Smtp).await;
    check(&verdict, "accepted", EmailStatus::Valid, Safety::Safe);
    assert_eq!(verdict.mx_host.as_deref(), Some("alive.test"));
    let verdict = verifier.verify("ada@lost.test", Level::Smtp).await;
    check(&verdict, "smtp_connect_refused", EmailStatus::Unknown, Safety::Unknown);
    assert!(verdict.reason.contains("left alone"), "{verdict:#?}");
}

#[tokio::test]
async fn until_some_host_was_heard_a_silence_may_be_ours() {
    let mut world = World::new().await;
    world.dead_host("dead.test");
    world.mail("alive.test", Manners::knowing(&["ada"])).await;
    world.names.set("lost.test", "MX", Answer::mx(&[(10, "dead.test")]));
    let verifier = world.verifier();
    let verdict = verifier.verify("ada@lost.test", Level::Smtp).await;
    check(&verdict, "verified_to_mx", EmailStatus::Unknown, Safety::Unknown);
    assert_eq!(verdict.level, Level::Mx);
    assert!(verdict.reason.contains("captely doctor"), "{verdict:#?}");
    let verdict = verifier.verify("ada@alive.test", Level::Smtp).await;
    check(&verdict, "accepted", EmailStatus::Valid, Safety::Safe);
    let verdict = verifier.verify("ada@lost.test", Level::Smtp).await;
    check(&verdict, "smtp_connect_refused", EmailStatus::Unknown, Safety::Unknown);
}

#[tokio::test]
async fn a_tarpit_costs_no_more_than_the_stated_time() {
    let mut world = World::new().await;
    let mut tarpit = Manners::knowing(&["ada"]);
    tarpit.delay = Duration::from_millis(300); // always just in time for the next reply
    world.mail("acme.test", tarpit).await;
    let config = VerifyConfig { call_timeout: Duration::from_millis(700), ..world.config() };
    let start = Instant::now();
    let verdict = EmailVerifier::new(config, 7).unwrap().verify("ada@acme.test", Level::Smtp).await;
    assert!(start.elapsed() < Duration::from_millis(1_200), "{:?}", start.elapsed());
    check(&verdict, "call_timeout", EmailStatus::Unknown, Safety::Unknown);
    assert!(!verdict.evidence.is_empty(), "what was learned before stays");
}

#[tokio::test]
async fn classes_of_domains_and_names() {
    let mut world = World::new().await;
    for domain in ["gmail.com", "mailinator.com", "duck.com", "acme.test"] {
        world.mail(domain, Manners::knowing(&["ada", "info"])).await;
    }
    let verifier = world.verifier();
    let verdict = verifier.verify("ada@gmail.com", Level::Smtp).await;
    check(&verdict, "accepted", EmailStatus::Webmail, Safety::Safe);
    assert!(verdict.free_provider);
    let verdict = verifier.verify("ada@duck.com", Level::Smtp).await;
    check(&verdict, "accepted", EmailStatus::Valid, Safety::Safe);
    let verdict = verifier.verify("info@acme.test", Level::Smtp).await;
    check(&verdict, "accepted_role", EmailStatus::Valid, Safety::Risky);
    assert!(verdict.role);
    let verdict = verifier.verify("ada@mailinator.com", Level::Smtp).await;
    check(&verdict, "disposable", EmailStatus::Disposable, Safety::Risky);
    assert!(verdict.disposable && verdict.level == Level::Mx);
    assert!(world.commands("mailinator.com").is_empty());
    let verdict = verifier.verify("\"a b\"@acme.test", Level::Smtp).await;
    check(&verdict, "syntax_quoted", EmailStatus::Unknown, Safety::Risky);
    let verdict = verifier.verify("not an address", Level::Smtp).await;
    check(&verdict, "syntax_no_at", EmailStatus::Invalid, Safety::Invalid);
    assert_eq!(verdict.email, "not an address");
    let kept = serde_json::to_string(&verdict).unwrap();
    assert_eq!(serde_json::from_str::<EmailVerdict>(&kept).unwrap(), verdict);
}

#[tokio::test]
async fn what_an_address_shows_by_itself_stands_in_the_verdict() {
    let world = World::new().await;
    let verifier = world.verifier();
    let verdict = verifier.verify("ada@gmial.com", Level::Syntax).await;
    assert_eq!(verdict.suggestion.as_deref(), Some("ada@gmail.com"), "{verdict:#?}");
    let verdict = verifier.verify("ada@gmail,com", Level::Syntax).await;
    assert_eq!(
        (verdict.status, verdict.suggestion.as_deref()),
        (EmailStatus::Invalid, Some("ada@gmail.com")),
        "{verdict:#?}"
    );
    let verdict = verifier.verify("ada@раураl.com", Level::Syntax).await;
    assert!(verdict.lookalike.is_some() && verdict.reason.contains("may pass"), "{verdict:#?}");
    assert!(world.commands("").is_empty(), "nobody was asked");
}

#[tokio::test]
async fn own_lists_decide_before_anybody_is_asked() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["info", "ada"])).await;
    let lists = OwnLists::parse("info@acme.test", "ada@acme.test\nblocked.test").unwrap();
    let config = VerifyConfig { own_lists: Some(Arc::new(lists)), ..world.config() };
    let verifier = EmailVerifier::new(config, 7).unwrap();
    let verdict = verifier.verify("Ada@acme.test", Level::Smtp).await;
    check(&verdict, "blocked_by_own_list", EmailStatus::Unknown, Safety::Invalid);
    let verdict = verifier.verify("eve@sub.blocked.test", Level::Smtp).await;
    check(&verdict, "blocked_by_own_list", EmailStatus::Unknown, Safety::Invalid);
    assert!(world.commands("RCPT").is_empty());
    let verdict = verifier.verify("info@acme.test", Level::Smtp).await;
    check(&verdict, "accepted", EmailStatus::Valid, Safety::Safe);
}
