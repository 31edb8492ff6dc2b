//! `captely sandbox`: serves a synthetic world until it is stopped.

use captely_platform::clock::{Clock as _, SystemClock};
use captely_sandbox::{Conduct, Sandbox, SandboxError, Settings, Span, StripeSettings};

use super::runtime;
use crate::cli::{SandboxArgs, Switch};
use crate::exit::{CliError, Exit};
use crate::ui;

/// Runs `captely sandbox`. Being stopped is how it is meant to end: the exit code is then 0.
pub fn run(args: &SandboxArgs) -> Result<Exit, CliError> {
    runtime::block_on(async {
        let sandbox = Sandbox::start(settings(args)).await.map_err(|why| failed(&why))?;
        // The signals first: whoever reads the line may stop the program at once.
        let stop = runtime::stop_asked();
        let line = serde_json::to_value(sandbox.addresses())
            .map_err(|why| CliError::internal(why.to_string()))?;
        ui::json_line(&line)?;
        stop.await?;
        sandbox.stop().await;
        Ok(Exit::Done)
    })
}

fn settings(args: &SandboxArgs) -> Settings {
    let mut conduct = Conduct { limits: args.limits == Switch::On, ..Conduct::default() };
    if let Some(range) = args.latency_ms {
        let millis = |d: std::time::Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        conduct.latency_ms = Span { from: millis(range.from), to: millis(range.to) };
    }
    Settings {
        seed: args.seed,
        people: args.people,
        listen: args.listen,
        // Whoever pays here goes by the real time: periods and signatures must be of today.
        stripe: StripeSettings {
            started_at: Some(SystemClock.now()),
            webhook: args.stripe_webhook.clone(),
            ..StripeSettings::default()
        },
        conduct: conduct.with_faults(args.fault_rate.permille()),
        ..Settings::default()
    }
}

/// The sentence with what the system said.
pub(super) fn failed(why: &SandboxError) -> CliError {
    use std::error::Error as _;
    let source = why.source().map_or(String::new(), |source| format!(" ({source})"));
    let sentence = format!("{why}{source}");
    match why {
        SandboxError::NotLoopback { .. }
        | SandboxError::People { .. }
        | SandboxError::StripeWebhook { .. } => CliError::usage(sentence),
        SandboxError::Bind { .. }
        | SandboxError::Dns(_)
        | SandboxError::Smtp(_)
        | SandboxError::Submission(_) => {
            CliError::nothing(sentence).try_this("another --listen, or port 0 for any free one")
        }
    }
}
