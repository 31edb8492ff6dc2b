//! Trying likely addresses at a domain.

use std::sync::Arc;

use captely_contact::{CatchAll, Domain, EmailAddress, EmailStatus};
use captely_verify::{EmailVerifier, Guess, OwnLists, VerifyConfig};

use crate::peer::{Answer, Manners, World, absent, ok};

async fn guess(verifier: &EmailVerifier, domain: &str, names: &[&str]) -> Guess {
    let candidates: Vec<EmailAddress> =
        names.iter().map(|name| format!("{name}@{domain}").parse().unwrap()).collect();
    let domain: Domain = domain.parse().unwrap();
    verifier.first_deliverable(&domain, &candidates).await
}

#[track_caller]
fn found(guess: &Guess) -> &str {
    match guess {
        Guess::Found { email, verdict } => {
            assert_eq!((verdict.status, verdict.catch_all), (EmailStatus::Valid, CatchAll::No));
            assert!(verdict.probability.as_percent() >= 90, "{verdict:#?}");
            email.local()
        }
        other => panic!("{other:#?}"),
    }
}

const NAMES: &[&str] = &["ada.lovelace", "alovelace", "ada", "lovelace", "ada_lovelace"];

#[tokio::test]
async fn the_first_accepted_is_found_on_one_connection() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["ada", "lovelace"])).await;
    let verifier = world.verifier();
    assert_eq!(found(&guess(&verifier, "acme.test", NAMES).await), "ada");
    assert_eq!(world.commands("EHLO").len(), 1);
    // Two names were refused, so no made-up name was needed.
    assert!(
        world
            .commands("RCPT")
            .iter()
            .all(|line| NAMES.iter().any(|n| line.contains(&format!("<{n}@"))))
    );
    assert_eq!(found(&guess(&verifier, "acme.test", &["lovelace"]).await), "lovelace");
}

#[tokio::test]
async fn a_first_hit_is_made_sure_of_by_a_made_up_name() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["ada.lovelace"])).await;
    world.mail("all.test", Manners::by(|_, _| ok())).await;
    let verifier = world.verifier();
    assert_eq!(found(&guess(&verifier, "acme.test", NAMES).await), "ada.lovelace");
    assert_eq!(world.commands("RCPT").len(), 2);
    assert_eq!(guess(&verifier, "all.test", NAMES).await, Guess::AcceptsAll);
    let before = world.commands("all.test").len();
    assert_eq!(guess(&verifier, "all.test", NAMES).await, Guess::AcceptsAll);
    assert_eq!(world.commands("all.test").len(), before, "known at once");
}

#[tokio::test]
async fn nobody_there() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["grace"])).await;
    let verifier = world.verifier();
    assert_eq!(guess(&verifier, "acme.test", NAMES).await, Guess::NoneAccepted { tried: 5 });
    assert_eq!(guess(&verifier, "acme.test", &[]).await, Guess::NoneAccepted { tried: 0 });
    assert_eq!(world.commands("EHLO").len(), 1);
}

#[tokio::test]
async fn without_pipelining_too() {
    let mut world = World::new().await;
    let mut plain = Manners::knowing(&["lovelace"]);
    plain.ehlo = "250 mx.test".into();
    world.mail("acme.test", plain).await;
    assert_eq!(found(&guess(&world.verifier(), "acme.test", NAMES).await), "lovelace");
}

#[tokio::test]
async fn servers_that_take_one_recipient_each() {
    for refusal in ["452 4.5.3 Too many recipients", "550 5.5.0 mailbox unavailable"] {
        let mut world = World::new().await;
        let manners = Manners::by(move |address, nth| match (nth, address) {
            (0, "lovelace@acme.test") => ok(),
            (0, _) => absent(),
            _ => refusal.into(),
        });
        world.mail("acme.test", manners).await;
        assert_eq!(
            found(&guess(&world.verifier(), "acme.test", NAMES).await),
            "lovelace",
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn domains_without_mail_are_said_at_once() {
    let mut world = World::new().await;
    world.names.set("null.test", "MX", Answer::mx(&[(0, ".")]));
    world.names.set("silent.test", "MX", Answer::Silence);
    world.dead_host("mx.dead.test");
    world.names.set("dead.test", "MX", Answer::mx(&[(10, "mx.dead.test")]));
    world
        .mail(
            "grey.test",
            Manners::by(|_, _| "451 4.7.1 Greylisted, come back in 60 seconds".into()),
        )
        .await;
    world
        .mail(
            "full.test",
            Manners::by(
                |a, _| if a.starts_with("ada@") { "552 5.2.2 full".into() } else { absent() },
            ),
        )
        .await;
    let verifier = world.verifier();
    for (domain, code) in [("nowhere.test", "no_such_domain"), ("null.test", "null_mx")] {
        match guess(&verifier, domain, NAMES).await {
            Guess::NoMail { verdict } => assert_eq!(verdict.code, code),
            other => panic!("{other:#?}"),
        }
    }
    for domain in ["silent.test", "dead.test", "grey.test", "full.test", "gmail.com"] {
        match guess(&verifier, domain, NAMES).await {
            Guess::Unknown { reason, retry_after } => {
                assert!(!reason.is_empty());
                let wait = retry_after.map(|wait| wait.as_secs());
                assert_eq!(wait, (domain == "grey.test").then_some(60), "{domain}: {reason}");
            }
            other => panic!("{domain}: {other:#?}"),
        }
    }
    assert_eq!(world.commands("grey.test").len(), 1, "the others would be put off as well");
}

#[tokio::test]
async fn what_the_own_list_blocks_is_not_tried() {
    let mut world = World::new().await;
    world.mail("acme.test", Manners::knowing(&["ada", "ada.lovelace"])).await;
    let blocked = format!("{}@acme.test", NAMES[0]);
    let lists = OwnLists::parse("", &blocked).unwrap();
    let config = VerifyConfig { own_lists: Some(Arc::new(lists)), ..world.config() };
    let verifier = EmailVerifier::new(config, 7).unwrap();
    let _ = guess(&verifier, "acme.test", NAMES).await;
    assert!(world.commands(&blocked).is_empty() && !world.commands("RCPT").is_empty());
}
