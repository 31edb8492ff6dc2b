//! How this host looks to name servers and mail servers. Asked with the verifier's own engine, so that
//! what works here works there.

use std::sync::Arc;
use std::time::Duration;

use captely_platform::chance::Chance;
use captely_platform::clock::{Clock as _, SystemClock};
use captely_verify::{AuditConfig, AuditError, AuditFinding, AuditState, VerifyConfig, audit_host};

use super::finding::{Finding, Health};
use crate::cli::DoctorArgs;
use crate::config::Settings;

/// Steps of the audit that wait for each other and can each take the whole time of a question: where
/// mail goes, the connection, the greeting, what is known of the address it tells.
const STEPS: u32 = 4;

pub(super) async fn look(settings: &Settings, args: &DoctorArgs) -> Vec<Finding> {
    match audit_host(&config(settings, args)).await {
        Ok(audit) => audit.findings.into_iter().map(finding).collect(),
        Err(why) => vec![refused(&why)],
    }
}

fn config(settings: &Settings, args: &DoctorArgs) -> AuditConfig {
    let limit = Duration::from_secs(args.timeout_s);
    let verify = VerifyConfig {
        dns_timeout: limit,
        connect_timeout: limit,
        command_timeout: limit,
        ..settings.verify.for_engine()
    };
    let clock = Arc::new(|| SystemClock.now());
    // Without randomness the made-up names are the same each time, which only helps a liar.
    let seed = Chance::from_os().map(|chance| chance.u64()).unwrap_or_default();
    AuditConfig {
        address: args.address.or(settings.verify.public_address),
        probe_domains: args.probe_domain.clone(),
        block_lists: settings.verify.block_lists.clone(),
        ntp_server: settings.doctor.ntp_server.clone(),
        total_timeout: limit.saturating_mul(STEPS),
        ..AuditConfig::new(verify, clock, seed)
    }
}

fn finding(found: AuditFinding) -> Finding {
    let health = match found.state {
        AuditState::Works => Health::Works,
        AuditState::Limited => Health::Limited,
        AuditState::Missing => Health::Missing,
        AuditState::Broken => Health::Broken,
    };
    let mut finding = Finding::new(found.what, health, found.says);
    finding.unlocks = found.unlocks.map(str::to_owned);
    finding.mend = found.mend;
    finding.code = Some(found.code);
    finding
}

/// Nothing could be asked at all.
fn refused(why: &AuditError) -> Finding {
    Finding::new("name servers and mail servers", Health::Broken, why.to_string())
        .unlocking("checking domains and mailboxes (verify --level domain and above)")
}
