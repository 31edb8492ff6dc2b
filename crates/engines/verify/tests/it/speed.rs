//! Rates, printed. Run in release: `cargo test --release -p captely-verify speed -- --ignored --nocapture`.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use captely_contact::EmailAddress;
use captely_verify::{EmailVerifier, Guess, Level, VerifyConfig};

use crate::peer::{Manners, World, absent, ok};

fn per_second(what: &str, count: usize, took: Duration) {
    let rate = f64::from(u32::try_from(count).unwrap()) / took.as_secs_f64();
    println!("{what}: {rate:.0}/s ({count} in {took:.2?})");
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
