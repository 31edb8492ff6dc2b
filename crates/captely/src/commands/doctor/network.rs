//! The way out: name servers, and mail servers on port 25. Asked with the verifier itself, so that
//! what works here works there.

use std::time::Duration;

use captely_verify::{EmailVerdict, EmailVerifier, Level, VerifyConfig};

use super::finding::{Finding, Health};
use crate::cli::DoctorArgs;
use crate::config::Settings;

/// Decides made-up names of probes, of which this command makes none.
const SEED: u64 = 0;

pub(super) async fn look(settings: &Settings, args: &DoctorArgs) -> Vec<Finding> {
    let limit = Duration::from_secs(args.timeout_s);
    let config = VerifyConfig {
        dns_timeout: limit,
        connect_timeout: limit,
        command_timeout: limit,
        call_timeout: limit.saturating_mul(3),
        catch_all_probe: false,
        ..settings.verify.for_engine()
    };
    let verifier = match EmailVerifier::new(config, SEED) {
        Ok(verifier) => verifier,
        Err(why) => {
            return vec![dns_broken(&why.to_string()), smtp_untried("no name server works")];
        }
    };
    // Every domain that takes mail has this mailbox (RFC 5321 §4.5.1).
    let address = format!("postmaster@{}", args.probe_domain);
    let route = verifier.verify(&address, Level::Mx).await;
    let Some(host) = &route.mx_host else {
        if route.level == Level::Syntax {
            return vec![dns_broken(&route.reason), smtp_untried("no name server works")];
        }
        // An answer all the same, only not the one hoped for.
        let says = format!("they answer; {}: {}", args.probe_domain, route.reason);
        let dns = Finding::new("name servers (DNS)", Health::Works, says);
        let why = format!("{} has no mail server; try another --probe-domain", args.probe_domain);
        return vec![dns, smtp_untried(&why)];
    };
    let says = format!("mail for {} goes to {host}", args.probe_domain);
    let dns = Finding::new("name servers (DNS)", Health::Works, says);
    let asked = verifier.verify(&address, Level::Smtp).await;
    vec![dns, smtp(&asked, host, settings.verify.smtp_port)]
}

fn smtp(asked: &EmailVerdict, host: &str, port: u16) -> Finding {
    let what = format!("mail servers (port {port})");
    if asked.level == Level::Smtp {
        return Finding::new(what, Health::Works, format!("{host} answers"));
    }
    let says = format!(
        "{host}: {} Many networks block the way out to port 25; ask the provider of this machine, \
         or run captely where it is open",
        asked.reason
    );
    Finding::new(what, Health::Broken, says)
        .unlocking("checking mailboxes (verify --level smtp) and guessing addresses for free")
}

fn dns_broken(why: &str) -> Finding {
    let says = format!("{why} Set verify.dns_servers if this machine has none of its own");
    Finding::new("name servers (DNS)", Health::Broken, says)
        .unlocking("checking domains (verify --level domain and above), and reaching providers")
}

fn smtp_untried(why: &str) -> Finding {
    Finding::new("mail servers (port 25)", Health::Missing, format!("not tried: {why}"))
        .unlocking("checking mailboxes (verify --level smtp) and guessing addresses for free")
}
