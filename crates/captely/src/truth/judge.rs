use std::sync::Arc;
use std::time::Duration;

use captely_sandbox::dns::{self, DnsSettings};
use captely_sandbox::mail_world::MailWorld;
use captely_sandbox::smtp::{self, SmtpSettings};
use captely_sandbox::world::{LabelledAddress, World};
use captely_verify::{EmailVerdict, EmailVerifier, Level, VerifyConfig};
use futures::{StreamExt as _, stream};

/// Addresses under way at a time.
const AT_ONCE: usize = 128;
/// How long the world's greylists put a stranger off, and how often the measurement comes back.
const GREYLIST_DELAY_MS: u64 = 200;
const ROUNDS_MAX: usize = 4;

/// An address with its truth, and what the verifier said of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The truth.
    pub truth: LabelledAddress,
    /// What was said.
    pub verdict: EmailVerdict,
}

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct Judgement {
    /// The world's seed.
    pub seed: u64,
    /// How many addresses of it.
    pub addresses: u32,
    /// How deep they are looked at.
    pub level: Level,
}

/// Verifies the addresses of a world against its mail hosts, started here; those that were put off
/// are asked again after the hosts' delay.
pub async fn judge(
    what: Judgement,
) -> Result<Vec<Judged>, Box<dyn std::error::Error + Send + Sync>> {
    let world = Arc::new(World::new(what.seed, what.addresses));
    let mail: Arc<dyn MailWorld> = Arc::<World>::clone(&world);
    let loopback = "127.0.0.1:0".parse()?;
    let dns = dns::start(Arc::clone(&mail), loopback, DnsSettings::default()).await?;
    let smtp = smtp::start(mail, hosts()).await?;
    let config = VerifyConfig {
        dns: Some(vec![dns.addr()]),
        smtp_port: smtp.port(),
        allow_private_hosts: true,
        // A list is better spread than one domain after the other; the hosts here are few.
        connections_per_host: 16,
        ..VerifyConfig::default()
    };
    let verifier = EmailVerifier::new(config, what.seed)?;
    let labelled = (0..).map_while(|row| world.labelled_address(row));
    let mut judged: Vec<Judged> = stream::iter(labelled)
        .map(|truth| {
            let verifier = verifier.clone();
            async move {
                let verdict = verifier.verify(&truth.address, what.level).await;
                Judged { truth, verdict }
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    for _round in 1..ROUNDS_MAX {
        if !again(&verifier, what.level, &mut judged).await {
            break;
        }
    }
    dns.stop().await;
    smtp.stop().await;
    Ok(judged)
}

/// Asks those again that were put off; false where there were none.
async fn again(verifier: &EmailVerifier, level: Level, judged: &mut [Judged]) -> bool {
    let put_off: Vec<&mut Judged> =
        judged.iter_mut().filter(|one| one.verdict.retry_after.is_some()).collect();
    if put_off.is_empty() {
        return false;
    }
    tokio::time::sleep(Duration::from_millis(GREYLIST_DELAY_MS.saturating_mul(2))).await;
    stream::iter(put_off)
        .for_each_concurrent(AT_ONCE, async |one| {
            one.verdict = verifier.verify(&one.truth.address, level).await;
        })
        .await;
    true
}

/// Hosts that behave as always, only quicker.
fn hosts() -> SmtpSettings {
    SmtpSettings {
        greylist_delay_ms: GREYLIST_DELAY_MS,
        tarpit_banner_ms: 20,
        tarpit_reply_ms: 5,
        connections_max: 4_096,
        connections_per_host_max: 1_024,
        ..SmtpSettings::default()
    }
}
