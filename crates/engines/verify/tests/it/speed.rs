//! Rates, printed. Run in release: `cargo test --release -p captely-verify speed -- --ignored --nocapture`.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use captely_contact::EmailAddress;
use captely_verify::{
    EmailVerifier, Guess, Level, VerifyConfig, is_disposable, is_free_provider, is_role, phone,
    syntax,
};

use crate::corpora::shared;
use crate::peer::{Manners, World, absent, ok};

fn per_second(what: &str, count: usize, took: Duration) {
    let rate = f64::from(u32::try_from(count).unwrap()) / took.as_secs_f64();
    println!("{what}: {rate:.0}/s ({count} in {took:.2?})");
}

#[test]
#[ignore = "a measurement"]
fn speed_of_syntax_lists_and_phones() {
    let addresses: Vec<String> =
        (0..1_000).map(|n| format!("first{n}.last@company{}.co.uk", n % 377)).collect();
    let start = Instant::now();
    for _ in 0..1_000 {
        for address in &addresses {
            black_box(syntax(black_box(address)).is_ok());
        }
    }
    per_second("syntax", 1_000_000, start.elapsed());
    let start = Instant::now();
    for _ in 0..1_000 {
        for address in &addresses {
            let email: EmailAddress = syntax(black_box(address)).unwrap();
            let domain = email.domain().unwrap();
            black_box((is_disposable(&domain), is_free_provider(&domain), is_role(email.local())));
        }
    }
    per_second("syntax and lists", 1_000_000, start.elapsed());
    let start = Instant::now();
    phone("+1 504-621-8927", None);
    println!("first phone number: {:.2?}", start.elapsed());
    let numbers: Vec<String> = shared("leads-us500/us-500.csv").map_or_else(Vec::new, |text| {
        text.split([',', '\n'])
            .filter(|c| c.len() == 12 && c.matches('-').count() == 2)
            .map(str::to_owned)
            .collect()
    });
    let start = Instant::now();
    let rounds = 100;
    for _ in 0..rounds {
        for number in &numbers {
            black_box(phone(black_box(number), Some("US")));
        }
    }
    per_second("phones", rounds * numbers.len(), start.elapsed());
}

/// 500 domains at 50 hosts; every tenth name exists.
async fn town() -> (World, Vec<String>) {
    let mut world = World::new().await;
    let mut domains = Vec::new();
    for host in 0..50 {
        let name = format!("mx{host}.town.test");
        world
            .host(
                &name,
                Manners::by(|a, _| if a.starts_with("ada.lovelace") { ok() } else { absent() }),
            )
            .await;
        for n in 0..10 {
            let domain = format!("d{host}x{n}.test");
            world.names.set(&domain, "MX", crate::peer::Answer::mx(&[(10, &name)]));
            domains.push(domain);
        }
    }
    (world, domains)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn speed_of_mailboxes() {
    let (world, domains) = town().await;
    let config = VerifyConfig { recipients_per_connection: 100, ..world.config() };
    let verifier = EmailVerifier::new(config, 7).unwrap();
    let domains = Arc::new(domains);
    let next = Arc::new(AtomicUsize::new(0));
    let total = 40_000;
    for round in ["cold", "warm"] {
        next.store(0, Ordering::Relaxed);
        let start = Instant::now();
        let before = world.commands("RCPT").len();
        let workers = (0..64).map(|_| {
            let (verifier, domains, next) =
                (verifier.clone(), Arc::clone(&domains), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= total {
                        return;
                    }
                    let domain = &domains[n % domains.len()];
                    let verdict =
                        verifier.verify(&format!("ada.lovelace{n}@{domain}"), Level::Smtp).await;
                    assert_eq!(verdict.code, "accepted", "{verdict:#?}");
                }
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.unwrap();
        }
        let took = start.elapsed();
        per_second(&format!("verify at SMTP level, {round}"), total, took);
        per_second("  recipients", world.commands("RCPT").len() - before, took);
    }
    println!("connections: {}", world.commands("EHLO").len());
    guesses(&world, &verifier, &domains).await;
    let start = Instant::now();
    for n in 0..200_000 {
        black_box(verifier.verify(&format!("p@{}", domains[n % domains.len()]), Level::Mx).await);
    }
    per_second("verify at MX level, remembered", 200_000, start.elapsed());
}

async fn guesses(world: &World, verifier: &EmailVerifier, domains: &Arc<Vec<String>>) {
    let next = Arc::new(AtomicUsize::new(0));
    let total = 20_000;
    let before = world.commands("RCPT").len();
    let start = Instant::now();
    let workers = (0..64).map(|_| {
        let (verifier, domains, next) = (verifier.clone(), Arc::clone(domains), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= total {
                    return;
                }
                let domain = &domains[n % domains.len()];
                let candidates: Vec<EmailAddress> = ["a", "al", "ada.lovelace", "lovelace"]
                    .map(|name| format!("{name}@{domain}").parse().unwrap())
                    .into();
                let guess = verifier.first_deliverable(&domain.parse().unwrap(), &candidates).await;
                assert!(matches!(guess, Guess::Found { .. }), "{guess:#?}");
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let took = start.elapsed();
    per_second("guesses of four names", total, took);
    per_second("  recipients", world.commands("RCPT").len() - before, took);
}
